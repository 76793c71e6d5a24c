// SPDX-License-Identifier: MIT
#include "theme/desktopappearance.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QProcess>
#include <QTimer>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
const QString portalService = u"org.freedesktop.portal.Desktop"_s;
const QString portalPath = u"/org/freedesktop/portal/desktop"_s;
const QString settingsInterface = u"org.freedesktop.portal.Settings"_s;
const QString appearance = u"org.freedesktop.appearance"_s;
const QString colourSchemeKey = u"color-scheme"_s;
const QString gnomeColourScheme = u"color-scheme"_s;
const QString gnomeTheme = u"gtk-theme"_s;
constexpr std::chrono::seconds patience{5};

/// The portal wraps the value in one variant or, in the older call, in two.
QVariant unwrapped(QVariant value) {
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}
} // namespace

DesktopAppearance::DesktopAppearance(const QDBusConnection& bus, QObject* parent)
    : QObject(parent), bus_(bus), portal_(portalService, bus, QDBusServiceWatcher::WatchForOwnerChange) {
    // Whoever owns the name, now or later: first it is listened, then asked, so that nothing is missed in between.
    bus_.connect(QString(), portalPath, settingsInterface, u"SettingChanged"_s, this,
                 // A signature with spaces is looked up twice.
                 // clang-format off
                 SLOT(settingChanged(QString,QString,QDBusVariant)));
    // clang-format on
    connect(&portal_, &QDBusServiceWatcher::serviceOwnerChanged, this,
            [this](const QString&, const QString&, const QString& owner) {
                portalAnswers_ = false;
                if (!owner.isEmpty())
                    readPortal(u"Read"_s);
            });
    if (bus_.isConnected())
        readPortal(u"Read"_s);
    else
        readSettings(gnomeColourScheme);
}

void DesktopAppearance::look() {
    if (!portalAnswers_)
        readSettings(gnomeColourScheme);
}

void DesktopAppearance::readPortal(const QString& method) {
    QDBusMessage question = QDBusMessage::createMethodCall(portalService, portalPath, settingsInterface, method);
    question << appearance << colourSchemeKey;
    auto* watcher = new QDBusPendingCallWatcher(bus_.asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, method, asked = heard_](QDBusPendingCallWatcher* finished) {
                finished->deleteLater();
                const QDBusPendingReply<QDBusVariant> reply = *finished;
                if (reply.isValid()) {
                    portalAnswers_ = true;
                    if (asked == heard_)
                        take(reply.value().variant());
                } else if (method == u"Read" && reply.error().type() == QDBusError::UnknownMethod) {
                    readPortal(u"ReadOne"_s); // A portal without the older call.
                } else if (!portalAnswers_) {
                    readSettings(gnomeColourScheme);
                }
            });
}

void DesktopAppearance::readSettings(const QString& key) {
    auto* reader = new QProcess(this);
    connect(reader, &QProcess::errorOccurred, reader, &QObject::deleteLater);
    connect(reader, &QProcess::finished, this, [this, reader, key] {
        reader->deleteLater();
        const QByteArray said = reader->readAllStandardOutput().trimmed();
        if (portalAnswers_)
            return;
        if (key == gnomeTheme)
            set(said.toLower().endsWith("-dark'") ? std::optional(true) : std::nullopt);
        else if (said == "'prefer-dark'" || said == "'prefer-light'")
            set(said == "'prefer-dark'");
        else
            readSettings(gnomeTheme); // Without a preference the name of the theme tells.
    });
    QTimer::singleShot(patience, reader, &QProcess::kill);
    reader->start(u"gsettings"_s, {u"get"_s, u"org.gnome.desktop.interface"_s, key}, QIODevice::ReadOnly);
}

void DesktopAppearance::settingChanged(const QString& group, const QString& key, const QDBusVariant& value) {
    if (group != appearance || key != colourSchemeKey)
        return;
    ++heard_;
    portalAnswers_ = true;
    take(value.variant());
}

void DesktopAppearance::take(const QVariant& colourScheme) {
    switch (unwrapped(colourScheme).toUInt()) {
    case 1:
        set(true);
        break;
    case 2:
        set(false);
        break;
    default:
        set(std::nullopt);
    }
}

void DesktopAppearance::set(std::optional<bool> isDark) {
    if (isDark == isDark_)
        return;
    isDark_ = isDark;
    Q_EMIT changed();
}

} // namespace waybill
