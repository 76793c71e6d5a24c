// SPDX-License-Identifier: MIT
#include "theme/icons.h"

#include "theme/tokens.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPointer>
#include <QSvgRenderer>
#include <QWidget>

#include <optional>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {

QLatin1String fileName(Icon name) {
    switch (name) {
    case Icon::None:
        break;
    case Icon::Endpoint:
        return QLatin1String("webhook");
    case Icon::Delivery:
        return QLatin1String("send");
    case Icon::History:
        return QLatin1String("history");
    case Icon::Inbox:
        return QLatin1String("inbox");
    case Icon::Receiver:
        return QLatin1String("radio");
    case Icon::BookOpen:
        return QLatin1String("book-open");
    case Icon::Recipe:
        return QLatin1String("workflow");
    case Icon::Learn:
        return QLatin1String("graduation-cap");
    case Icon::Settings:
        return QLatin1String("settings");
    case Icon::Search:
        return QLatin1String("search");
    case Icon::ChevronDown:
        return QLatin1String("chevron-down");
    case Icon::ChevronRight:
        return QLatin1String("chevron-right");
    case Icon::Check:
        return QLatin1String("check");
    case Icon::Cross:
        return QLatin1String("x");
    case Icon::Clock:
        return QLatin1String("clock");
    case Icon::RotateCw:
        return QLatin1String("rotate-cw");
    case Icon::RefreshCw:
        return QLatin1String("refresh-cw");
    case Icon::CircleCheck:
        return QLatin1String("circle-check");
    case Icon::CircleX:
        return QLatin1String("circle-x");
    case Icon::Warning:
        return QLatin1String("triangle-alert");
    case Icon::CircleAlert:
        return QLatin1String("circle-alert");
    case Icon::Info:
        return QLatin1String("info");
    case Icon::Copy:
        return QLatin1String("copy");
    case Icon::Plus:
        return QLatin1String("plus");
    case Icon::Minus:
        return QLatin1String("minus");
    case Icon::Edit:
        return QLatin1String("pencil");
    case Icon::Trash:
        return QLatin1String("trash-2");
    case Icon::Power:
        return QLatin1String("power");
    case Icon::Play:
        return QLatin1String("play");
    case Icon::FastForward:
        return QLatin1String("fast-forward");
    case Icon::Download:
        return QLatin1String("download");
    case Icon::Upload:
        return QLatin1String("upload");
    case Icon::Key:
        return QLatin1String("key-round");
    case Icon::Eye:
        return QLatin1String("eye");
    case Icon::EyeOff:
        return QLatin1String("eye-off");
    case Icon::ExternalLink:
        return QLatin1String("external-link");
    case Icon::More:
        return QLatin1String("ellipsis");
    case Icon::Filter:
        return QLatin1String("list-filter");
    case Icon::Calendar:
        return QLatin1String("calendar");
    case Icon::ShieldCheck:
        return QLatin1String("shield-check");
    case Icon::ShieldAlert:
        return QLatin1String("shield-alert");
    case Icon::Link:
        return QLatin1String("link");
    case Icon::Zap:
        return QLatin1String("zap");
    case Icon::WifiOff:
        return QLatin1String("wifi-off");
    case Icon::Lightbulb:
        return QLatin1String("lightbulb");
    case Icon::Terminal:
        return QLatin1String("terminal");
    case Icon::Lock:
        return QLatin1String("lock");
    case Icon::ArrowRight:
        return QLatin1String("arrow-right");
    case Icon::Ban:
        return QLatin1String("ban");
    case Icon::Package:
        return QLatin1String("package");
    case Icon::Repeat:
        return QLatin1String("repeat");
    case Icon::Undo:
        return QLatin1String("undo-2");
    case Icon::Circle:
        return QLatin1String("circle");
    case Icon::User:
        return QLatin1String("user");
    case Icon::Help:
        return QLatin1String("circle-question-mark");
    case Icon::FileText:
        return QLatin1String("file-text");
    }
    return {};
}

QByteArray drawing(Icon name, const QColor& colour) {
    QFile file(iconPath(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().replace("currentColor"_ba, colour.name(QColor::HexRgb).toLatin1());
}

class OutlineIconEngine final : public QIconEngine {
public:
    OutlineIconEngine(Icon name, const QWidget* widget, std::optional<QColor> colour)
        : m_name(name), m_widget(widget), m_colour(colour) {}

    void paint(QPainter* painter, const QRect& rectangle, QIcon::Mode mode, QIcon::State) override {
        paintIcon(*painter, rectangle, m_name, colourFor(mode));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap result(size);
        result.fill(Qt::transparent);
        QPainter painter(&result);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return result;
    }
    bool isNull() override { return m_name == Icon::None; }
    QIconEngine* clone() const override { return new OutlineIconEngine(*this); }

private:
    QColor colourFor(QIcon::Mode mode) const {
        const Tokens& tokens = currentTokens(m_widget);
        if (mode == QIcon::Disabled)
            return tokens.textDisabled;
        if (m_colour)
            return *m_colour;
        if (m_widget) {
            const QString kind = m_widget->property("waybillButton").toString();
            if (kind == u"primary")
                return tokens.accentText;
            if (kind == u"danger")
                return tokens.danger;
        }
        const QPalette palette = m_widget ? m_widget->palette() : QApplication::palette();
        return palette.color(QPalette::Active,
                             mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText);
    }

    Icon m_name;
    QPointer<const QWidget> m_widget;
    std::optional<QColor> m_colour;
};

} // namespace

QString iconPath(Icon name) {
    const QLatin1String file = fileName(name);
    return file.isEmpty() ? QString() : u":/icons/"_s + file + u".svg"_s;
}

QIcon icon(Icon name, const QWidget* widget) {
    return name == Icon::None ? QIcon() : QIcon(new OutlineIconEngine(name, widget, std::nullopt));
}

QIcon icon(Icon name, const QColor& colour) {
    return name == Icon::None ? QIcon() : QIcon(new OutlineIconEngine(name, nullptr, colour));
}

void paintIcon(QPainter& painter, const QRectF& area, Icon name, const QColor& colour) {
    if (name == Icon::None || area.isEmpty())
        return;
    QSvgRenderer renderer(drawing(name, colour));
    const qreal side = qMin(area.width(), area.height());
    QRectF square(0, 0, side, side);
    square.moveCenter(area.center());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (colour.alpha() < 255)
        painter.setOpacity(painter.opacity() * colour.alphaF());
    renderer.render(&painter, square);
    painter.restore();
}

} // namespace waybill
