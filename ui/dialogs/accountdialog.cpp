// SPDX-License-Identifier: MIT
#include "dialogs/accountdialog.h"

#include "account/accountconnection.h"
#include "contract/foreigntext.h"
#include "contract/unicode.h"
#include "dialogs/fieldnote.h"
#include "dialogs/renamedialog.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/announced.h"
#include "widgets/buttons.h"
#include "words/scopes.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

AccountDialog::AccountDialog(QWidget* parent) : AccountDialog(tr("Add account"), tr("Add account"), parent) {
    setSentence(
        tr("Waybill works in your Autousers account with an API key. Make one in the Autousers dashboard: it is "
           "shown there once, and what it may do cannot be changed later. It needs three permissions: "
           "webhooks:read, webhooks:write and events:read."));
}

AccountDialog::AccountDialog(const QString& accountName, const QUrl& baseUrl, QWidget* parent)
    : AccountDialog(tr("New key for “%1”").arg(isolated(accountName)), tr("Use this key"), parent) {
    setSentence(tr("Make a new API key in the Autousers dashboard with the permissions webhooks:read, webhooks:write "
                   "and events:read, and paste it here. Endpoints, deliveries and everything else stay as they are."));
    baseUrl_->setText(baseUrl.toString());
    for (QWidget* field :
         {static_cast<QWidget*>(nameQuestion_), static_cast<QWidget*>(name_), static_cast<QWidget*>(fold_)})
        field->hide();
}

AccountDialog::AccountDialog(const QString& heading, const QString& verb, QWidget* parent)
    : Sheet(heading, parent)
    , verb_(verb)
    , key_(new QLineEdit(this))
    , reveal_(new QPushButton(this))
    , keyNote_(new FieldNote(this))
    , name_(new QLineEdit(this))
    , nameQuestion_(nullptr)
    , fold_(new QPushButton(tr("Another &host"), this))
    , baseUrl_(new QLineEdit(this))
    , baseUrlNote_(new FieldNote(this))
    , submit_(nullptr) {
    setObjectName(u"accountDialog"_s);
    setFixedWidth(540);
    key_->setObjectName(u"apiKey"_s);
    key_->setEchoMode(QLineEdit::Password);
    key_->setPlaceholderText(u"ak_live_…"_s);
    key_->setFont(codeFont(type::body));
    key_->setLayoutDirection(Qt::LeftToRight);
    reveal_->setObjectName(u"revealKey"_s);
    reveal_->setCheckable(true);
    announceAs(reveal_, Announced::Button);
    reveal_->setIcon(icon(Icon::Eye, reveal_));
    reveal_->setToolTip(tr("Show the key"));
    reveal_->setAccessibleName(reveal_->toolTip());
    makeQuiet(reveal_);
    name_->setObjectName(u"accountName"_s);
    name_->setPlaceholderText(tr("My team"));
    name_->setMaxLength(2 * RenameDialog::longestName); // Of units: an emoji has two.
    fold_->setObjectName(u"foldHost"_s);
    fold_->setCheckable(true);
    announceAs(fold_, Announced::Fold);
    makeQuiet(fold_);
    baseUrl_->setObjectName(u"baseUrl"_s);
    baseUrl_->setAccessibleName(tr("Address of the account"));
    baseUrl_->setPlaceholderText(QStringView(defaultBaseUrl).toString());
    baseUrl_->setFont(codeFont(type::body));
    baseUrl_->setLayoutDirection(Qt::LeftToRight);
    baseUrl_->hide();

    const auto question = [this](const QString& text, QWidget* buddy) {
        QLabel* label = sheetText(text, this);
        label->setFont(textFont(type::body, QFont::DemiBold));
        label->setBuddy(buddy);
        return label;
    };
    nameQuestion_ = question(tr("&Name"), name_);
    auto* keyLine = new QHBoxLayout;
    keyLine->setSpacing(space::s);
    keyLine->addWidget(key_, 1);
    keyLine->addWidget(reveal_);
    QVBoxLayout* lines = content();
    lines->addWidget(question(tr("API &key"), key_));
    lines->addLayout(keyLine);
    lines->addWidget(keyNote_);
    lines->addSpacing(space::xs);
    lines->addWidget(nameQuestion_);
    lines->addWidget(name_);
    lines->addWidget(fold_, 0, Qt::AlignLeft);
    lines->addWidget(baseUrl_);
    lines->addWidget(baseUrlNote_);
    QPushButton* cancel = addButton(tr("Cancel"), u"cancel"_s);
    submit_ = addButton(verb, u"submit"_s);
    makePrimary(submit_);
    submit_->setDefault(true);
    key_->setFocus();

    connect(reveal_, &QPushButton::toggled, this, [this](bool shown) {
        key_->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
        reveal_->setToolTip(shown ? tr("Hide the key") : tr("Show the key"));
        reveal_->setAccessibleName(reveal_->toolTip());
    });
    connect(fold_, &QPushButton::toggled, baseUrl_, &QWidget::setVisible);
    for (QLineEdit* field : {key_, baseUrl_}) {
        connect(field, &QLineEdit::textChanged, this, [this] {
            takesAnyway_ = false;
            clearError();
            look();
        });
        connect(field, &QLineEdit::editingFinished, this, [this] {
            wasLeft_ = wasLeft_ || !key_->text().isEmpty();
            look();
        });
    }
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(submit_, &QPushButton::clicked, this, [this] {
        clearError();
        Q_EMIT submitted();
    });
    look();
}

AccountDialog::~AccountDialog() {
    hide(); // A field that loses the focus later would be looked at when it is gone.
}

Secret AccountDialog::apiKey() const {
    return checkApiKey(key_->text()).value_or(Secret());
}

QUrl AccountDialog::baseUrl() const {
    return checkBaseUrl(baseUrl_->text()).value_or(QUrl());
}

QString AccountDialog::name() const {
    return withoutHalves(firstCharacters(name_->text().trimmed(), RenameDialog::longestName));
}

void AccountDialog::look() {
    const Result<Secret> key = checkApiKey(key_->text());
    const Result<QUrl> url = checkBaseUrl(baseUrl_->text());
    const bool isEmpty = key_->text().trimmed().isEmpty();
    keyNote_->setNote(PillKind::Danger, key || isEmpty || !wasLeft_ ? QString() : key.error().message);
    baseUrlNote_->setNote(PillKind::Danger, url ? QString() : url.error().message);
    submit_->setText(isBusy_ ? tr("Checking…") : takesAnyway_ ? tr("Use it anyway") : verb_);
    submit_->setEnabled(!isBusy_ && key && url);
    const QString reason = !key ? key.error().message : !url ? url.error().message : QString();
    submit_->setToolTip(reason);
    submit_->setAccessibleDescription(reason);
}

void AccountDialog::setBusy(bool busy) {
    isBusy_ = busy;
    if (busy)
        holdFocus();
    for (QLineEdit* field : {key_, name_, baseUrl_})
        field->setEnabled(!busy);
    look();
    if (!busy)
        giveFocusBack();
}

void AccountDialog::setMissingScopes(const QStringList& scopes) {
    QStringList lines{
        tr("This key works, but lacks a permission. What it may do cannot be changed; a new key has to be "
           "made in the dashboard. With this one it will not work:")};
    for (const QString& scope : scopes)
        lines += tr("• %1 (%2)", "what does not work, and the permission").arg(whatNeedsScope(scope), isolated(scope));
    setWarning(lines.join(u'\n'));
    takesAnyway_ = true;
    look();
}

} // namespace waybill
