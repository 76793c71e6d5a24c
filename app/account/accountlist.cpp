// SPDX-License-Identifier: MIT
#include "account/accountlist.h"

#include "contract/foreigntext.h"

#include <QSettings>

#include <algorithm>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
const QString listKey = u"accounts"_s;

QString keyName(const QString& id) {
    return u"account/"_s + id;
}

/// A name in which there is nothing to see is none.
ConnectedAccount named(ConnectedAccount account) {
    if (isInvisible(account.name))
        account.name = isInvisible(account.teamId) ? account.baseUrl.host() : account.teamId;
    account.name = inOneLine(account.name);
    return account;
}
} // namespace

AccountList::AccountList(QSettings& settings, SecretVault& vault, RandomSource& random, QObject* parent)
    : QObject(parent), settings_(settings), vault_(vault), random_(random) {
    const int count = settings_.beginReadArray(listKey);
    for (int i = 0; i < count; ++i) {
        settings_.setArrayIndex(i);
        const ConnectedAccount account{settings_.value(u"id"_s).toString(), settings_.value(u"name"_s).toString(),
                                       settings_.value(u"baseUrl"_s).toUrl(), settings_.value(u"teamId"_s).toString(),
                                       settings_.value(u"plan"_s).toString()};
        if (!account.id.isEmpty() && account.baseUrl.isValid())
            accounts_.append(named(account));
    }
    settings_.endArray();
}

const ConnectedAccount* AccountList::find(const QString& id) const {
    const auto found = std::ranges::find(accounts_, id, &ConnectedAccount::id);
    return found == accounts_.cend() ? nullptr : &*found;
}

void AccountList::add(ConnectedAccount account, const Secret& key, QObject* context, Done<ConnectedAccount> done) {
    account = named(std::move(account));
    account.id = newToken(random_).left(16);
    vault_.write(keyName(account.id), key, this,
                 [this, account, context = QPointer(context), done = std::move(done)](const Result<void>& kept) {
                     if (kept) {
                         accounts_.append(account);
                         write();
                     }
                     if (context)
                         done(kept ? Result<ConnectedAccount>(account) : failure(kept.error()));
                 });
}

void AccountList::rename(const QString& id, const QString& name) {
    change(id, [&](ConnectedAccount& account) { account.name = name; });
}

void AccountList::setPlan(const QString& id, const QString& plan) {
    change(id, [&](ConnectedAccount& account) { account.plan = plan; });
}

void AccountList::replaceKey(const QString& id, const Secret& key, QObject* context, Done<void> done) {
    vault_.write(keyName(id), key, context, std::move(done));
}

void AccountList::readKey(const QString& id, QObject* context, Done<Secret> done) {
    vault_.read(keyName(id), context, std::move(done));
}

void AccountList::remove(const QString& id, QObject* context, Done<void> done) {
    if (accounts_.removeIf([&](const ConnectedAccount& account) { return account.id == id; }) > 0)
        write();
    vault_.remove(keyName(id), context, std::move(done));
}

void AccountList::change(const QString& id, const std::function<void(ConnectedAccount&)>& how) {
    const auto found = std::ranges::find(accounts_, id, &ConnectedAccount::id);
    if (found == accounts_.end())
        return;
    const ConnectedAccount before = *found;
    how(*found);
    *found = named(*found);
    if (*found != before)
        write();
}

void AccountList::write() {
    settings_.remove(listKey);
    settings_.beginWriteArray(listKey, int(accounts_.size()));
    for (int i = 0; i < int(accounts_.size()); ++i) {
        const ConnectedAccount& account = accounts_.at(i);
        settings_.setArrayIndex(i);
        settings_.setValue(u"id"_s, account.id);
        settings_.setValue(u"name"_s, account.name);
        settings_.setValue(u"baseUrl"_s, account.baseUrl);
        settings_.setValue(u"teamId"_s, account.teamId);
        settings_.setValue(u"plan"_s, account.plan);
    }
    settings_.endArray();
    Q_EMIT changed();
}

} // namespace waybill
