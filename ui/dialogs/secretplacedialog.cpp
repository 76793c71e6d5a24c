// SPDX-License-Identifier: MIT
#include "dialogs/secretplacedialog.h"

#include "theme/tokens.h"
#include "widgets/announced.h"
#include "widgets/buttons.h"
#include "widgets/copying.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

SecretPlaceDialog::SecretPlaceDialog(Occasion occasion, SecretPlace current, const Error& why, QWidget* parent)
    : Sheet(occasion == Occasion::KeychainWaits ? tr("Waiting for your keychain")
                                                : tr("Where should signing secrets be kept?"),
            parent)
    , occasion_(occasion) {
    setObjectName(u"secretPlaceDialog"_s);
    setFixedWidth(520);
    switch (occasion) {
    case Occasion::KeychainWaits:
        setSentence(tr("A signing secret is to be kept or read in this computer's keychain, where your browser keeps "
                       "its passwords. The system may ask for a password in a window of its own: look behind this one. "
                       "Waybill waits as long as that takes."));
        break;
    case Occasion::KeychainMissing:
        setSentence(tr("With its signing secret Waybill signs what it sends. It would keep secrets in this computer's "
                       "keychain, but the keychain did not open. Choose another place, or try again."));
        break;
    case Occasion::Change:
        setSentence(tr("With its signing secret Waybill signs what it sends. What is kept already is carried over to "
                       "the place that you choose, as far as it can be read."));
        break;
    }
    if (occasion == Occasion::KeychainWaits) {
        auto* waiting = new QProgressBar(this);
        waiting->setRange(0, 0);
        waiting->setTextVisible(false);
        waiting->setAccessibleName(tr("Waiting for the keychain"));
        content()->addWidget(waiting);
        content()->addSpacing(space::s);
        content()->addWidget(sheetText(tr("Or keep them somewhere else:"), this));
    }
    if (occasion == Occasion::Change)
        keychain_ = addPlace(tr("In this computer's &keychain (recommended)"), u"keychain"_s,
                             tr("Where your browser keeps its passwords. It opens when you log in, or asks for a "
                                "password."));
    sealedFile_ = addPlace(tr("In a &locked file in Waybill's folder"), u"sealedFile"_s,
                           tr("Asks for no password. The file is encrypted, and its key lies beside it: a copy of the "
                              "file alone is useless, but whoever can use your account on this computer can open it."));
    session_ = addPlace(tr("Only until Waybill &ends"), u"thisSession"_s,
                        tr("Nothing new is kept. After the next start, endpoints of the Sandbox that you create until "
                           "then need a new secret before anything is sent to them."));
    if (occasion == Occasion::KeychainMissing && !why.details.isEmpty())
        addDetails(why.details);

    QPushButton* use = addButton(tr("&Keep them there"), u"choosePlace"_s);
    if (occasion == Occasion::KeychainMissing) {
        QPushButton* again = addButton(tr("&Try the keychain again"), u"tryKeychain"_s);
        connect(again, &QPushButton::clicked, this, [this] {
            Q_EMIT chosen(SecretPlace::Keychain);
            accept();
        });
        sealedFile_->setChecked(true);
    } else {
        QPushButton* cancel = addButton(tr("&Cancel"), u"cancelPlace"_s);
        connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    }
    if (occasion == Occasion::Change) {
        QRadioButton* shown = current == SecretPlace::Keychain     ? keychain_
                              : current == SecretPlace::SealedFile ? sealedFile_
                                                                   : session_;
        shown->setChecked(true);
    }
    makePrimary(use);
    use->setDefault(true);
    // While the keychain is waited for, nothing is chosen by accident.
    const auto isChosen = [this] {
        return sealedFile_->isChecked() || session_->isChecked() || (keychain_ && keychain_->isChecked());
    };
    use->setEnabled(isChosen());
    for (const QRadioButton* place : {keychain_, sealedFile_, session_}) {
        if (place)
            connect(place, &QRadioButton::toggled, use, [use, isChosen] { use->setEnabled(isChosen()); });
    }
    if (use->isEnabled())
        use->setFocus();
    connect(use, &QPushButton::clicked, this, [this] {
        Q_EMIT chosen(keychain_ && keychain_->isChecked() ? SecretPlace::Keychain
                      : sealedFile_->isChecked()          ? SecretPlace::SealedFile
                                                          : SecretPlace::ThisSession);
        accept();
    });
}

QRadioButton* SecretPlaceDialog::addPlace(const QString& words, const QString& objectName, const QString& meaning) {
    auto* button = new QRadioButton(words, this);
    button->setObjectName(objectName);
    button->setAccessibleDescription(meaning);
    auto* note = sheetText(meaning, this, true);
    note->setContentsMargins(space::xl, 0, 0, 0);
    content()->addWidget(button);
    content()->addWidget(note);
    return button;
}

void SecretPlaceDialog::addDetails(const QString& text) {
    auto* details = new QPlainTextEdit(text, this);
    details->setObjectName(u"details"_s);
    details->setAccessibleName(tr("Technical details"));
    details->setReadOnly(true);
    details->setTabChangesFocus(true);
    details->setFont(codeFont());
    details->setMaximumHeight(80);
    copiesWhole(details);
    details->hide();
    auto* fold = new QPushButton(tr("&Details"), this);
    fold->setObjectName(u"foldDetails"_s);
    fold->setCheckable(true);
    announceAs(fold, Announced::Fold);
    makeQuiet(fold);
    connect(fold, &QPushButton::toggled, details, &QWidget::setVisible);
    content()->addWidget(fold, 0, Qt::AlignLeft);
    content()->addWidget(details);
}

} // namespace waybill
