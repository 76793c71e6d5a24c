// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountconnection.h"
#include "dialogs/sheet.h"
#include "history/history.h"

#include <QHash>

class QFormLayout;

namespace waybill {

class Banner;
class CopyButton;

/// What is known of an account: who the key is and what it may do, the plan and what is left of it, and what the
/// account says of its contract. Asks when it opens; what an account does not tell is left out.
class AccountDetails final : public Sheet {
    Q_OBJECT
public:
    /// What only this computer knows of it. Empty texts are left out.
    struct Connection {
        QString name;
        QString address;
        QString keyPlace; ///< Where the key is kept, never the key.
    };
    /// The client may go before the sheet; the copy outlives it.
    AccountDetails(const Connection& connection, AccountClient& client, History& history, QWidget* parent);

Q_SIGNALS:
    /// By a click only; https.
    void linkOpened(const QUrl& url);
    /// What the account answered: whoever shows it elsewhere shows the same.
    void factsRead(const waybill::AccountFacts& facts);

private:
    enum class Row { Name, Team, User, Plan, Period, Use, Rights, Lacks, Address, Key, Rate, InStep };
    void addRow(Row row, const QString& label, bool isCode = false);
    void set(Row row, const QString& text);
    void showFacts(const AccountFacts& facts);
    void showClient();
    void showNotice(const VersionNotice& notice);
    void gatherCopy();

    AccountClient* client_;
    QFormLayout* form_;
    QList<Row> order_;
    QHash<Row, QLabel*> labels_;
    QHash<Row, QLabel*> values_;
    Banner* notice_;
    QUrl successor_;
    CopyButton* copy_;
};

} // namespace waybill
