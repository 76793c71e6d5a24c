// SPDX-License-Identifier: MIT
#pragma once

#include "dialogs/proxyform.h"
#include "dialogs/sheet.h"
#include "theme/theme.h"

#include <QLabel>

namespace waybill {

/// What a person can set. Everything counts at once; there is nothing to save.
class SettingsDialog final : public Sheet {
    Q_OBJECT
public:
    /// `secretPlace`: where secrets are kept, in words.
    SettingsDialog(Theme::Mode mode, const QString& secretPlace, const QString& dataFolder, QWidget* parent);

    void setSecretPlace(const QString& words) { secretPlace_->setText(words); }
    ProxyForm& proxy() { return *proxy_; }

Q_SIGNALS:
    void secretPlaceRequested();
    void modeChosen(waybill::Theme::Mode mode);

private:
    QLabel* secretPlace_;
    ProxyForm* proxy_;
};

} // namespace waybill
