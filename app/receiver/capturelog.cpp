// SPDX-License-Identifier: MIT
#include "receiver/capturelog.h"

#include "contract/try.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace waybill {

namespace {

// The log of the contract shows 30 days; the receiver keeps as much.
constexpr std::chrono::hours kept{30 * 24};
// A message can be sent again unchanged from its signature's earliest moment to its last one.
constexpr std::chrono::minutes identityKeptAtLeast{15};
constexpr int mostIdentities = 1'000'000;
// A message brings one row, so what is too much shrinks.
constexpr int leaveTogether = 2;

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

Capture captureOf(const StatementRow& row) {
    Capture capture;
    capture.id = row.number(0);
    capture.receivedAt = instantFromMilliseconds(row.number(1));
    capture.method = row.bytes(2);
    capture.target = row.bytes(3);
    capture.headers = readHeaders(row.bytes(4));
    capture.body = row.bytes(5);
    capture.check.verdict = SignatureVerdict(row.number(6));
    if (!row.isNull(7)) {
        capture.check.timestamp = row.number(7);
        capture.check.age = seconds(secondsSinceEpoch(capture.receivedAt) - *capture.check.timestamp);
    }
    capture.answerStatus = int(row.number(8));
    capture.eventId = row.text(9);
    capture.eventType = row.text(10);
    capture.deliveryId = row.text(11);
    capture.seenBefore = row.number(12) != 0;
    return capture;
}

} // namespace

QByteArray signedIdentity(const QString& owner, const QByteArray& body, qint64 signedAt) {
    const QString id = QJsonDocument::fromJson(body).object().value(u"id").toString();
    QCryptographicHash digest(QCryptographicHash::Sha256);
    digest.addData(owner.toUtf8());
    if (!id.isEmpty()) {
        digest.addData("\nid\n");
        digest.addData(id.toUtf8());
    } else {
        digest.addData("\nbody\n");
        digest.addData(QByteArray::number(signedAt));
        digest.addData(".");
        digest.addData(body);
    }
    return digest.result();
}

// The indexes are named: with a second one to choose from, the planner may read the whole log.
CaptureLog::CaptureLog(Database& database)
    : database_(database)
    , remember_(database, "INSERT OR IGNORE INTO seen (digest, at) VALUES (?, ?)")
    , lastNumber_(database, "SELECT number FROM captures INDEXED BY captures_in_order WHERE verified = ? ORDER BY "
                            "number DESC LIMIT 1")
    , insert_(database,
              "INSERT INTO captures (received_at, method, target, headers, body, verdict, signed_at, "
              "answer_status, event_id, event_type, delivery_id, seen_before, verified, number) VALUES (?, ?, "
              "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id")
    , leaveByAge_(database, "DELETE FROM captures WHERE id IN (SELECT id FROM captures INDEXED BY captures_age WHERE "
                            "received_at < ? ORDER BY received_at LIMIT ?)")
    , leaveByNumber_(database, "DELETE FROM captures WHERE id IN (SELECT id FROM captures INDEXED BY captures_in_order "
                               "WHERE verified = ? AND number <= ? ORDER BY number LIMIT ?)")
    , forgetByAge_(database, "DELETE FROM seen WHERE number IN (SELECT number FROM seen INDEXED BY seen_age WHERE at < "
                             "? ORDER BY at LIMIT ?)")
    , forgetByNumber_(database, "DELETE FROM seen WHERE number IN (SELECT number FROM seen WHERE number <= (SELECT "
                                "max(number) FROM seen) - ? ORDER BY number LIMIT ?) AND at < ?")
    , find_(database, "SELECT id, received_at, method, target, headers, body, verdict, signed_at, answer_status, "
                      "event_id, event_type, delivery_id, seen_before FROM captures INDEXED BY captures_of_delivery "
                      "WHERE delivery_id = ? ORDER BY verified DESC, id DESC LIMIT 1") {}

QByteArrayList CaptureLog::statements() const {
    return {remember_.text(),      lastNumber_.text(),  insert_.text(),         leaveByAge_.text(),
            leaveByNumber_.text(), forgetByAge_.text(), forgetByNumber_.text(), find_.text()};
}

Result<Capture> CaptureLog::store(Capture capture, const QByteArray& identity) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    const bool isVerified = !identity.isEmpty();
    const qint64 receivedAt = millisecondsSinceEpoch(capture.receivedAt);
    if (isVerified) {
        const auto isNew = remember_.run(identity, receivedAt);
        TRY(isNew);
        capture.seenBefore = *isNew == 0;
    }
    qint64 number = 0;
    const auto readNumber = [&number](const StatementRow& row) {
        number = row.number(0);
        return false;
    };
    TRY(lastNumber_.read(readNumber, int(isVerified)));
    const QByteArray headers = written(capture.headers);
    TRY(insert_.read(
        [&capture](const StatementRow& row) {
            capture.id = row.number(0);
            return true;
        },
        receivedAt, capture.method, capture.target, headers, capture.body, int(capture.check.verdict),
        capture.check.timestamp, capture.answerStatus, capture.eventId, capture.eventType, capture.deliveryId,
        int(capture.seenBefore), int(isVerified), number + 1));
    TRY(leaveByNumber_.run(int(isVerified), number + 1 - (isVerified ? mostVerified : mostUnverified), leaveTogether));
    TRY(retain(capture.receivedAt, isVerified));
    TRY(transaction.commit());
    return capture;
}

Result<void> CaptureLog::retain(Instant now, bool isVerified) {
    const qint64 oldest = millisecondsSinceEpoch(now - kept);
    TRY(leaveByAge_.run(oldest, leaveTogether));
    if (!isVerified)
        return {};
    TRY(forgetByAge_.run(oldest, leaveTogether));
    TRY(forgetByNumber_.run(mostIdentities, leaveTogether, millisecondsSinceEpoch(now - identityKeptAtLeast)));
    return {};
}

Result<Capture> CaptureLog::find(const QString& deliveryId) {
    std::optional<Capture> found;
    TRY(find_.read(
        [&found](const StatementRow& row) {
            found = captureOf(row);
            return false;
        },
        deliveryId));
    if (!found)
        return failure(ErrorKind::NotFound,
                       QCoreApplication::translate("Receiver", "This delivery did not come to the built-in receiver."));
    return *found;
}

} // namespace waybill
