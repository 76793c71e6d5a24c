// SPDX-License-Identifier: MIT
#include "dialogs/secretplacedialog.h"

#include "theme/tokens.h"
#include "widgets/announced.h"
#include "widgets/buttons.h"
#include "widgets/copying.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

SecretPlaceDialog::SecretPlaceDialog(const Error& why, QWidget* parent)
    : Sheet(tr("Where should signing secrets be kept?"), parent)
    , sealedFile_(new QRadioButton(tr("In a &sealed file in Waybill's folder"), this))
    , session_(new QRadioButton(tr("In &memory, for this session only"), this)) {
    setObjectName(u"secretPlaceDialog"_s);
    setFixedWidth(520);
    setSentence(tr("Waybill keeps them in this computer's keychain, but the keychain did not open. Nothing is sent "
                   "until its signing secret can be read."));
    const auto option = [this](QRadioButton* button, const QString& objectName, const QString& meaning) {
        button->setObjectName(objectName);
        button->setAccessibleDescription(meaning);
        auto* note = sheetText(meaning, this, true);
        note->setContentsMargins(space::xl, 0, 0, 0);
        content()->addWidget(button);
        content()->addWidget(note);
    };
    option(sealedFile_, u"sealedFile"_s,
           tr("Encrypted, readable by you alone; its key lies beside it in a file of its own. Protects backups and "
              "copies of the file, not against programs that run as you."));
    option(session_, u"thisSession"_s,
           tr("Gone when Waybill ends. Endpoints of the Sandbox then need a new secret after the next start."));
    sealedFile_->setChecked(true);

    auto* details = new QPlainTextEdit(why.details, this);
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
    fold->setVisible(!why.details.isEmpty());
    connect(fold, &QPushButton::toggled, details, &QWidget::setVisible);
    content()->addWidget(fold, 0, Qt::AlignLeft);
    content()->addWidget(details);

    QPushButton* again = addButton(tr("&Try the keychain again"), u"tryKeychain"_s);
    QPushButton* use = addButton(tr("&Keep them there"), u"choosePlace"_s);
    makePrimary(use);
    use->setDefault(true);
    use->setFocus();
    connect(again, &QPushButton::clicked, this, [this] {
        Q_EMIT chosen(SecretPlace::Keychain);
        accept();
    });
    connect(use, &QPushButton::clicked, this, [this] {
        Q_EMIT chosen(sealedFile_->isChecked() ? SecretPlace::SealedFile : SecretPlace::ThisSession);
        accept();
    });
}

} // namespace waybill
