// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"
#include "dialogs/sheet.h"
#include "secrets/secretplace.h"

class QProgressBar;
class QPushButton;
class QRadioButton;

namespace waybill {

/// Where signing secrets are to be kept: asked where the keychain does not open, or does not answer yet, or because
/// the person wants another place.
class SecretPlaceDialog final : public Sheet {
    Q_OBJECT
public:
    enum class Occasion { KeychainWaits, KeychainMissing, Change };
    /// `current`: the place in use. `why`: what the keychain said; its details are folded.
    SecretPlaceDialog(Occasion occasion, SecretPlace current, const Error& why, QWidget* parent);
    Occasion occasion() const { return occasion_; }

Q_SIGNALS:
    /// Keychain: try it (once more).
    void chosen(waybill::SecretPlace place);

private:
    QRadioButton* addPlace(const QString& words, const QString& objectName, const QString& meaning);
    void addDetails(const QString& details);

    Occasion occasion_;
    QRadioButton* keychain_ = nullptr; ///< Only where it is a choice.
    QRadioButton* sealedFile_;
    QRadioButton* session_;
};

} // namespace waybill
