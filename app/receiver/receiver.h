// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "completion/pendingcalls.h"
#include "contract/endpointsecrets.h"
#include "contract/random.h"
#include "contract/signature.h"
#include "http/httpmessage.h"
#include "http/inboxaddress.h"
#include "secrets/secretvault.h"
#include "store/folderlock.h"

#include <QSet>
#include <QThread>
#include <QUrl>

namespace waybill {

/// A request that the receiver took.
struct Capture {
    qint64 id = 0;
    Instant receivedAt;
    QByteArray method;
    QByteArray target;
    HttpHeaders headers;
    QByteArray body; ///< The exact bytes.
    SignatureCheck check;
    int answerStatus = 0; ///< 200 where the signature is valid, 400 otherwise.
    QString eventId;
    QString eventType;
    QString deliveryId;
    bool seenBefore = false; ///< The same event was accepted earlier: a retry or a replay.
    friend bool operator==(const Capture&, const Capture&) = default;
};

/// The built-in receiver: an inbox on 127.0.0.1 and [::1] at a path that cannot be guessed. Checks every delivery with
/// the secrets that it was given, keeps the exact bytes, answers 200 or 400. A facade on the main thread over a thread
/// of its own that owns the server and the database.
class Receiver final : public QObject {
    Q_OBJECT
public:
    /// `vault` keeps the inbox's secrets between starts. `clock` is real time: signatures are checked against it.
    Receiver(const DataFile& databaseFile, SecretVault& vault, const Clock& clock, RandomSource& random,
             QObject* parent = nullptr);
    /// Finishes what was asked of it before.
    ~Receiver() override;

    /// Port 0: the one of last time if it is free, else any. Port N: that one, or `failed` with PortTaken.
    void start(quint16 port);
    /// The address of the inbox; empty until `listening`.
    QUrl url() const;
    /// What is known of where it is.
    const InboxAddress& address() const { return address_; }
    /// Whether what is sent to this address comes here.
    bool owns(const QUrl& url) const { return address_.placeOf(url) == InboxAddress::Place::Here; }
    /// The port that it had before this start, where another program has it now; else 0. It is tried again at the next
    /// start, unless something points to the new one by then.
    quint16 portBefore() const { return portBefore_; }

    /// Check deliveries of this endpoint, which points here, with exactly these secrets until Waybill ends: whoever can
    /// read them hands them over at each start.
    void useSecrets(const QString& owner, const EndpointSecrets& secrets);
    /// It points elsewhere now. What is under way is still checked.
    void releaseSecrets(const QString& owner);
    /// Check deliveries of this endpoint with this secret from now on. An earlier one of the same owner stays valid
    /// until `previousValidUntil`. `owner`: "<account>/<endpoint id>". Kept in the vault, so that it works after a
    /// restart; `done` when it is there.
    void useSecret(const QString& owner, const Secret& secret, std::optional<Instant> previousValidUntil,
                   QObject* context, Done<void> done);
    void forgetSecret(const QString& owner);
    /// Before its time: only the current one is valid from now on.
    void forgetPreviousSecret(const QString& owner);
    /// Every secret of an account: "<account>/…".
    void forgetSecretsOf(const QString& account);
    /// Whether deliveries of this owner can be checked.
    bool knowsSecretOf(const QString& owner) const { return owners_.contains(owner) || handed_.contains(owner); }
    /// Reads the secrets from the vault again: after the vault became ready.
    void reloadSecrets();

    /// The newest capture of this delivery id; NotFound where it never came here.
    void readCapture(const QString& deliveryId, QObject* context, Done<Capture> done);

Q_SIGNALS:
    void listening(const QUrl& url);
    void captured(const waybill::Capture& capture);
    /// It could not start, or where it listens, its store takes nothing: it refuses with 503 until `recovered`.
    void failed(const waybill::Error& error);
    void recovered();

private:
    class Worker;
    void hand(const QString& owner);
    void forgetKept(const QString& owner);
    void remember(const QString& owner);
    void keepPrevious(const QString& owner, const Secret& previous);
    InboxAddress address_;
    quint16 portBefore_ = 0;
    SecretVault& vault_;
    QHash<QString, std::optional<Instant>> owners_; ///< With the end of the previous secret's time.
    QSet<QString> handed_;                          ///< Owners whose secrets are handed over at each start.
    QHash<QString, Secret> current_;
    QHash<QString, Secret> previous_;
    QThread thread_;
    Worker* worker_;
    PendingCalls calls_;
};

} // namespace waybill
