// SPDX-License-Identifier: MIT
#pragma once

#include <QDBusConnection>
#include <QDBusServiceWatcher>
#include <QDBusVariant>
#include <QObject>

#include <optional>

namespace waybill {

/// Whether the desktop is light or dark, and when that changes. Asks the desktop's portal, from the moment when there
/// is one; where there is none, the settings of GNOME.
class DesktopAppearance final : public QObject {
    Q_OBJECT
public:
    explicit DesktopAppearance(const QDBusConnection& bus, QObject* parent = nullptr);
    /// Nothing where nobody has said it, or where there is no preference.
    std::optional<bool> isDark() const { return isDark_; }
    /// Asks again where nobody tells of changes.
    void look();

Q_SIGNALS:
    void changed();

private:
    void readPortal(const QString& method);
    void readSettings(const QString& key);
    void take(const QVariant& colourScheme);
    void set(std::optional<bool> isDark);

private Q_SLOTS:
    void settingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    QDBusConnection bus_;
    QDBusServiceWatcher portal_;
    bool portalAnswers_ = false;
    quint64 heard_ = 0; ///< What was told is newer than what was asked before.
    std::optional<bool> isDark_;
};

} // namespace waybill
