// SPDX-License-Identifier: MIT
#include "dialogs/alreadyopendialog.h"

#include "contract/foreigntext.h"
#include "widgets/buttons.h"

#include <QPushButton>

namespace waybill {
using namespace Qt::StringLiterals;

AlreadyOpenDialog::AlreadyOpenDialog(const QString& dataFolder, QWidget* parent)
    : Sheet(tr("Waybill is already open"), parent) {
    setObjectName(u"alreadyOpenDialog"_s);
    setSentence(
        tr("It is working on the data in “%1”. Only one Waybill at a time can do that, so this one did not start.")
            .arg(isolated(dataFolder)));
    setFixedWidth(480);
    QPushButton* close = addButton(tr("Close"), u"close"_s);
    QPushButton* show = addButton(tr("Show the open window"), u"show"_s);
    makePrimary(show);
    show->setDefault(true);
    show->setFocus();
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(show, &QPushButton::clicked, this, &AlreadyOpenDialog::showRequested);
}

void AlreadyOpenDialog::sayThatThereIsNoWindow() {
    setWarning(
        tr("The other Waybill has no window, or does not answer. End it first, or start this one on another folder "
           "with --data."));
}

} // namespace waybill
