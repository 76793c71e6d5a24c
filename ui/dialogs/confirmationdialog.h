// SPDX-License-Identifier: MIT
#pragma once

#include "dialogs/sheet.h"

namespace waybill {

/// What is asked before something that cannot be taken back.
struct Confirmation {
    QString heading;     ///< Names the thing: "Delete “Design alerts”?"
    QString sentence;    ///< What happens to the person's things.
    QString verb;        ///< "Delete endpoint"
    QString alternative; ///< A safer verb, or empty.
    bool isDangerous = false;
};

/// Asks once more. The safer way out is the default button: Cancel, or the alternative.
class ConfirmationDialog final : public Sheet {
    Q_OBJECT
public:
    ConfirmationDialog(const Confirmation& confirmation, QWidget* parent);
    /// While it is being done. Closing the dialog does not end it, and the button says so.
    void setBusy(bool busy);

Q_SIGNALS:
    void confirmed();
    void alternativeChosen();

private:
    QPushButton* cancel_;
    QPushButton* alternative_ = nullptr;
    QPushButton* confirm_;
    QString verb_;
};

} // namespace waybill
