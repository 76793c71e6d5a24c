// SPDX-License-Identifier: MIT
#pragma once

#include "theme/tokens.h"

#include <QObject>
#include <QPalette>

class QApplication;

namespace waybill {

class DesktopAppearance;

/// Light or dark, as the person or the desktop chose; sets the application's style, palette and font.
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };

    /// Follows the desktop of the session's bus.
    explicit Theme(QApplication& application, QObject* parent = nullptr);
    /// Takes the desktop over.
    Theme(QApplication& application, DesktopAppearance* desktop, QObject* parent);

    void setMode(Mode mode);
    Mode mode() const { return m_mode; }
    const Tokens& tokens() const { return isDark() ? darkTokens() : lightTokens(); }
    bool isDark() const;

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool systemIsDark() const;
    void follow();
    void apply();

    QApplication& m_application;
    DesktopAppearance* m_desktop; ///< Ours.
    Mode m_mode = Mode::System;
    bool m_paletteIsDark; ///< As the platform has it, where the desktop says nothing.
    bool m_isShownDark = false;
};

QPalette paletteOf(const Tokens& tokens);

} // namespace waybill
