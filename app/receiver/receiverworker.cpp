// SPDX-License-Identifier: MIT
#include "receiver/receiverworker.h"

#include "contract/contractjson.h"
#include "contract/random.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <array>
#include <utility>

namespace waybill {

namespace {

// The log of the contract shows 30 days; the receiver keeps as much.
constexpr std::chrono::hours capturesKept{30 * 24};
constexpr int mostCaptures = 10'000;
constexpr milliseconds pauseBeforeStart{2'000};

const QByteArray inboxPath = "/in/";

std::span<const Migration> receiverSchema() {
    static const std::array<Migration, 1> migrations{{{
        1,
        {
            QStringLiteral("CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)"),
            QStringLiteral("CREATE TABLE owners (owner TEXT PRIMARY KEY, previous_valid_until INTEGER)"),
            QStringLiteral("CREATE TABLE captures (id INTEGER PRIMARY KEY AUTOINCREMENT, received_at INTEGER NOT NULL,"
                           " method BLOB NOT NULL, target BLOB NOT NULL, headers BLOB NOT NULL, body BLOB NOT NULL,"
                           " verdict INTEGER NOT NULL, signed_at INTEGER, answer_status INTEGER NOT NULL,"
                           " event_id TEXT NOT NULL, event_type TEXT NOT NULL, delivery_id TEXT NOT NULL,"
                           " seen_before INTEGER NOT NULL)"),
            QStringLiteral("CREATE INDEX captures_of_delivery ON captures(delivery_id, id)"),
            QStringLiteral("CREATE INDEX captures_of_event ON captures(event_id, id)"),
        },
    }}};
    return migrations;
}

// Fields may hold any byte, so they are kept as base64 inside the list.
QByteArray written(const HttpHeaders& headers) {
    QJsonArray list;
    for (const HttpHeader& field : headers.fields())
        list += QJsonArray{QString::fromLatin1(field.name), QString::fromLatin1(field.value.toBase64())};
    return QJsonDocument(list).toJson(QJsonDocument::Compact);
}

HttpHeaders readHeaders(const QByteArray& bytes) {
    HttpHeaders headers;
    const QJsonArray list = QJsonDocument::fromJson(bytes).array();
    for (const auto& field : list)
        headers.add(field[0].toString().toLatin1(), QByteArray::fromBase64(field[1].toString().toLatin1()));
    return headers;
}

QString fieldText(const HttpHeaders& headers, const char* name) {
    return QString::fromUtf8(headers.value(name).value_or(QByteArray("")).left(256));
}

HttpResponse plain(int status, const QString& message) {
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, message.toUtf8() + '\n'};
}

QString tr(const char* text) {
    return QCoreApplication::translate("Receiver", text);
}

QString reason(SignatureVerdict verdict) {
    switch (verdict) {
    case SignatureVerdict::Valid:
        return {};
    case SignatureVerdict::Missing:
        return tr("The message is not signed.");
    case SignatureVerdict::Malformed:
        return tr("The signature cannot be read.");
    case SignatureVerdict::TooOld:
        return tr("The signature is older than five minutes.");
    case SignatureVerdict::FromFuture:
        return tr("The signature is from more than five minutes ahead.");
    case SignatureVerdict::WrongSecret:
        return tr("The signature was made with another secret.");
    case SignatureVerdict::NoSecret:
        return tr("The receiver has no secret to check this message with.");
    }
    return {};
}

} // namespace

Receiver::Worker::Worker(DataFile databaseFile, const Clock& clock, RandomSource& random)
    : databaseFile_(std::move(databaseFile)), clock_(clock), random_(random), startLater_(this) {
    startLater_.setSingleShot(true);
    connect(&startLater_, &QTimer::timeout, this, [this] { start(port_); });
}

Result<QString> Receiver::Worker::setting(const QString& name) {
    return database_->run(QStringLiteral("SELECT value FROM settings WHERE name = ?"), {name}).map([](QSqlQuery query) {
        return query.next() ? query.value(0).toString() : QString();
    });
}

Result<void> Receiver::Worker::setSetting(const QString& name, const QString& value) {
    return database_->run(QStringLiteral("INSERT OR REPLACE INTO settings VALUES (?, ?)"), {name, value})
        .map([](const QSqlQuery&) {});
}

Result<void> Receiver::Worker::openDatabase() {
    auto database = Database::open(databaseFile_, receiverSchema());
    if (!database)
        return failure(database.error());
    database_ = *std::move(database);
    const auto token = setting(QStringLiteral("token"));
    if (!token)
        return failure(token.error());
    token_ = *token;
    if (token_.isEmpty()) {
        token_ = newToken(random_);
        if (auto kept = setSetting(QStringLiteral("token"), token_); !kept)
            return kept;
    }
    auto query = database_->run(QStringLiteral("SELECT owner, previous_valid_until FROM owners"));
    if (!query)
        return failure(query.error());
    QList<InboxOwner> owners;
    while (query->next()) {
        InboxOwner owner{query->value(0).toString(), std::nullopt};
        if (!query->value(1).isNull())
            owner.previousValidUntil = instantFromMilliseconds(query->value(1).toLongLong());
        owners += owner;
    }
    Q_EMIT opened(owners, token_);
    return {};
}

void Receiver::Worker::start(quint16 port) {
    port_ = port;
    if (auto ready = openDatabase(); !ready) {
        database_.reset();
        // The disk may have space again, or whoever holds the file lets go: what is told once is tried until it works.
        if (!std::exchange(isTold_, true))
            Q_EMIT failed(ready.error());
        if (ready.error().kind == ErrorKind::Storage)
            startLater_.start(pauseBeforeStart);
        return;
    }
    server_ = std::make_unique<HttpServer>(
        [this](const HttpRequest& request, const HttpServer::Respond& respond) { respond(take(request)); }, &plain);
    // The endpoints that send here know the port of last time.
    const quint16 last = setting(QStringLiteral("port")).value_or(QString()).toUShort();
    auto taken = server_->listen(port != 0 ? port : last);
    if (!taken && port == 0 && last != 0)
        taken = server_->listen(0);
    if (!taken) {
        Q_EMIT failed(taken.error());
        return;
    }
    if (auto kept = setSetting(QStringLiteral("port"), QString::number(*taken)); !kept) {
        Q_EMIT failed(kept.error());
        return;
    }
    Q_EMIT listening(QUrl(QStringLiteral("http://127.0.0.1:%1/in/%2").arg(QString::number(*taken), token_)));
}

void Receiver::Worker::setSecrets(const QString& owner, const QList<InboxSecret>& secrets) {
    if (!secrets.isEmpty())
        secrets_.insert(owner, secrets);
}

void Receiver::Worker::rememberOwner(const InboxOwner& owner) {
    const QVariant until = owner.previousValidUntil ? QVariant(millisecondsSinceEpoch(*owner.previousValidUntil))
                                                    : QVariant(QMetaType(QMetaType::LongLong));
    if (!database_)
        return;
    if (auto kept = database_->run(QStringLiteral("INSERT OR REPLACE INTO owners VALUES (?, ?)"), {owner.owner, until});
        !kept)
        Q_EMIT failed(kept.error());
}

void Receiver::Worker::forgetOwner(const QString& owner) {
    secrets_.remove(owner);
    if (!database_)
        return;
    if (auto gone = database_->run(QStringLiteral("DELETE FROM owners WHERE owner = ?"), {owner}); !gone)
        Q_EMIT failed(gone.error());
}

QList<Secret> Receiver::Worker::validSecrets(Instant now) const {
    QList<Secret> valid;
    for (const QList<InboxSecret>& ofOwner : secrets_) {
        for (const InboxSecret& one : ofOwner) {
            if (!one.validUntil || now <= *one.validUntil)
                valid += one.secret;
        }
    }
    return valid;
}

HttpResponse Receiver::Worker::take(const HttpRequest& request) {
    const QByteArray path = request.target.split('?').constFirst();
    const QByteArray ours = inboxPath + token_.toLatin1();
    if (!equalInConstantTime(path, ours))
        return plain(404, tr("There is no inbox at this address."));
    if (request.method != "POST") {
        HttpResponse answer = plain(405, tr("This is a receiver of webhooks: send it a POST."));
        answer.headers.add("Allow", "POST");
        return answer;
    }
    Capture capture;
    capture.receivedAt = clock_.now();
    capture.method = request.method;
    capture.target = request.target;
    capture.headers = request.headers;
    capture.body = request.body;
    // Several fields of one name read as one list (RFC 9110): none of them decides alone.
    capture.check = checkSignature(request.headers.values(header::signature).join(','), request.body,
                                   validSecrets(capture.receivedAt), capture.receivedAt);
    capture.answerStatus = capture.check.isValid() ? 200 : 400;
    capture.eventId = fieldText(request.headers, header::eventId);
    capture.eventType = fieldText(request.headers, header::eventType);
    capture.deliveryId = fieldText(request.headers, header::deliveryId);
    const auto stored = store(capture);
    if (!stored) {
        Q_EMIT failed(stored.error());
        return plain(503, tr("The receiver cannot store this message now."));
    }
    Q_EMIT captured(*stored);
    if (!stored->check.isValid())
        return plain(400, reason(stored->check.verdict));
    return {200, {{"Content-Type", "application/json"}}, "{\"received\":true}"};
}

Result<Capture> Receiver::Worker::store(Capture capture) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    auto seen = database_->run(QStringLiteral("SELECT 1 FROM captures WHERE event_id = ? AND event_id <> '' AND "
                                              "answer_status = 200 LIMIT 1"),
                               {capture.eventId});
    if (!seen)
        return failure(seen.error());
    capture.seenBefore = seen->next();
    seen->finish();
    const QVariant signedAt =
        capture.check.timestamp ? QVariant(*capture.check.timestamp) : QVariant(QMetaType(QMetaType::LongLong));
    const auto blob = [](const QByteArray& bytes) { return bytes.isNull() ? QByteArray("") : bytes; };
    auto inserted = database_->run(
        QStringLiteral(
            "INSERT INTO captures (received_at, method, target, headers, body, verdict, signed_at, answer_status, "
            "event_id, event_type, delivery_id, seen_before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {millisecondsSinceEpoch(capture.receivedAt), blob(capture.method), blob(capture.target),
         written(capture.headers), blob(capture.body), int(capture.check.verdict), signedAt, capture.answerStatus,
         capture.eventId, capture.eventType, capture.deliveryId, capture.seenBefore ? 1 : 0});
    if (!inserted)
        return failure(inserted.error());
    capture.id = inserted->lastInsertId().toLongLong();
    if (auto retained = retain(); !retained)
        return failure(retained.error());
    if (auto committed = transaction.commit(); !committed)
        return failure(committed.error());
    return capture;
}

