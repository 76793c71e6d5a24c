// SPDX-License-Identifier: MIT
#include "dialogs/confirmationdialog.h"

#include "widgets/buttons.h"

#include <QPushButton>

namespace waybill {
using namespace Qt::StringLiterals;

ConfirmationDialog::ConfirmationDialog(const Confirmation& confirmation, QWidget* parent)
    : Sheet(confirmation.heading, parent)
    , cancel_(addButton(tr("Cancel"), u"cancel"_s))
    , confirm_(nullptr)
    , verb_(confirmation.verb) {
    setObjectName(u"confirmationDialog"_s);
    setSentence(confirmation.sentence);
    setFixedWidth(480);
    if (!confirmation.alternative.isEmpty()) {
        alternative_ = addButton(confirmation.alternative, u"alternative"_s);
        connect(alternative_, &QPushButton::clicked, this, &ConfirmationDialog::alternativeChosen);
    }
    confirm_ = addButton(confirmation.verb, u"confirm"_s);
    if (confirmation.isDangerous)
        makeDanger(confirm_);
    else
        makePrimary(confirm_);
    cancel_->setDefault(true);
    cancel_->setFocus();
    connect(cancel_, &QPushButton::clicked, this, &QDialog::reject);
    connect(confirm_, &QPushButton::clicked, this, &ConfirmationDialog::confirmed);
}

void ConfirmationDialog::setBusy(bool busy) {
    cancel_->setText(busy ? tr("Close") : tr("Cancel"));
    confirm_->setText(busy ? tr("One moment…") : verb_);
    if (busy)
        cancel_->setFocus();
    confirm_->setEnabled(!busy);
    if (alternative_)
        alternative_->setEnabled(!busy);
    if (busy)
        clearError();
}

} // namespace waybill
