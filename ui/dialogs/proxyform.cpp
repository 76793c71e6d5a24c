// SPDX-License-Identifier: MIT
#include "dialogs/proxyform.h"

#include "dialogs/fieldnote.h"
#include "theme/tokens.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>

namespace waybill {
using namespace Qt::StringLiterals;

ProxyForm::ProxyForm(QWidget* parent) : QWidget(parent), fields_(new QWidget(this)), note_(new FieldNote(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    auto* modes = new QHBoxLayout;
    modes->setSpacing(space::l);
    modes->addWidget(offer(ProxyPreference::Mode::System, tr("&From the system"), u"proxySystem"_s));
    modes->addWidget(offer(ProxyPreference::Mode::Manual, tr("&Manual"), u"proxyManual"_s));
    modes->addWidget(offer(ProxyPreference::Mode::None, tr("&None"), u"proxyNone"_s));
    modes->addStretch(1);
    column->addLayout(modes);
    auto* form = new QFormLayout(fields_);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(space::m);
    form->setVerticalSpacing(space::s);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    address_ = ask(tr("&Address"), u"proxyAddress"_s);
    address_->setPlaceholderText(u"proxy.example:3128"_s);
    user_ = ask(tr("&User name"), u"proxyUser"_s);
    user_->setPlaceholderText(tr("only if it asks for one"));
    password_ = ask(tr("&Password"), u"proxyPassword"_s);
    password_->setEchoMode(QLineEdit::Password);
    exceptions_ = ask(tr("N&ot for"), u"proxyExceptions"_s);
    exceptions_->setPlaceholderText(u"intranet.example, 10.0.0.0/8"_s);
    exceptions_->setToolTip(tr("Domains with all that is below them, addresses and networks, with commas between. "
                               "This computer is always reached directly."));
    column->addWidget(fields_);
    note_->setObjectName(u"proxyNote"_s);
    column->addWidget(note_);
    connect(password_, &QLineEdit::textEdited, this, [this] { isPasswordTouched_ = true; });
    showFields();
}

QRadioButton* ProxyForm::offer(ProxyPreference::Mode mode, const QString& words, const QString& objectName) {
    auto* button = new QRadioButton(words, this);
    button->setObjectName(objectName);
    connect(button, &QRadioButton::clicked, this, [this, mode] {
        if (preference_.mode == mode)
            return;
        preference_.mode = mode;
        setProblem({});
        showFields();
        // Nothing counts before there is an address: the one before goes on.
        if (mode == ProxyPreference::Mode::Manual && address_->text().trimmed().isEmpty())
            address_->setFocus();
        else
            choose();
    });
    return button;
}

QLineEdit* ProxyForm::ask(const QString& question, const QString& objectName) {
    auto* field = new QLineEdit(fields_);
    field->setObjectName(objectName);
    auto* label = new QLabel(question, fields_);
    label->setBuddy(field);
    static_cast<QFormLayout*>(fields_->layout())->addRow(label, field);
    connect(field, &QLineEdit::editingFinished, this, [this] {
        if (preference_.mode == ProxyPreference::Mode::Manual && isVisible())
            choose();
    });
    return field;
}

void ProxyForm::setPreference(const ProxyPreference& preference) {
    preference_ = preference;
    address_->setText(preference.address);
    user_->setText(preference.user);
    exceptions_->setText(preference.exceptions);
    password_->clear();
    isPasswordTouched_ = false;
    password_->setPlaceholderText(preference.hasPassword ? tr("kept with the secrets") : QString());
    showFields();
}

void ProxyForm::setProblem(const QString& text) {
    note_->setNote(PillKind::Danger, text);
}

void ProxyForm::setNotice(const QString& text) {
    note_->setNote(PillKind::Neutral, text);
}

void ProxyForm::showFields() {
    const QString names[] = {u"proxySystem"_s, u"proxyManual"_s, u"proxyNone"_s};
    findChild<QRadioButton*>(names[int(preference_.mode)])->setChecked(true);
    fields_->setVisible(preference_.mode == ProxyPreference::Mode::Manual);
}

void ProxyForm::choose() {
    ProxyPreference now = preference_;
    now.address = address_->text().trimmed();
    now.user = user_->text().trimmed();
    now.exceptions = exceptions_->text().trimmed();
    Q_EMIT chosen(now, isPasswordTouched_ ? std::optional(Secret(password_->text().toUtf8())) : std::nullopt);
}

} // namespace waybill
