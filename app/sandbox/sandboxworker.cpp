// SPDX-License-Identifier: MIT
#include "sandbox/sandboxworker.h"

#include "sandbox/sandboxschema.h"

#include <QCoreApplication>
#include <QPointer>

#include <memory>

namespace waybill {

namespace {
const QByteArray basePath = "/api/v1";
constexpr milliseconds pauseBeforeStart{2'000};
constexpr milliseconds leastMove{1'000};         // Two clocks are never asked in the same moment.
constexpr milliseconds pauseBeforeCheck{10'000}; // Where the file could not be read.

auto notReady() {
    return failure(ErrorKind::Storage,
                   QCoreApplication::translate("waybill::Sandbox::Worker", "The sandbox account is not ready."));
}
} // namespace

Sandbox::Worker::Worker(Options options, const Clock& clock, const Clock& realTime, RandomSource& random)
    : options_(std::move(options)), clock_(clock), realTime_(realTime), random_(random), startLater_(this) {
    startLater_.setSingleShot(true);
    connect(&startLater_, &QTimer::timeout, this, &Worker::start);
}

void Sandbox::Worker::start() {
    auto store = SandboxStore::open(options_.databasePath);
    if (!store) {
        // The disk may have space again, or whoever holds the file lets go: what is told once is tried until it works.
        if (!isTold_)
            Q_EMIT failed(store.error());
        isTold_ = true;
        if (store.error().kind == ErrorKind::Storage)
            startLater_.start(pauseBeforeStart);
        return;
    }
    store_ = *std::move(store);
    store_->queue().setMovedTime([this] {
        const Instant real = realTime_.now();
        return clock_.now() - real >= leastMove ? std::optional(real) : std::nullopt;
    });
    sender_ = new DeliverySender(clock_, realTime_);
    sender_->moveToThread(&sending_);
    connect(&sending_, &QThread::finished, sender_, &QObject::deleteLater);
    sending_.setObjectName(QStringLiteral("sending"));
    sending_.start();
    scheduler_ = std::make_unique<DeliveryScheduler>(store_->queue(), *this, *sender_, clock_, random_,
                                                     DeliveryScheduler::Limits());
    secrets_ = std::make_unique<SecretRegister>(*store_, *this, clock_);
    retention_ = std::make_unique<Retention>(store_->oldRows(), realTime_, options_.plan);
    api_ = std::make_unique<SandboxApi>(
        *store_, *secrets_, clock_, random_,
        SandboxApi::Principal{SandboxApi::digestOf(options_.apiKey), options_.plan, options_.scopes});
    // From here on only its digest is needed.
    options_.apiKey = Secret();
    connect(api_.get(), &SandboxApi::queued, scheduler_.get(), &DeliveryScheduler::wake);
    connect(api_.get(), &SandboxApi::storeFailed, scheduler_.get(), &DeliveryScheduler::storeFailed);
    connect(api_.get(), &SandboxApi::endpointChanged, scheduler_.get(), &DeliveryScheduler::takeAnew);
    connect(api_.get(), &SandboxApi::changed, this, &Worker::changed);
    connect(api_.get(), &SandboxApi::secretIssued, this, &Worker::secretIssued);
    connect(api_.get(), &SandboxApi::endpointDeleted, this, &Worker::endpointDeleted);
    connect(api_.get(), &SandboxApi::endpointDeleted, retention_.get(), &Retention::look);
    connect(scheduler_.get(), &DeliveryScheduler::changed, this, &Worker::changed);
    connect(scheduler_.get(), &DeliveryScheduler::stateChanged, this, &Worker::report);
    connect(secrets_.get(), &SecretRegister::tidied, this, &Worker::readOverlaps);
    connect(retention_.get(), &Retention::storeFailed, scheduler_.get(), &DeliveryScheduler::storeFailed);
    scheduler_->start();
    secrets_->tidy();
    if (store_->wasLeftOpen())
        checkFile();
    else
        retention_->look();
    Q_EMIT started();
}

// A crash, or the disk under it, may have damaged a page that nothing reads for weeks: better told now, while there may
// still be a good copy.
void Sandbox::Worker::checkFile() {
    if (!store_)
        return;
    check_ = std::make_unique<FileCheck>(options_.databasePath, sandboxSchema());
    connect(check_.get(), &FileCheck::finished, this, [this](Database::Condition condition) {
        if (!store_)
            return;
        if (condition == Database::Condition::Damaged)
            store_->distrust();
        if (condition == Database::Condition::Unknown)
            QTimer::singleShot(pauseBeforeCheck, this, &Worker::checkFile);
        scheduler_->wake(); // Where the file is damaged, it fails, and says why.
        retention_->look();
    });
    check_->start();
}

void Sandbox::Worker::readOverlaps() {
    const auto next = store_->nextOverlapEnd();
    const std::optional<Instant> ends = next.value_or(std::nullopt);
    if (std::exchange(overlapEnds_, ends) != ends)
        report();
}

void Sandbox::Worker::report() {
    EngineState state = scheduler_->state();
    state.overlapEnds = overlapEnds_;
    Q_EMIT engineStateChanged(state);
}

void Sandbox::Worker::stop() {
    startLater_.stop();
    server_.reset();
    if (sender_)
        QMetaObject::invokeMethod(sender_, &DeliverySender::finish, Qt::QueuedConnection);
    sending_.wait();
    sender_ = nullptr;
    if (scheduler_)
        scheduler_->shutdown();
    scheduler_.reset();
    api_.reset();
    retention_.reset();
    secrets_.reset();
    check_.reset();
    store_.reset();
    // An answer of the vault that is already on its way finds nobody.
    asked_.clear();
}

void Sandbox::Worker::serve(quint16 port) {
    if (!api_) {
        Error error;
        error.kind = ErrorKind::Storage;
        error.message = tr("The sandbox account is not ready.");
        Q_EMIT failed(error);
        return;
    }
    const auto refuse = [this](int status, const QString& message) {
        Error error;
        error.httpStatus = status;
        error.kind = status == 403  ? ErrorKind::Authorization
                     : status < 500 ? ErrorKind::InvalidRequest
                                    : ErrorKind::Api;
        if (status == 503)
            error.code = tooManyConnections.toString();
        error.message = message;
        return SandboxApi::errorResponse(error, random_, clock_.now());
    };
    server_ = std::make_unique<HttpServer>(
        [this](const HttpRequest& request, const HttpServer::Respond& respond) {
            if (!request.target.startsWith(QByteArray(basePath + '/'))) {
                Error error;
                error.kind = ErrorKind::NotFound;
                error.message = tr("There is nothing at this address. The account answers below %1/.")
                                    .arg(QString::fromLatin1(basePath));
                respond(SandboxApi::errorResponse(error, random_, clock_.now()));
                return;
            }
            HttpRequest relative = request;
            relative.target = request.target.sliced(basePath.size());
            // By way of the main thread: the receiver there knows a new secret before the caller does.
            api_->handle(relative, [this, respond](const HttpResponse& response) {
                ask(VaultQuestion::Kind::Turn, {}, {},
                    [respond, response](const Secret&, const std::optional<Error>&) { respond(response); });
            });
        },
        refuse);
    const auto taken = server_->listen(port);
    if (taken)
        Q_EMIT served(QUrl(QStringLiteral("http://127.0.0.1:%1").arg(*taken) + QString::fromLatin1(basePath)));
    else
        Q_EMIT failed(taken.error());
}

void Sandbox::Worker::announceSecrets() {
    if (!store_)
        return;
    QList<Endpoint> endpoints;
    for (PageRequest page{largestPage, {}, {}};;) {
        const auto read = store_->endpoints(page);
        if (!read) {
            Q_EMIT failed(read.error());
            return;
        }
        endpoints += read->data;
        if (!read->hasMore)
            break;
        page.startingAfter = read->nextCursor;
    }
    const auto left = std::make_shared<qsizetype>(endpoints.size());
    if (*left == 0)
        Q_EMIT secretsAnnounced();
    for (const Endpoint& endpoint : std::as_const(endpoints)) {
        const auto keys = store_->signingKeys(endpoint.id);
        if (!keys) {
            Q_EMIT failed(keys.error());
            return;
        }
        read(*keys, this,
             [this, endpoint, until = keys->previousValidUntil, left](const Result<QList<Secret>>& secrets) {
                 // A secret that cannot be read is the engine's to report, when it has something to send.
                 if (secrets) {
                     if (secrets->size() > 1)
                         Q_EMIT secretIssued(endpoint.id, endpoint.url, secrets->constLast(), std::nullopt);
                     Q_EMIT secretIssued(endpoint.id, endpoint.url, secrets->constFirst(), until);
                 }
                 if (--*left == 0)
                     Q_EMIT secretsAnnounced();
             });
    }
}

void Sandbox::Worker::retrySecrets() {
    if (scheduler_)
        scheduler_->retrySecrets();
    if (secrets_)
        secrets_->tidy();
}

void Sandbox::Worker::handle(quint64 call, const HttpRequest& request) {
    if (!api_) {
        Error error;
        error.kind = ErrorKind::Storage;
        error.message = tr("The sandbox account is not ready.");
        Q_EMIT responded(call, SandboxApi::errorResponse(error, random_, clock_.now()));
        return;
    }
    api_->handle(request, [this, call](const HttpResponse& response) { Q_EMIT responded(call, response); });
}

void Sandbox::Worker::readSent(quint64 call, const QString& deliveryId) {
    const auto read = [&]() -> Result<SentRequest> {
        if (!store_)
            return failure(ErrorKind::Storage, tr("The sandbox account is not ready."));
        const auto sent = store_->sent(deliveryId);
        if (!sent)
            return failure(sent.error());
        const auto event = store_->delivery(deliveryId).and_then([&](const Delivery& delivery) {
            return store_->event(delivery.eventId);
        });
        if (!event)
            return failure(event.error());
        const QUrl url(sent->url);
        QByteArray target = url.path(QUrl::FullyEncoded).toLatin1();
        if (url.hasQuery())
            target += '?' + url.query(QUrl::FullyEncoded).toLatin1();
        return SentRequest{
            target,
            deliveryHeaders(event->id.toUtf8(), event->type.toUtf8(), deliveryId.toUtf8(), sent->signatureHeader),
            event->body,
            sent->phases,
            Instant(seconds(sent->signedAt)),
            sent->startedAt};
    }();
    if (read)
        Q_EMIT sentRead(call, *read, std::nullopt);
    else
        Q_EMIT sentRead(call, {}, read.error());
}

void Sandbox::Worker::readBringing(quint64 call, const QString& source) {
    Q_EMIT bringingRead(call, store_ ? store_->intake().bringing(source) : Result<Bringing>(notReady()));
}

void Sandbox::Worker::bring(quint64 call, const QString& source, const BringingStep& step) {
    const Result<Bringing> bringing =
        store_ ? store_->intake().bring(source, step, clock_.now(), [this] { return newDeliveryId(random_); })
               : Result<Bringing>(notReady());
    Q_EMIT bringingRead(call, bringing);
    if (!bringing && scheduler_)
        scheduler_->storeFailed(bringing.error());
    if (!bringing || bringing->brought == 0)
        return;
    scheduler_->wake();
    Q_EMIT changed();
}

void Sandbox::Worker::readBrought(quint64 call, const QString& source, int limit) {
    Q_EMIT broughtRead(call,
                       store_ ? store_->intake().brought(source, limit) : Result<QList<BroughtEvent>>(notReady()));
}

void Sandbox::Worker::readSources(quint64 call) {
    Q_EMIT sourcesRead(call, store_ ? store_->intake().sources() : Result<QStringList>(notReady()));
}

void Sandbox::Worker::forgetSource(quint64 call, const QString& source) {
    const Result<void> forgotten = store_ ? store_->intake().forget(source) : Result<void>(notReady());
    Q_EMIT sourceForgotten(call, forgotten ? std::nullopt : std::optional(forgotten.error()));
}

void Sandbox::Worker::ask(VaultQuestion::Kind kind, const QString& secretId, const Secret& secret,
                          const Answer& answer) {
    asked_.insert(++lastQuestion_, answer);
    Q_EMIT vaultAsked({lastQuestion_, kind, QString(u"sandbox/" % secretId), secret});
}

void Sandbox::Worker::vaultAnswered(quint64 number, const Secret& secret, const std::optional<Error>& error) {
    if (const Answer answer = asked_.take(number))
        answer(secret, error);
}

void Sandbox::Worker::read(const SigningKeys& keys, QObject* context, Done<QList<Secret>> done) {
    QStringList ids{keys.current};
    if (!keys.previous.isEmpty())
        ids += keys.previous;
    // Never before the call returns, and not after the context is gone.
    QMetaObject::invokeMethod(
        context,
        [this, ids, context = QPointer(context), done = std::move(done)] {
            readOne(ids, {}, [context, done](const Result<QList<Secret>>& secrets) {
                if (context)
                    done(secrets);
            });
        },
        Qt::QueuedConnection);
}

void Sandbox::Worker::readOne(const QStringList& ids, QList<Secret> found, const Done<QList<Secret>>& done) {
    if (ids.isEmpty()) {
        done(found);
        return;
    }
    fetch(ids.constFirst(), [this, ids, found, done](const Result<Secret>& secret) {
        if (secret)
            readOne(ids.sliced(1), found + QList<Secret>{*secret}, done);
        else
            done(failure(secret.error()));
    });
}

void Sandbox::Worker::keep(const QString& secretId, const Secret& secret, std::function<void(Result<void>)> done) {
    ask(VaultQuestion::Kind::Write, secretId, secret,
        [this, secretId, secret, done = std::move(done)](const Secret&, const std::optional<Error>& error) {
            if (error) {
                done(failure(*error));
                return;
            }
            known_.insert(secretId, secret);
            done({});
        });
}

void Sandbox::Worker::fetch(const QString& secretId, std::function<void(Result<Secret>)> done) {
    if (const auto known = known_.constFind(secretId); known != known_.constEnd()) {
        done(*known);
        return;
    }
    ask(VaultQuestion::Kind::Read, secretId, {},
        [this, secretId, done = std::move(done)](const Secret& secret, const std::optional<Error>& error) {
            if (error) {
                done(failure(*error));
                return;
            }
            known_.insert(secretId, secret);
            done(secret);
        });
}

void Sandbox::Worker::drop(const QString& secretId, std::function<void(Result<void>)> done) {
    known_.remove(secretId);
    ask(VaultQuestion::Kind::Remove, secretId, {},
        [done = std::move(done)](const Secret&, const std::optional<Error>& error) {
            done(error ? Result<void>(failure(*error)) : Result<void>());
        });
}

} // namespace waybill
