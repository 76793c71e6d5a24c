// SPDX-License-Identifier: MIT
#pragma once

#include "secrets/filethread.h"
#include "secrets/keychain.h"
#include "secrets/placerecord.h"
#include "secrets/secretplace.h"

#include <QHash>
#include <QMap>

#include <functional>
#include <memory>

namespace waybill {

/// The one door to the places for secrets. New ones go to the place that is recorded with the data; each is read where
/// it is, so that what was kept in another place before goes on working. The keychain is asked only when a secret has
/// to be kept or read there, and what it does not give concerns only the secrets in it.
class SecretDoor final : public SecretVault {
    Q_OBJECT
public:
    /// What became of the secrets when another place was chosen.
    struct Carried {
        int moved = 0;
        int left = 0; ///< They stay in the keychain, which did not open, and are used from there once it does.
    };
    /// `dataFolder`: where the record, the sealed file and its key live.
    explicit SecretDoor(const QString& dataFolder, QObject* parent = nullptr);
    /// For tests: the vaults to stand before.
    SecretDoor(const QString& dataFolder, std::unique_ptr<SecretVault> keychain,
               std::unique_ptr<SecretVault> sealedFile, std::unique_ptr<SecretVault> session,
               QObject* parent = nullptr);
    ~SecretDoor() override;

    /// No person is there: the keychain is waited for no longer than this, and what it cannot keep goes to the sealed
    /// file. Before `open`.
    void setUnattended(milliseconds timeLimit);
    /// Goes by the record; `preferred` is the place for new secrets where there is none. Requests wait until then.
    void open(SecretPlace preferred);
    /// A person's choice for new secrets. Those that are kept elsewhere are carried over, as far as they can be read.
    /// Keychain tries it again, and counts once it opened.
    void choose(SecretPlace place);
    /// The person waits no longer for the keychain, or chooses no place: what waits fails.
    void giveUp();
    /// For new secrets.
    SecretPlace place() const;
    bool isReady() const { return isOpen_; }
    /// The keychain is needed and did not open.
    bool lacksKeychain() const { return keychain_.isMissing(); }
    /// How many secrets are, or were when it was last open, in the keychain.
    int inKeychain() const { return int(places_.inKeychain.size()); }

    void read(const QString& name, QObject* context, Done<Secret> done) override;
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override;
    void remove(const QString& name, QObject* context, Done<void> done) override;

Q_SIGNALS:
    /// What failed before may work now: whoever waited tries again.
    void ready(waybill::SecretPlace place);
    /// The keychain's answer is waited for, and the system may show a window of its own; and no longer.
    void keychainAsked();
    void keychainAnswered();
    /// Said once for every time that it is tried. The error's `details` has the technical text.
    void keychainMissing(const waybill::Error& error);
    /// A secret waits to be kept, and the keychain did not open: `choose` or `giveUp`.
    void placeNeeded(const waybill::Error& error);
    void carriedOver(const waybill::SecretDoor::Carried& carried);
    /// Others may read these files, and that could not be changed.
    void filesOpenToOthers(const QStringList& files);

private:
    struct Waiting {
        std::function<void()> retry;
        std::function<void(const Error&)> fail;
    };
    void whenOpen(std::function<void()> ask);
    /// What is asked of one name is done in order.
    void inTurn(const QString& name, const std::function<void()>& work);
    void endTurn(const QString& name);
    template <typename T>
    quint64 begin(const QString& name, QObject* context, Done<T> done);
    bool mayBeInKeychain(const QString& name) const;
    void readFromKeychain(quint64 number, const QString& name, const Result<Secret>& elsewhere);
    void keep(quint64 number, const QString& name, const Secret& secret);
    void keepInSealedFile(quint64 number, const QString& name, const Secret& secret);
    void keepInKeychain(quint64 number, const QString& name, const Secret& secret);
    void takeOutElsewhere(quint64 number, const QString& name);
    void waitForPlace(quint64 number, const QString& name, const Secret& secret, const Error& error);
    /// Writes `places_` down where that was not done yet.
    void record(Done<void> done);
    void noteLater();
    void settleIn(SecretPlace place);
    void retryWithoutPlace();
    void carryOver();
    void carry(SecretVault& from, QStringList names, Carried soFar, std::function<void(const Carried&)> then);

    PlaceRecord record_;
    SecretPlaces places_;
    SecretPlaces recorded_;
    SecretPlace preferred_ = SecretPlace::Keychain;
    bool isSessionOnly_ = false; ///< The person's choice for this run; it leaves no record.
    bool isOpen_ = false;
    bool isUnattended_ = false;
    bool wantsKeychain_ = false; ///< It was chosen and has not opened yet.
    bool wasMissing_ = false;
    bool isGivingUp_ = false;
    bool isCarrying_ = false;
    QSet<QString> keptMeanwhile_; ///< While others are carried over: what is carried is older.
    PendingCalls calls_;
    QList<std::function<void()>> untilOpen_;
    QHash<QString, QList<std::function<void()>>> turns_;
    QMap<quint64, Waiting> withoutPlace_;
    Keychain keychain_;
    std::unique_ptr<SecretVault> sealedFile_;
    std::unique_ptr<SecretVault> session_;
    FileThread files_;
};

} // namespace waybill
