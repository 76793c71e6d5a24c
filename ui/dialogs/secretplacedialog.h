// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"
#include "dialogs/sheet.h"
#include "secrets/secretplace.h"

class QRadioButton;

namespace waybill {

/// There is no keychain: where signing secrets are to be kept instead.
class SecretPlaceDialog final : public Sheet {
    Q_OBJECT
public:
    /// `why`: what the keychain said; its details are folded.
    SecretPlaceDialog(const Error& why, QWidget* parent);

Q_SIGNALS:
    /// Keychain: try it once more.
    void chosen(waybill::SecretPlace place);

private:
    QRadioButton* sealedFile_;
    QRadioButton* session_;
};

} // namespace waybill
