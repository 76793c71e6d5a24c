// SPDX-License-Identifier: MIT
#include "dialogs/accountdetails.h"

#include "contract/foreigntext.h"
#include "theme/tokens.h"
#include "widgets/banner.h"
#include "widgets/copybutton.h"
#include "widgets/selectable.h"
#include "widgets/tip.h"
#include "words/accountfacts.h"
#include "words/scopes.h"
#include "words/times.h"

#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

AccountDetails::AccountDetails(const Connection& connection, AccountClient& client, History& history, QWidget* parent)
    : Sheet(tr("Account details"), parent)
    , client_(&client)
    , form_(new QFormLayout)
    , notice_(new Banner(this))
    , copy_(new CopyButton(tr("Copy &details"), this)) {
    setObjectName(u"accountDetails"_s);
    setFixedWidth(600);
    notice_->setObjectName(u"versionNotice"_s);
    notice_->setClosable(false);
    notice_->hide();
    form_->setHorizontalSpacing(space::l);
    form_->setVerticalSpacing(space::s);
    form_->setRowWrapPolicy(QFormLayout::DontWrapRows);
    form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form_->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    addRow(Row::Name, tr("Name"));
    addRow(Row::Team, tr("Team"), true);
    addRow(Row::User, tr("User"), true);
    addRow(Row::Plan, tr("Plan"));
    addRow(Row::Period, tr("Period"));
    addRow(Row::Use, tr("Used so far"));
    addRow(Row::Rights, tr("The key allows"));
    addRow(Row::Lacks, tr("It does not allow"));
    addRow(Row::Address, tr("Address"), true);
    addRow(Row::Key, tr("Key"));
    addRow(Row::Rate, tr("Rate limit"));
    addRow(Row::InStep, tr("Up to date"));
    content()->addLayout(form_);
    content()->addWidget(notice_);

    copy_->setObjectName(u"copyDetails"_s);
    addFootnote(copy_);
    QPushButton* close = addButton(tr("&Close"), u"closeDetails"_s);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(notice_, &Banner::acted, this, [this] { Q_EMIT linkOpened(successor_); });

    set(Row::Name, isolated(connection.name));
    set(Row::Address, isolated(connection.address));
    set(Row::Key, connection.keyPlace);
    set(Row::Plan, tr("Asking the account…"));
    showClient();
    // The client is the account's: it may go while the sheet is open, and then answers nothing.
    connect(client_, &QObject::destroyed, this, [this] { client_ = nullptr; });
    checkAccount(client, this, [this](const Result<AccountFacts>& facts) {
        set(Row::Plan, {});
        if (facts) {
            showFacts(*facts);
            Q_EMIT factsRead(*facts);
        } else
            setError(facts.error());
        showClient();
    });
    history.readCounts(this, [this](const Result<HistoryCounts>& counts) {
        if (counts)
            set(Row::InStep, counts->syncedAt ? tr("As of %1").arg(exactTime(*counts->syncedAt)) : tr("Not yet"));
    });
}

void AccountDetails::addRow(Row row, const QString& label, bool isCode) {
    QLabel* name = sheetText(label, this, true);
    QLabel* value = sheetText({}, this);
    if (isCode)
        value->setFont(codeFont());
    makeSelectable(value);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    name->setWordWrap(false);
    name->setAlignment(Qt::AlignLeft | Qt::AlignTop); // Beside the first of several lines.
    name->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    form_->addRow(name, value);
    order_.append(row);
    labels_.insert(row, name);
    values_.insert(row, value);
    set(row, {});
}

void AccountDetails::set(Row row, const QString& text) {
    QLabel* value = values_.value(row);
    value->setText(text);
    value->setAccessibleName(labels_.value(row)->text() + u": " + text);
    value->setVisible(!text.isEmpty());
    labels_.value(row)->setVisible(!text.isEmpty());
    gatherCopy();
}

void AccountDetails::showFacts(const AccountFacts& facts) {
    set(Row::Team, isolated(facts.principal.teamId));
    set(Row::User, isolated(facts.principal.userId));
    set(Row::Plan, planName(facts.usage.plan));
    set(Row::Period, periodWords(facts.usage));
    set(Row::Use, usageWords(facts.usage).join(u'\n'));
    set(Row::Rights, rightsWords(facts.principal.scopes).join(u'\n'));
    QStringList lacks;
    for (const QString& scope : facts.missingScopes)
        lacks.append(tr("%1, for %2", "a scope, and what it is for").arg(isolated(scope), whatNeedsScope(scope)));
    set(Row::Lacks, lacks.join(u'\n'));
}

void AccountDetails::showClient() {
    if (!client_)
        return;
    set(Row::Rate, rateWords(client_->rateLimit()));
    if (client_->versionNotice())
        showNotice(*client_->versionNotice());
}

void AccountDetails::showNotice(const VersionNotice& notice) {
    successor_ = notice.successor;
    notice_->setMessage(PillKind::Warning, noticeWords(notice),
                        successor_.isEmpty() ? QString() : tr("Open the announcement"));
    // The address is foreign: it is shown before it is opened.
    setTip(notice_->actionButton(), isolated(successor_.toString()));
    gatherCopy();
}

void AccountDetails::gatherCopy() {
    QStringList lines;
    for (const Row row : std::as_const(order_)) {
        const QString text = values_.value(row)->text();
        if (!text.isEmpty())
            lines.append(labels_.value(row)->text() + u": " + QString(text).replace(u'\n', u"; "_s));
    }
    if (!notice_->text().isEmpty()) {
        lines.append(notice_->text());
        if (!successor_.isEmpty())
            lines.append(successor_.toString());
    }
    copy_->setCopiedText(withoutIsolation(lines.join(u'\n')));
}

} // namespace waybill
