// SPDX-License-Identifier: MIT
#include "dialogs/alreadyopendialog.h"

#include "contract/foreigntext.h"
#include "widgets/buttons.h"

#include <QPushButton>

namespace waybill {
using namespace Qt::StringLiterals;

AlreadyOpenDialog::AlreadyOpenDialog(const QString& dataFolder, QWidget* parent)
    : Sheet(tr("Waybill is already running"), parent) {
    setObjectName(u"alreadyOpenDialog"_s);
    setSentence(tr("Another Waybill is working on the data in “%1”, but it shows no window: it may have been started "
                   "without one, or be busy. Two cannot work on the same data, so this one did not start.")
                    .arg(isolated(dataFolder)));
    setFixedWidth(480);
    QPushButton* close = addButton(tr("Close"), u"close"_s);
    QPushButton* again = addButton(tr("Try again"), u"tryAgain"_s);
    makePrimary(again);
    again->setDefault(true);
    again->setFocus();
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(again, &QPushButton::clicked, this, &AlreadyOpenDialog::tryAgainRequested);
}

void AlreadyOpenDialog::sayThatThereIsNoAnswer() {
    setWarning(tr("It does not answer. End it first, or start this one on another folder with --data."));
}

} // namespace waybill
