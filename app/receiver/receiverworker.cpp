// SPDX-License-Identifier: MIT
#include "receiver/receiverworker.h"

#include "contract/random.h"
#include "contract/try.h"
#include "receiver/receiverschema.h"

#include <algorithm>
#include <utility>

namespace waybill {

namespace {

constexpr milliseconds pauseBeforeStart{2'000};
constexpr milliseconds pauseAfterFailure{2'000};
// The deadline of an attempt, and a little for the way here.
constexpr seconds longestUnderWay{15};

const QString portSetting = QStringLiteral("port");

QString fieldText(const HttpHeaders& headers, const char* name) {
    return QString::fromUtf8(headers.value(name).value_or(QByteArray("")).left(256));
}

HttpResponse plain(int status, const QString& message) {
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, message.toUtf8() + '\n'};
}

} // namespace

Receiver::Worker::Worker(DataFile databaseFile, const Clock& clock, RandomSource& random)
    : databaseFile_(std::move(databaseFile)), clock_(clock), random_(random), startLater_(this), writeLater_(this) {
    startLater_.setSingleShot(true);
    connect(&startLater_, &QTimer::timeout, this, [this] { start(port_); });
    writeLater_.setSingleShot(true);
    connect(&writeLater_, &QTimer::timeout, this, &Worker::writeOwners);
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
    log_.reset();
    auto database = Database::open(databaseFile_, receiverSchema());
    if (!database)
        return failure(database.error());
    database_ = *std::move(database);
    const QString tokenSetting = QStringLiteral("token");
    auto token = setting(tokenSetting);
    TRY(token);
    if (token->isEmpty()) {
        token = newToken(random_);
        TRY(setSetting(tokenSetting, *token));
    }
    auto query = database_->run(QStringLiteral("SELECT owner, previous_valid_until FROM owners"));
    TRY(query);
    QList<InboxOwner> owners;
    while (query->next()) {
        InboxOwner owner{query->value(0).toString(), std::nullopt};
        if (!query->value(1).isNull())
            owner.previousValidUntil = instantFromMilliseconds(query->value(1).toLongLong());
        owners += owner;
        if (!secrets_.contains(owner.owner))
            unread_.insert(owner.owner);
    }
    log_ = std::make_unique<CaptureLog>(*database_);
    address_ = {QStringLiteral("/in/") + *token, 0, false};
    Q_EMIT opened(owners, address_);
    return {};
}

void Receiver::Worker::start(quint16 port) {
    port_ = port;
    server_.reset();
    if (auto ready = openDatabase(); !ready) {
        log_.reset();
        database_.reset();
        // The disk may have space again, or whoever holds the file lets go: what is told once is tried until it works.
        if (!std::exchange(isTold_, true))
            Q_EMIT failed(ready.error());
        if (ready.error().kind == ErrorKind::Storage)
            startLater_.start(pauseBeforeStart);
        return;
    }
    writeOwners();
    server_ = std::make_unique<HttpServer>(
        [this](const HttpRequest& request, const HttpServer::Respond& respond) { respond(take(request)); }, &plain);
    const quint16 before = setting(portSetting).value_or(QString()).toUShort();
    // The endpoints that send here know the port of last time.
    auto taken = server_->listen(port != 0 ? port : before);
    if (!taken && port == 0 && before != 0)
        taken = server_->listen(0);
    if (!taken) {
        Q_EMIT failed(taken.error());
        return;
    }
    address_.port = *taken;
    address_.answersIpv6 = server_->answersIpv6();
    const bool hasMoved = port == 0 && before != 0 && before != *taken;
    // As long as nothing is sent to the new one, the one before is worth another try at the next start.
    if (!hasMoved)
        keepPort();
    Q_EMIT listening(address_, hasMoved ? before : quint16(0));
}

void Receiver::Worker::keepPort() {
    if (!database_ || address_.port == 0)
        return;
    const QString port = QString::number(address_.port);
    if (setting(portSetting).value_or(QString()) != port)
        noteStore(setSetting(portSetting, port));
}

void Receiver::Worker::setSecrets(const QString& owner, const InboxSecrets& secrets) {
    if (!secrets.secrets.isEmpty())
        secrets_.insert(owner, secrets);
    if (secrets.isComplete)
        unread_.remove(owner);
}

void Receiver::Worker::releaseSecrets(const QString& owner) {
    const auto found = secrets_.find(owner);
    if (found == secrets_.end())
        return;
    const Instant end = clock_.now() + longestUnderWay;
    for (InboxSecret& one : found->secrets)
        one.validUntil = std::min(one.validUntil.value_or(end), end);
    QTimer::singleShot(longestUnderWay, this, [this, owner, end] {
        const auto left = secrets_.constFind(owner);
        // Unless it came back meanwhile.
        if (left != secrets_.constEnd() && left->secrets.constFirst().validUntil &&
            *left->secrets.constFirst().validUntil <= end)
            secrets_.erase(left);
    });
}

void Receiver::Worker::rememberOwner(const InboxOwner& owner) {
    notWritten_.insert(owner.owner, owner);
    writeOwners();
}

void Receiver::Worker::forgetOwner(const QString& owner) {
    unread_.remove(owner);
    notWritten_.insert(owner, std::nullopt);
    writeOwners();
}

void Receiver::Worker::writeOwners() {
    if (!database_)
        return;
    for (auto owner = notWritten_.begin(); owner != notWritten_.end(); owner = notWritten_.erase(owner)) {
        const auto written =
            [&] {
                if (!*owner)
                    return database_->run(QStringLiteral("DELETE FROM owners WHERE owner = ?"), {owner.key()});
                const auto& until = (*owner)->previousValidUntil;
                return database_->run(QStringLiteral("INSERT OR REPLACE INTO owners VALUES (?, ?)"),
                                      {owner.key(), until ? QVariant(millisecondsSinceEpoch(*until))
                                                          : QVariant(QMetaType(QMetaType::LongLong))});
            }()
                .map([](const QSqlQuery&) {});
        noteStore(written);
        if (!written) {
            writeLater_.start(pauseAfterFailure);
            return;
        }
    }
}

void Receiver::Worker::noteStore(const Result<void>& result) {
    const bool wasFailing = std::exchange(isStoreFailing_, !result);
    if (!result && !wasFailing)
        Q_EMIT failed(result.error());
    else if (result && wasFailing)
        Q_EMIT recovered();
}

/// `isExpired`: with the secrets that counted before.
Receiver::Worker::Checked Receiver::Worker::check(const QByteArray& signature, const QByteArray& body, Instant now,
                                                  bool isExpired) const {
    Checked checked{checkSignature(signature, body, {}, now), {}};
    for (auto owner = secrets_.cbegin(); owner != secrets_.cend(); ++owner) {
        QList<Secret> secrets;
        for (const InboxSecret& one : owner->secrets) {
            if ((one.validUntil && now > *one.validUntil) == isExpired)
                secrets += one.secret;
        }
        const SignatureCheck one = checkSignature(signature, body, secrets, now);
        if (one.isValid())
            return {one, owner.key()};
        if (one.verdict != SignatureVerdict::NoSecret)
            checked.check = one;
    }
    return checked;
}

/// No more than is known: another secret and a changed message look alike, and the time that a signature names is the
/// sender's.
QString Receiver::Worker::reason(const Checked& checked, const QByteArray& signature, const QByteArray& body,
                                 Instant now) const {
    const bool mayKnowMore =
        !unread_.isEmpty() || std::ranges::any_of(secrets_, [](const InboxSecrets& one) { return !one.isComplete; });
    switch (checked.check.verdict) {
    case SignatureVerdict::Valid:
        return {};
    case SignatureVerdict::Missing:
        return tr("The message has no Autousers-Signature.");
    case SignatureVerdict::Malformed:
        return tr("The Autousers-Signature is not in the form t=<seconds>,v1=<64 hex digits>.");
    case SignatureVerdict::TooOld:
        return tr("The signature names a time that is more than five minutes before this computer's clock.");
    case SignatureVerdict::FromFuture:
        return tr("The signature names a time that is more than five minutes ahead of this computer's clock.");
    case SignatureVerdict::WrongSecret:
        if (check(signature, body, now, true).check.isValid())
            return tr("The message was signed with a secret that is no longer valid.");
        if (mayKnowMore)
            return tr("The signature fits none of the secrets that the receiver can read now. Others cannot be read, "
                      "so this message may be genuine.");
        return tr("The signature fits no secret that the receiver has: it was made with another one, or the message "
                  "was changed on the way.");
    case SignatureVerdict::NoSecret:
        if (mayKnowMore)
            return tr("The receiver cannot read its secrets now, so it cannot tell whether this message is genuine.");
        return tr("The receiver has no secret to check this message with, so it cannot tell whether it is genuine.");
    }
    return {};
}

HttpResponse Receiver::Worker::take(const HttpRequest& request) {
    const QByteArray path = request.target.split('?').constFirst();
    if (!equalInConstantTime(path, address_.path.toLatin1()))
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
    const QByteArray signature = request.headers.values(header::signature).join(',');
    const Checked checked = check(signature, request.body, capture.receivedAt);
    capture.check = checked.check;
    capture.answerStatus = capture.check.isValid() ? 200 : 400;
    capture.eventId = fieldText(request.headers, header::eventId);
    capture.eventType = fieldText(request.headers, header::eventType);
    capture.deliveryId = fieldText(request.headers, header::deliveryId);
    const auto stored =
        log_->store(capture, checked.check.isValid()
                                 ? signedIdentity(checked.owner, request.body, checked.check.timestamp.value_or(0))
                                 : QByteArray());
    noteStore(stored.map([](const Capture&) {}));
    if (!stored) {
        HttpResponse answer = plain(503, tr("The receiver cannot store this message now."));
        answer.headers.add("Retry-After", "1");
        return answer;
    }
    Q_EMIT captured(*stored);
    if (!stored->check.isValid())
        return plain(400, reason(checked, signature, request.body, stored->receivedAt));
    return {200, {{"Content-Type", "application/json"}}, "{\"received\":true}"};
}

void Receiver::Worker::readCapture(quint64 call, const QString& deliveryId) {
    Q_EMIT captureRead(call, log_
                                 ? log_->find(deliveryId)
                                 : Result<Capture>(failure(ErrorKind::Storage, tr("The receiver's log is not open."))));
}

} // namespace waybill
