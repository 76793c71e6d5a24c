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
    auto store = SandboxStore::open(options_.databaseFile);
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
    sender_->setProxies(proxies_);
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
    connect(api_.get(), &SandboxApi::enabling, scheduler_.get(), &DeliveryScheduler::settleNow);
    connect(api_.get(), &SandboxApi::endpointChanged, scheduler_.get(), &DeliveryScheduler::takeAnew);
    connect(api_.get(), &SandboxApi::changed, this, &Worker::changed);
    connect(api_.get(), &SandboxApi::endpointPlaced, this, &Worker::place);
    connect(api_.get(), &SandboxApi::endpointDeleted, this, [this](const QString& endpointId) {
        notePlace(endpointId, {});
        Q_EMIT endpointDeleted(endpointId);
    });
    connect(api_.get(), &SandboxApi::endpointDeleted, retention_.get(), &Retention::look);
    connect(scheduler_.get(), &DeliveryScheduler::changed, this, &Worker::changed);
    connect(scheduler_.get(), &DeliveryScheduler::stateChanged, this, &Worker::report);
    connect(secrets_.get(), &SecretRegister::tidied, this, &Worker::readOverlaps);
    connect(retention_.get(), &Retention::storeFailed, scheduler_.get(), &DeliveryScheduler::storeFailed);
    scheduler_->setHold([this](const QString& url) { return holdReason(url); });
    scheduler_->start();
    secrets_->tidy();
    if (inbox_)
        openInbox();
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
    check_ = std::make_unique<FileCheck>(options_.databaseFile, sandboxSchema());
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

HttpResponse Sandbox::Worker::refusal(const Error& error) {
    if (api_)
        return api_->refusalOf(error);
    RequestWindow window(options_.plan);
    return SandboxApi::errorResponse(error, random_, clock_.now(), window);
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
        if (status == 503) // A bare one would say that webhooks are not switched on.
            error.retryAfterSeconds = 1;
        return refusal(error);
    };
    server_ = std::make_unique<HttpServer>(
        [this](const HttpRequest& request, const HttpServer::Respond& respond) {
            if (!request.target.startsWith(QByteArray(basePath + '/'))) {
                Error error;
                error.kind = ErrorKind::NotFound;
                error.message = tr("There is nothing at this address. The account answers below %1/.")
                                    .arg(QString::fromLatin1(basePath));
                respond(refusal(error));
                return;
            }
            HttpRequest relative = request;
            if (relative.method == "HEAD") // The server leaves the body out.
                relative.method = "GET";
            relative.target = request.target.sliced(basePath.size());
            // By way of the main thread: the receiver there knows an endpoint's secrets before the caller does.
            api_->handle(
                relative,
                [this, respond](const HttpResponse& response) {
                    ask(VaultQuestion::Kind::Turn, {}, {},
                        [respond, response](const Secret&, const std::optional<Error>&) { respond(response); });
                },
                Actor::OtherTool);
        },
        refuse);
    const auto taken = server_->listen(port);
    if (taken)
        Q_EMIT served(QUrl(QStringLiteral("http://127.0.0.1:%1").arg(*taken) + QString::fromLatin1(basePath)));
    else
        Q_EMIT failed(taken.error());
}

QString Sandbox::Worker::holdReason(const QString& url) const {
    if (!inbox_)
        return {};
    const InboxAddress::Place place = inbox_->placeOf(QUrl(url));
    const bool isOpen = place == InboxAddress::Place::Here && isInboxOpen_;
    if (place == InboxAddress::Place::Elsewhere || isOpen)
        return {};
    if (inbox_->path.isEmpty() || place == InboxAddress::Place::Here)
        return tr("The built-in receiver is not ready yet.");
    if (inbox_->port == 0)
        return tr("The built-in receiver is not running.");
    return tr("The built-in receiver is not at this endpoint's address. Give the endpoint the receiver's address.");
}

void Sandbox::Worker::setInbox(const InboxAddress& inbox) {
    if (inbox_ == inbox)
        return;
    inbox_ = inbox;
    if (store_)
        openInbox();
}

