// SPDX-License-Identifier: MIT
#include "sandbox/sandbox.h"

#include "sandbox/inprocesstransport.h"
#include "sandbox/sandboxworker.h"
#include "sandbox/timemachine.h"

namespace waybill {

Sandbox::Sandbox(Options options, SecretVault& vault, const Clock& clock, const Clock& realTime, RandomSource& random,
                 QObject* parent)
    : SandboxControls(parent), clock_(clock), worker_(new Worker(std::move(options), clock, realTime, random)) {
    transport_ = std::make_unique<InProcessTransport>([worker = worker_](quint64 call, const HttpRequest& request) {
        QMetaObject::invokeMethod(worker, [worker, call, request] { worker->handle(call, request); });
    });
    thread_.setObjectName(QStringLiteral("sandbox"));
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    connect(worker_, &Worker::started, this, &Sandbox::started);
    connect(worker_, &Worker::served, this, &Sandbox::served);
    connect(worker_, &Worker::failed, this, &Sandbox::failed);
    connect(worker_, &Worker::changed, this, &Sandbox::changed);
    connect(worker_, &Worker::endpointPlaced, this, &Sandbox::endpointPlaced);
    connect(worker_, &Worker::inboxReady, this, &Sandbox::inboxReady);
    connect(worker_, &Worker::endpointsAstrayChanged, this, [this](const QHash<QString, QString>& endpoints) {
        astray_ = endpoints;
        Q_EMIT endpointsAstrayChanged();
    });
    connect(worker_, &Worker::endpointDeleted, this, &Sandbox::endpointDeleted);
    connect(worker_, &Worker::engineStateChanged, this, [this](const EngineState& state) {
        state_ = state;
        Q_EMIT engineStateChanged(state);
    });
    connect(worker_, &Worker::responded, this,
            [this](quint64 call, const HttpResponse& response) { transport_->responded(call, response); });
    connect(worker_, &Worker::sentRead, this,
            [this](quint64 call, const SentRequest& sent, const std::optional<Error>& error) {
                calls_.finish<SentRequest>(call,
                                           error ? Result<SentRequest>(failure(*error)) : Result<SentRequest>(sent));
            });
    connect(worker_, &Worker::overlapEnded, this, [this](quint64 call, const std::optional<Error>& error) {
        calls_.finish<void>(call, error ? Result<void>(failure(*error)) : Result<void>());
    });
    connect(worker_, &Worker::bringingRead, this,
            [this](quint64 call, const Result<Bringing>& bringing) { calls_.finish<Bringing>(call, bringing); });
    connect(worker_, &Worker::broughtRead, this, [this](quint64 call, const Result<QList<BroughtEvent>>& events) {
        calls_.finish<QList<BroughtEvent>>(call, events);
    });
    connect(worker_, &Worker::sourcesRead, this,
            [this](quint64 call, const Result<QStringList>& sources) { calls_.finish<QStringList>(call, sources); });
    connect(worker_, &Worker::sourceForgotten, this, [this](quint64 call, const std::optional<Error>& error) {
        calls_.finish<void>(call, error ? Result<void>(failure(*error)) : Result<void>());
    });
    connect(worker_, &Worker::authorityRead, this, [this](quint64 call, const Result<CertificateAuthority>& authority) {
        calls_.finish<CertificateAuthority>(call, authority);
    });
    connect(worker_, &Worker::authoritySet, this, [this](quint64 call, const std::optional<Error>& error) {
        calls_.finish<void>(call, error ? Result<void>(failure(*error)) : Result<void>());
    });
    connect(worker_, &Worker::vaultAsked, this, [this, &vault](const VaultQuestion& question) {
        const auto answer = [worker = worker_, number = question.number](const Secret& secret,
                                                                         const std::optional<Error>& error) {
            QMetaObject::invokeMethod(
                worker, [worker, number, secret, error] { worker->vaultAnswered(number, secret, error); });
        };
        const auto done = [answer](const Result<void>& result) {
            answer({}, result ? std::nullopt : std::optional(result.error()));
        };
        switch (question.kind) {
        case VaultQuestion::Kind::Read:
            vault.read(question.name, this, [answer](const Result<Secret>& secret) {
                answer(secret ? *secret : Secret(), secret ? std::nullopt : std::optional(secret.error()));
            });
            break;
        case VaultQuestion::Kind::Write:
            vault.write(question.name, question.secret, this, done);
            break;
        case VaultQuestion::Kind::Remove:
            vault.remove(question.name, this, done);
            break;
        case VaultQuestion::Kind::Turn:
            answer({}, std::nullopt);
            break;
        }
    });
    thread_.start();
}

Sandbox::Sandbox(Options options, SecretVault& vault, ShiftedClock& clock, RandomSource& random, QObject* parent)
    : Sandbox(std::move(options), vault, clock, clock.real(), random, parent) {
    timeMachine_ = std::make_unique<TimeMachine>(clock, *this);
}

Sandbox::~Sandbox() {
    QMetaObject::invokeMethod(worker_, [this] {
        worker_->stop();
        thread_.quit();
    });
    thread_.wait();
}

void Sandbox::start() {
    QMetaObject::invokeMethod(worker_, [worker = worker_] { worker->start(); });
}

Transport& Sandbox::transport() {
    return *transport_;
}

void Sandbox::serve(quint16 port) {
    QMetaObject::invokeMethod(worker_, [worker = worker_, port] { worker->serve(port); });
}

void Sandbox::setInbox(const InboxAddress& inbox) {
    QMetaObject::invokeMethod(worker_, [worker = worker_, inbox] { worker->setInbox(inbox); });
}

void Sandbox::retrySecrets() {
    QMetaObject::invokeMethod(worker_, [worker = worker_] { worker->retrySecrets(); });
}

void Sandbox::setProxies(const ProxyChoice& choice) {
    QMetaObject::invokeMethod(worker_, [worker = worker_, choice] { worker->setProxies(choice); });
}

void Sandbox::readSentRequest(const QString& deliveryId, QObject* context, Done<SentRequest> done) {
    const quint64 call = calls_.add<SentRequest>(context, std::move(done));
    QMetaObject::invokeMethod(worker_, [worker = worker_, call, deliveryId] { worker->readSent(call, deliveryId); });
}

void Sandbox::endOverlap(const QString& endpointId, QObject* context, Done<void> done) {
    const quint64 call = calls_.add<void>(context, std::move(done));
    QMetaObject::invokeMethod(worker_, [worker = worker_, call, endpointId] { worker->endOverlap(call, endpointId); });
}

void Sandbox::readBringing(const QString& source, QObject* context, Done<Bringing> done) {
    const quint64 call = calls_.add<Bringing>(context, std::move(done));
    QMetaObject::invokeMethod(worker_, [worker = worker_, call, source] { worker->readBringing(call, source); });
}

void Sandbox::bring(const QString& source, const BringingStep& step, QObject* context, Done<Bringing> done) {
    const quint64 call = calls_.add<Bringing>(context, std::move(done));
    QMetaObject::invokeMethod(worker_, [worker = worker_, call, source, step] { worker->bring(call, source, step); });
}

void Sandbox::readBrought(const QString& source, int limit, QObject* context, Done<QList<BroughtEvent>> done) {
    const quint64 call = calls_.add<QList<BroughtEvent>>(context, std::move(done));
    QMetaObject::invokeMethod(worker_,
                              [worker = worker_, call, source, limit] { worker->readBrought(call, source, limit); });
}

void Sandbox::readSources(QObject* context, Done<QStringList> done) {
    const quint64 call = calls_.add<QStringList>(context, std::move(done));
    QMetaObject::invokeMethod(worker_, [worker = worker_, call] { worker->readSources(call); });
}

void Sandbox::forgetSource(const QString& source, QObject* context, Done<void> done) {
    const quint64 call = calls_.add<void>(context, std::move(done));
    QMetaObject::invokeMethod(worker_, [worker = worker_, call, source] { worker->forgetSource(call, source); });
}

void Sandbox::readAuthority(const QString& endpointId, QObject* context, Done<CertificateAuthority> done) {
    const quint64 call = calls_.add<CertificateAuthority>(context, std::move(done));
    QMetaObject::invokeMethod(worker_,
                              [worker = worker_, call, endpointId] { worker->readAuthority(call, endpointId); });
}

void Sandbox::setAuthority(const QString& endpointId, const CertificateAuthority& authority, QObject* context,
                           Done<void> done) {
    const quint64 call = calls_.add<void>(context, std::move(done));
    QMetaObject::invokeMethod(worker_, [worker = worker_, call, endpointId, authority] {
        worker->setAuthority(call, endpointId, authority);
    });
}

EngineState Sandbox::engineState() const {
    return state_;
}

} // namespace waybill
