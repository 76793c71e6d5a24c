// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "contract/random.h"
#include "http/proxysetting.h"
#include "receiver/receiver.h"
#include "sandbox/sandbox.h"
#include "secrets/secretdoor.h"
#include "store/folderlock.h"

namespace waybill {

/// All of Waybill that needs no window, put together: the sandbox account, the receiver and the door to secrets, on one
/// folder of data. Lives on the main thread.
class Services final : public QObject {
    Q_OBJECT
public:
    struct Options {
        QString dataFolder;
        QString plan = QStringLiteral("pro");
        QStringList scopes = {QStringLiteral("webhooks:*"), QStringLiteral("events:read")};
        Secret apiKey; ///< Of the sandbox account; a new one where it is empty.
    };
    /// Where the platform keeps the data of an application.
    static QString standardDataFolder();

    explicit Services(Options options, QObject* parent = nullptr);

    /// Takes the folder for this process; makes it (0700) where there is none. DataInUse where another Waybill has it.
    Result<void> takeDataFolder();
    const QString& dataFolder() const { return options_.dataFolder; }
    QString dataFile(const QString& name) const { return options_.dataFolder + u'/' + name; }

    /// Whether at its path is the folder that was taken: what is there else is not ours to delete.
    bool hasDataFolder() const { return lock_.isInPlace(); }
    /// Opened only while the folder is the one that was taken.
    DataFile database(const QString& name) const { return {dataFile(name), &lock_}; }

    const Clock& clock() const { return clock_; }
    RandomSource& random() { return random_; }
    const Secret& apiKey() const { return options_.apiKey; }
    SecretDoor& secrets() { return secrets_; }
    Sandbox& sandbox() { return sandbox_; }
    Receiver& receiver() { return receiver_; }
    /// Of everybody who sends; the system's until it is chosen otherwise.
    ProxySetting& proxies() { return proxies_; }

private:
    SystemRandom random_;
    SystemClock clock_;
    ShiftedClock sandboxClock_; ///< Real time again at every start.
    Options options_;
    FolderLock lock_;
    SecretDoor secrets_;
    ProxySetting proxies_;
    Sandbox sandbox_;
    Receiver receiver_;
};

} // namespace waybill
