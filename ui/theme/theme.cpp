// SPDX-License-Identifier: MIT
#include "theme/theme.h"

#include "theme/desktopappearance.h"
#include "theme/style.h"

#include <QApplication>
#include <QEvent>

namespace waybill {

namespace {
bool isDarkGround(const QPalette& palette) {
    return palette.color(QPalette::Active, QPalette::Window).lightness() < 128;
}
} // namespace

QPalette paletteOf(const Tokens& t) {
    QPalette palette;
    palette.setColor(QPalette::Window, t.window);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.surface);
    palette.setColor(QPalette::AlternateBase, t.surfaceSunken);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::PlaceholderText, t.textMuted);
    palette.setColor(QPalette::Button, t.surface);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::BrightText, t.danger);
    palette.setColor(QPalette::ToolTipBase, t.surface);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::Highlight, t.accentSoft);
    palette.setColor(QPalette::HighlightedText, t.text);
    palette.setColor(QPalette::Link, t.accent);
    palette.setColor(QPalette::LinkVisited, t.accent);
    palette.setColor(QPalette::Light, t.surface);
    palette.setColor(QPalette::Midlight, t.border);
    palette.setColor(QPalette::Mid, t.border);
    palette.setColor(QPalette::Dark, t.outline);
    palette.setColor(QPalette::Shadow, t.dark ? t.window.darker() : t.outline);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, t.textDisabled);
    return palette;
}

Theme::Theme(QApplication& application, QObject* parent)
    : Theme(application,
            // Without an address Qt would start a bus of its own.
            new DesktopAppearance(qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS")
                                      ? QDBusConnection(QString())
                                      : QDBusConnection::sessionBus()),
            parent) {}

Theme::Theme(QApplication& application, DesktopAppearance* desktop, QObject* parent)
    : QObject(parent)
    , m_application(application)
    , m_desktop(desktop)
    , m_paletteIsDark(isDarkGround(QApplication::palette())) {
    QApplication::setStyle(new Style);
    m_desktop->setParent(this);
    connect(m_desktop, &DesktopAppearance::changed, this, &Theme::follow);
    connect(&application, &QGuiApplication::applicationStateChanged, m_desktop, [this](Qt::ApplicationState state) {
        if (state == Qt::ApplicationActive) // The person may come from the desktop's settings.
            m_desktop->look();
    });
    application.installEventFilter(this);
    apply();
}

bool Theme::systemIsDark() const {
    return m_desktop->isDark().value_or(m_paletteIsDark);
}

bool Theme::isDark() const {
    return m_mode == Mode::System ? systemIsDark() : m_mode == Mode::Dark;
}

void Theme::setMode(Mode mode) {
    m_mode = mode;
    follow();
}

void Theme::follow() {
    if (isDark() != m_isShownDark)
        apply();
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ThemeChange && watched->isWindowType()) {
        // The platform's own palette shows only while none of ours is set.
        QApplication::setPalette(QPalette());
        m_paletteIsDark = isDarkGround(QApplication::palette());
        apply();
    }
    return QObject::eventFilter(watched, event);
}

void Theme::apply() {
    m_isShownDark = isDark();
    QFont font = QApplication::font();
    font.setPixelSize(type::body);
    QApplication::setFont(font);
    QApplication::setPalette(paletteOf(tokens()));
    Q_EMIT changed();
}

} // namespace waybill
