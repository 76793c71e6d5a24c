// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "secrets/secretplace.h"
#include "secrets/secretvault.h"

#include <QMap>

#include <functional>
#include <memory>

namespace waybill {

/// The one door: a vault that stands before the place in use. Probes the keychain when it opens; where there is none it
/// says so once (`keychainMissing`), keeps what is asked of it waiting until `choose()` is called or the time limit
/// (then NoKeychain), and goes on in the chosen place.
class SecretDoor final : public SecretVault {
    Q_OBJECT
public:
    /// `dataFolder`: where the sealed file and its key live ("secrets.sealed", "secrets.key").
    explicit SecretDoor(const QString& dataFolder, QObject* parent = nullptr);
    /// For tests: the vaults to stand before.
    SecretDoor(std::unique_ptr<SecretVault> keychain, std::unique_ptr<SecretVault> sealedFile,
               std::unique_ptr<SecretVault> session, QObject* parent = nullptr);
    ~SecretDoor() override;

    /// Starts with this place; Keychain is probed first.
    void open(SecretPlace place);
    /// A person's choice after `keychainMissing`, or in the settings. Keychain tries the keychain again.
    void choose(SecretPlace place);
    SecretPlace place() const { return place_; }
    bool isReady() const { return ready_; }
    /// How long the whole probe of the keychain may take, and a request may wait for a place: 10 s unless told
    /// otherwise.
    void setTimeLimit(milliseconds limit) { timeLimit_ = limit; }

    void read(const QString& name, QObject* context, Done<Secret> done) override;
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override;
    void remove(const QString& name, QObject* context, Done<void> done) override;

Q_SIGNALS:
    /// There is no keychain (or it is locked): said once for every try. The error's `details` has the technical text.
    void keychainMissing(const waybill::Error& error);
    /// Secrets can be read and written now: whoever waited tries again.
    void ready(waybill::SecretPlace place);

private:
    template <typename T>
    using Ask = std::function<void(SecretVault&, Done<T>)>;
    template <typename T>
    void pass(QObject* context, Done<T> done, Ask<T> ask);
    void probe();
    void becomeReady();
    void loseKeychain(const Error& error);
    SecretVault& current() const;

    SecretPlace place_ = SecretPlace::Keychain;
    bool ready_ = false;
    bool missing_ = false;
    bool patient_ = true; ///< Whether a request without a place waits for one.
    int tries_ = 0;
    Error lastError_;
    milliseconds timeLimit_{10'000};
    PendingCalls calls_;
    QMap<quint64, std::function<void()>> waiting_;
    std::unique_ptr<SecretVault> keychain_;
    std::unique_ptr<SecretVault> sealedFile_;
    std::unique_ptr<SecretVault> session_;
};

} // namespace waybill
