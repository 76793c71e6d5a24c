// SPDX-License-Identifier: MIT
#pragma once

#include "http/httpserver.h"
#include "receiver/capturelog.h"
#include "receiver/receiver.h"
#include "store/database.h"

#include <QHash>
#include <QSet>
#include <QTimer>

#include <memory>

namespace waybill {

/// A secret that checks deliveries, and until when.
struct InboxSecret {
    Secret secret;
    std::optional<Instant> validUntil; ///< Nothing: until it is replaced.
};
/// Of one owner: the current one, then the previous one while it is valid.
struct InboxSecrets {
    QList<InboxSecret> secrets;
    bool isComplete = true; ///< False where one of them could not be read yet.
};

/// Who has secrets in the vault, and until when the previous one counts.
struct InboxOwner {
    QString owner;
    std::optional<Instant> previousValidUntil;
    friend bool operator==(const InboxOwner&, const InboxOwner&) = default;
};

/// The receiver's own thread: server, database, checking.
class Receiver::Worker final : public QObject {
    Q_OBJECT
public:
    Worker(DataFile databaseFile, const Clock& clock, RandomSource& random);

    void start(quint16 port);
    void keepPort();
    void setSecrets(const QString& owner, const InboxSecrets& secrets);
    /// Signatures of its secrets count for as long as an attempt may be under way.
    void releaseSecrets(const QString& owner);
    void dropSecrets(const QString& owner) { secrets_.remove(owner); }
    void rememberOwner(const InboxOwner& owner);
    void forgetOwner(const QString& owner);
    void readCapture(quint64 call, const QString& deliveryId);

Q_SIGNALS:
    void opened(const QList<waybill::InboxOwner>& owners, const waybill::InboxAddress& address);
    void listening(const waybill::InboxAddress& address, quint16 portBefore);
    void captured(const waybill::Capture& capture);
    void failed(const waybill::Error& error);
    void recovered();
    void captureRead(quint64 call, const waybill::Result<waybill::Capture>& capture);

private:
    Result<void> openDatabase();
    Result<QString> setting(const QString& name);
    Result<void> setSetting(const QString& name, const QString& value);
    Result<quint16> listen();
    void writeOwners();
    /// A fault of the store is told once, until it takes work again.
    void noteStore(const Result<void>& result);
    HttpResponse take(const HttpRequest& request);
    struct Checked {
        SignatureCheck check;
        QString owner; ///< Whose secret the signature was made with.
    };
    Checked check(const QByteArray& signature, const QByteArray& body, Instant now, bool isExpired = false) const;
    QString reason(const Checked& checked, const QByteArray& signature, const QByteArray& body, Instant now) const;

    const DataFile databaseFile_;
    const Clock& clock_;
    RandomSource& random_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<CaptureLog> log_;
    std::unique_ptr<HttpServer> server_;
    InboxAddress address_;
    QHash<QString, InboxSecrets> secrets_;                 ///< By owner.
    QSet<QString> unread_;                                 ///< Owners whose secrets did not come from the vault yet.
    QHash<QString, std::optional<InboxOwner>> notWritten_; ///< By owner; nothing: to be forgotten.
    quint16 port_ = 0;                                     ///< That was asked for.
    QTimer startLater_;
    QTimer writeLater_;
    bool isTold_ = false; ///< That it could not start.
    bool isStoreFailing_ = false;
};

} // namespace waybill
