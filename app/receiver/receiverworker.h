// SPDX-License-Identifier: MIT
#pragma once

#include "http/httpserver.h"
#include "receiver/receiver.h"
#include "store/database.h"

#include <QHash>
#include <QTimer>

#include <memory>

namespace waybill {

/// A secret that checks deliveries, and until when.
struct InboxSecret {
    Secret secret;
    std::optional<Instant> validUntil; ///< Nothing: until it is replaced.
};
/// By owner: the current one, then the previous one while it is valid.
using InboxSecrets = QHash<QString, QList<InboxSecret>>;

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
    void setSecrets(const QString& owner, const QList<InboxSecret>& secrets);
    void rememberOwner(const InboxOwner& owner);
    void forgetOwner(const QString& owner);
    void readCapture(quint64 call, const QString& deliveryId);

Q_SIGNALS:
    void opened(const QList<waybill::InboxOwner>& owners, const QString& token);
    void listening(const QUrl& url);
    void captured(const waybill::Capture& capture);
    void failed(const waybill::Error& error);
    void captureRead(quint64 call, const waybill::Result<waybill::Capture>& capture);

private:
    Result<void> openDatabase();
    Result<QString> setting(const QString& name);
    Result<void> setSetting(const QString& name, const QString& value);
    HttpResponse take(const HttpRequest& request);
    Result<Capture> store(Capture capture);
    Result<void> retain();
    QList<Secret> validSecrets(Instant now) const;

    const DataFile databaseFile_;
    const Clock& clock_;
    RandomSource& random_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<HttpServer> server_;
    QString token_;
    InboxSecrets secrets_;
    quint16 port_ = 0; ///< That was asked for.
    QTimer startLater_;
    bool isTold_ = false; ///< That it could not start.
};

} // namespace waybill
