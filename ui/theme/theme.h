// SPDX-License-Identifier: MIT
#pragma once

#include "theme/tokens.h"

#include <QDBusVariant>
#include <QObject>
#include <QPalette>

class QApplication;

namespace waybill {

/// Light or dark, as the person or the desktop chose; sets the application's style, palette and font.
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };

    explicit Theme(QApplication& application, QObject* parent = nullptr);

    void setMode(Mode mode);
    Mode mode() const { return m_mode; }
    const Tokens& tokens() const { return isDark() ? darkTokens() : lightTokens(); }
    bool isDark() const;

Q_SIGNALS:
    void changed();

private:
    void askDesktop();
    void follow(const QVariant& colourScheme);
    void apply();

private Q_SLOTS:
    void settingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    QApplication& m_application;
    Mode m_mode = Mode::System;
    bool m_systemIsDark = false;
};

QPalette paletteOf(const Tokens& tokens);

} // namespace waybill
