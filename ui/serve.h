// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountconnection.h"
#include "catchup/catchup.h"
#include "commandline.h"
#include "services.h"

namespace waybill {

/// `waybill --serve`: the sandbox account and the receiver without a window, for other tools. Prints one line of JSON
/// when both answer, and with --bring-events another one once events are brought. Ends the program's event loop with 1
/// where one of them cannot start.
class Serve final : public QObject {
    Q_OBJECT
public:
    /// `apiKey`: what tools have in AUTOUSERS_API_KEY. The served account takes it, or a new one where it is empty;
    /// with
    /// --bring-events it is the key of the account whose events are brought.
    Serve(const CommandLine& line, const Secret& apiKey, QObject* parent = nullptr);
    Result<void> start();

private:
    Result<void> writeKeyFile();
    void announceSecretsWhenListening();
    void announceReady();
    void stopWith(const Error& error);
    Result<void> connectAccount();
    void askWhoseEvents();
    void bringEvents(const QString& teamId);
    void tellAboutBringing();
    void tellLeftOut();

    CommandLine line_;
    Services services_;
    QUrl baseUrl_;
    QUrl receiverUrl_;
    Secret accountKey_;
    QUrl accountUrl_;
    std::unique_ptr<AccountConnection> account_;
    std::unique_ptr<CatchUp> catchUp_;
    Alarm askAgain_;
    QString toldProblem_;
    std::optional<qint64> toldLeftOut_;
    bool hasToldSince_ = false;
};

} // namespace waybill