Result<void> Receiver::Worker::retain() {
    // A few at a time, with every capture: never a long wait for a sender.
    return database_
        ->run(QStringLiteral("DELETE FROM captures WHERE id IN (SELECT id FROM captures WHERE received_at < ? OR id <= "
                             "(SELECT max(id) FROM captures) - ? ORDER BY id LIMIT 10)"),
              {millisecondsSinceEpoch(clock_.now() - capturesKept), mostCaptures})
        .map([](const QSqlQuery&) {});
}

void Receiver::Worker::readCapture(quint64 call, const QString& deliveryId) {
    const auto read = [&]() -> Result<Capture> {
        if (!database_)
            return failure(ErrorKind::Storage, tr("The receiver's log is not open."));
        auto query = database_->run(
            QStringLiteral(
                "SELECT id, received_at, method, target, headers, body, verdict, signed_at, answer_status, event_id, "
                "event_type, delivery_id, seen_before FROM captures WHERE delivery_id = ? ORDER BY id DESC LIMIT 1"),
            {deliveryId});
        if (!query)
            return failure(query.error());
        if (!query->next())
            return failure(ErrorKind::NotFound, tr("This delivery did not come to the built-in receiver."));
        Capture capture;
        capture.id = query->value(0).toLongLong();
        capture.receivedAt = instantFromMilliseconds(query->value(1).toLongLong());
        capture.method = query->value(2).toByteArray();
        capture.target = query->value(3).toByteArray();
        capture.headers = readHeaders(query->value(4).toByteArray());
        capture.body = query->value(5).toByteArray();
        capture.check.verdict = SignatureVerdict(query->value(6).toInt());
        if (!query->value(7).isNull()) {
            capture.check.timestamp = query->value(7).toLongLong();
            capture.check.age = seconds(secondsSinceEpoch(capture.receivedAt) - *capture.check.timestamp);
        }
        capture.answerStatus = query->value(8).toInt();
        capture.eventId = query->value(9).toString();
        capture.eventType = query->value(10).toString();
        capture.deliveryId = query->value(11).toString();
        capture.seenBefore = query->value(12).toBool();
        return capture;
    };
    Q_EMIT captureRead(call, read());
}

} // namespace waybill