/// Nothing is sent to the inbox before it has what checks it.
void Sandbox::Worker::openInbox() {
    isInboxOpen_ = false;
    scheduler_->takeAnew();
    QHash<QString, QString> here;
    const auto astrayBefore = std::exchange(astray_, {});
    for (PageRequest page{largestPage, {}, {}};;) {
        const auto read = store_->endpoints(page);
        if (!read) {
            // The engine tells, and tries again.
            scheduler_->storeFailed(read.error());
            QTimer::singleShot(pauseBeforeStart, this, [this] {
                if (store_)
                    openInbox();
            });
            return;
        }
        for (const Endpoint& endpoint : read->data) {
            const InboxAddress::Place place = inbox_->placeOf(QUrl(endpoint.url));
            if (place == InboxAddress::Place::Here)
                here.insert(endpoint.id, endpoint.url);
            else if (place == InboxAddress::Place::Former && inbox_->port != 0)
                astray_.insert(endpoint.id, endpoint.url);
        }
        if (!read->hasMore)
            break;
        page.startingAfter = read->nextCursor;
    }
    if (astray_ != astrayBefore)
        Q_EMIT endpointsAstrayChanged(astray_);
    const auto left = std::make_shared<qsizetype>(here.size());
    const auto handed = [this, left, opening = ++openings_] {
        // By way of the main thread, behind what was handed over.
        if (opening == openings_ && (*left)-- <= 1)
            ask(VaultQuestion::Kind::Turn, {}, {}, [this, opening](const Secret&, const std::optional<Error>&) {
                if (opening != openings_)
                    return;
                isInboxOpen_ = true;
                scheduler_->takeAnew();
                if (inbox_->port != 0)
                    Q_EMIT inboxReady();
            });
    };
    if (here.isEmpty())
        handed();
    for (auto endpoint = here.cbegin(); endpoint != here.cend(); ++endpoint)
        handOver(endpoint.key(), endpoint.value(), handed);
}

void Sandbox::Worker::place(const QString& endpointId, const QString& url) {
    notePlace(endpointId, url);
    if (inbox_ && inbox_->placeOf(QUrl(url)) == InboxAddress::Place::Here)
        handOver(endpointId, url, [] {});
    else
        Q_EMIT endpointPlaced(endpointId, url, {});
}

void Sandbox::Worker::notePlace(const QString& endpointId, const QString& url) {
    const bool wasAstray = astray_.remove(endpointId);
    const bool isAstray = inbox_ && inbox_->port != 0 && inbox_->placeOf(QUrl(url)) == InboxAddress::Place::Former;
    if (isAstray)
        astray_.insert(endpointId, url);
    if (wasAstray || isAstray)
        Q_EMIT endpointsAstrayChanged(astray_);
}

/// A secret that cannot be read is the engine's to report, when it has something to send; then nothing leaves either.
void Sandbox::Worker::handOver(const QString& endpointId, const QString& url, const std::function<void()>& then) {
    const auto keys = store_->signingKeys(endpointId);
    if (!keys) {
        then();
        return;
    }
    QStringList ids{keys->current};
    if (!keys->previous.isEmpty() && keys->previousValidUntil && *keys->previousValidUntil > clock_.now())
        ids += keys->previous;
    // Known ones at once: before whoever made the change has its answer.
    readOne(ids, {},
            [this, endpointId, url, then, until = keys->previousValidUntil](const Result<QList<Secret>>& read) {
                if (read)
                    Q_EMIT endpointPlaced(endpointId, url,
                                          {read->constFirst(), read->size() > 1 ? read->at(1) : Secret(),
                                           read->size() > 1 ? until : std::nullopt});
                then();
            });
}

void Sandbox::Worker::retrySecrets() {
    if (scheduler_)
        scheduler_->retrySecrets();
    if (secrets_)
        secrets_->tidy();
    if (store_ && inbox_)
        openInbox();
}

void Sandbox::Worker::handle(quint64 call, const HttpRequest& request) {
    if (!api_) {
        Error error;
        error.kind = ErrorKind::Storage;
        error.message = tr("The sandbox account is not ready.");
        Q_EMIT responded(call, refusal(error));
        return;
    }
    api_->handle(
        request, [this, call](const HttpResponse& response) { Q_EMIT responded(call, response); }, Actor::Waybill);
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

void Sandbox::Worker::endOverlap(quint64 call, const QString& endpointId) {
    const Result<Endpoint> ended = store_ ? store_->endOverlap(endpointId, clock_.now()) : Result<Endpoint>(notReady());
    if (ended) {
        scheduler_->takeAnew();
        secrets_->tidy();
        place(ended->id, ended->url); // The receiver is to take the new one alone.
        Q_EMIT changed();
    } else if (scheduler_) {
        scheduler_->storeFailed(ended.error());
    }
    Q_EMIT overlapEnded(call, ended ? std::nullopt : std::optional(ended.error()));
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

void Sandbox::Worker::readAuthority(quint64 call, const QString& endpointId) {
    Q_EMIT authorityRead(call, store_ ? store_->authority(endpointId) : Result<CertificateAuthority>(notReady()));
}

void Sandbox::Worker::setAuthority(quint64 call, const QString& endpointId, const CertificateAuthority& authority) {
    const Result<void> set = store_ ? store_->setAuthority(endpointId, authority) : Result<void>(notReady());
    if (set && scheduler_)
        scheduler_->takeAnew();
    Q_EMIT authoritySet(call, set ? std::nullopt : std::optional(set.error()));
}

void Sandbox::Worker::setProxies(const ProxyChoice& choice) {
    proxies_ = choice;
    if (sender_)
        QMetaObject::invokeMethod(sender_, [sender = sender_, choice] { sender->setProxies(choice); });
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
