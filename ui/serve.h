// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountconnection.h"
#include "catchup/catchup.h"
#include "commandline.h"
#include "environment.h"
#include "keyfile.h"
#include "services.h"

namespace waybill {

/// `waybill --serve`: the sandbox account and the receiver without a window, for other tools. Prints one line of JSON
/// when both answer, and with --bring-events another one once events are brought. Ends the program's event loop with 1
/// where one of them cannot start.
class Serve final : public QObject {
    Q_OBJECT
public:
    /// The served account takes the environment's key, or a new one where that is empty; with --bring-events it is the
    /// key of the account whose events are brought.
    Serve(const CommandLine& line, const Environment& environment, QObject* parent = nullptr);
    Result<void> start();

private:
    /// Where nobody has opened a pipe for reading yet, once more later.
    Result<void> writeKeyFile();
    void announceReady();
    void tellWhereReceiverIs();
    void tellAboutReceiver(const Error& error);
    void stopWith(const Error& error);
    void connectAccount(const QString& baseUrl);
    void askWhoseEvents();
    void bringEvents(const QString& teamId);
    void tellAboutBringing();
    void tellAboutStore();
    void tellLeftOut();

    CommandLine line_;
    Services services_;
    QUrl baseUrl_;
    bool isInboxReady_ = false;
    bool isReady_ = false;
    Secret accountKey_;
    QTimer writeKeyLater_;
    QUrl accountUrl_;
    std::unique_ptr<AccountConnection> account_;
    std::unique_ptr<CatchUp> catchUp_;
    Alarm askAgain_;
    QString toldProblem_;
    QString toldStoreFailure_;
    std::optional<qint64> toldLeftOut_;
    bool hasToldSince_ = false;
};

} // namespace waybill
