// SPDX-License-Identifier: MIT
#include "window/accountactions.h"

#include "account/accountconnection.h"
#include "contract/foreigntext.h"
#include "dialogs/accountdialog.h"
#include "dialogs/confirmationdialog.h"
#include "dialogs/renamedialog.h"
#include "words/errors.h"

namespace waybill {

AccountActions::AccountActions(AccountList& accounts, const ProxySetting& proxies, const Clock& clock,
                               RandomSource& random, QWidget& window, QObject* parent)
    : QObject(parent), accounts_(accounts), proxies_(proxies), clock_(clock), random_(random), window_(window) {}

void AccountActions::add() {
    auto* dialog = opened(new AccountDialog(&window_));
    connect(dialog, &AccountDialog::submitted, this, [this, dialog] { check(dialog, {}); });
}

void AccountActions::replaceKey(const ConnectedAccount& account) {
    auto* dialog = opened(new AccountDialog(account.name, account.baseUrl, &window_));
    connect(dialog, &AccountDialog::submitted, this, [this, dialog, id = account.id] { check(dialog, id); });
}

void AccountActions::check(AccountDialog* dialog, const QString& knownAccount) {
    dialog->setBusy(true);
    // A connection of its own for each try: it goes with the dialog, or with the next try.
    auto* connection = new AccountConnection(dialog->baseUrl(), dialog->apiKey(), proxies_, clock_, random_, dialog);
    // Until it fails for good, minutes may pass.
    connect(&connection->client(), &AccountClient::retrying, dialog, [dialog](const Error& why) {
        dialog->setWarning(tr("%1. Waybill is trying again.", "what is in the way").arg(wordsFor(why).title));
    });
    connect(&connection->client(), &AccountClient::recovered, dialog, [dialog] { dialog->clearError(); });
    connection->check(dialog, [this, dialog, connection, knownAccount](const Result<AccountFacts>& facts) {
        connection->deleteLater();
        if (!facts) {
            dialog->setBusy(false);
            dialog->setError(facts.error());
            return;
        }
        const ConnectedAccount* known = accounts_.find(knownAccount);
        if (known && !known->teamId.isEmpty() && known->teamId != facts->principal.teamId) {
            Error other;
            other.kind = ErrorKind::Malformed;
            other.message = tr("This key belongs to another team. Add it as an account of its own.");
            dialog->setBusy(false);
            dialog->setError(other);
            return;
        }
        if (!facts->missingScopes.isEmpty() && !dialog->takesKeyAnyway()) {
            dialog->setBusy(false);
            dialog->setMissingScopes(facts->missingScopes);
            return;
        }
        // It stays busy until the key is kept, so that nothing is added twice.
        keep(dialog, knownAccount, facts->principal.teamId, facts->usage.plan);
    });
}

void AccountActions::keep(AccountDialog* dialog, const QString& knownAccount, const QString& teamId,
                          const QString& plan) {
    const Secret key = dialog->apiKey();
    if (!knownAccount.isEmpty()) {
        accounts_.replaceKey(knownAccount, key, dialog, [this, dialog, knownAccount, key](const Result<void>& kept) {
            if (!kept) {
                dialog->setBusy(false);
                dialog->setError(kept.error());
                return;
            }
            dialog->accept();
            Q_EMIT keyReplaced(knownAccount, key);
        });
        return;
    }
    ConnectedAccount account;
    account.name = dialog->name().isEmpty() ? (teamId.isEmpty() ? dialog->baseUrl().host() : teamId) : dialog->name();
    account.baseUrl = dialog->baseUrl();
    account.teamId = teamId;
    account.plan = plan;
    accounts_.add(account, key, dialog, [this, dialog, key](const Result<ConnectedAccount>& kept) {
        if (!kept) {
            dialog->setBusy(false);
            dialog->setError(kept.error());
            return;
        }
        dialog->accept();
        Q_EMIT added(kept->id, key);
    });
}

void AccountActions::rename(const ConnectedAccount& account) {
    auto* dialog = opened(new RenameDialog(tr("Rename account"), account.name, &window_));
    connect(dialog, &QDialog::accepted, this,
            [this, dialog, id = account.id] { accounts_.rename(id, dialog->name()); });
}

void AccountActions::askToRemove(const ConnectedAccount& account) {
    auto* dialog = opened(new ConfirmationDialog(
        {tr("Remove “%1” from this computer?").arg(isolated(account.name)),
         tr("This removes the account's key, the copy of its log and the record of brought events from this computer. "
            "Events already brought stay in the Sandbox. Nothing changes in the account itself: its endpoints keep "
            "working, and you can add it again with a key."),
         tr("&Remove account"),
         {},
         true},
        &window_));
    connect(dialog, &ConfirmationDialog::confirmed, this, [this, dialog, id = account.id] {
        dialog->accept();
        Q_EMIT removeConfirmed(id);
    });
}

} // namespace waybill
