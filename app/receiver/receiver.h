// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "completion/pendingcalls.h"
#include "contract/random.h"
#include "contract/signature.h"
#include "http/httpmessage.h"
#include "secrets/secretvault.h"

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
    bool seenBefore = false; ///< The same event id was accepted earlier: a retry or a replay.
    friend bool operator==(const Capture&, const Capture&) = default;
};

/// The built-in receiver: an inbox on 127.0.0.1 at a path that cannot be guessed. Checks every delivery with the
/// secrets that it was given, keeps the exact bytes, answers 200 or 400. A facade on the main thread over a thread of
/// its own that owns the server and the database.
class Receiver final : public QObject {
    Q_OBJECT
public:
    /// `vault` keeps the inbox's secrets between starts. `clock` is real time: signatures are checked against it.
    Receiver(const QString& databasePath, SecretVault& vault, const Clock& clock, RandomSource& random,
             QObject* parent = nullptr);
    /// Finishes what was asked of it before.
    ~Receiver() override;

    /// Port 0: the one of last time if it is free, else any. Port N: that one, or `failed` with PortTaken.
    void start(quint16 port);
    /// The address of the inbox; empty until `listening`.
    QUrl url() const { return url_; }
    /// Whether this address is the inbox's, on whatever port it had.
    bool owns(const QUrl& address) const;

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
    bool knowsSecretOf(const QString& owner) const { return owners_.contains(owner); }
    /// Reads the secrets from the vault again: after the vault became ready.
    void reloadSecrets();

    /// The newest capture of this delivery id; NotFound where it never came here.
    void readCapture(const QString& deliveryId, QObject* context, Done<Capture> done);

Q_SIGNALS:
    void listening(const QUrl& url);
    void captured(const waybill::Capture& capture);
    void failed(const waybill::Error& error);

private:
    class Worker;
    void hand(const QString& owner);
    void remember(const QString& owner);
    void keepPrevious(const QString& owner, const Secret& previous);
    QUrl url_;
    QString token_;
    SecretVault& vault_;
    QHash<QString, std::optional<Instant>> owners_; ///< With the end of the previous secret's time.
    QHash<QString, Secret> current_;
    QHash<QString, Secret> previous_;
    QThread thread_;
    Worker* worker_;
    PendingCalls calls_;
};

} // namespace waybill
