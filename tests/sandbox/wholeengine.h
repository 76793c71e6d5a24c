// SPDX-License-Identifier: MIT
// For tests of what the engine promises: API, store, scheduler and sender together, on a clock that the test moves.
#pragma once

#include "clock/movableclock.h"
#include "contract/signature.h"
#include "sandbox/deliveryscheduler.h"
#include "sandbox/deliverysender.h"
#include "sandbox/sandboxapi.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <functional>
#include <memory>

namespace waybill::test {

/// A vault in memory that answers at once.
class OpenVault final : public IssuedSecrets, public SigningSecrets {
public:
    void keep(const QString& id, const Secret& secret, std::function<void(Result<void>)> done) override {
        secrets.insert(id, secret);
        done({});
    }
    void fetch(const QString& id, std::function<void(Result<Secret>)> done) override {
        if (secrets.contains(id))
            done(secrets.value(id));
        else
            done(failure(ErrorKind::SecretNotFound, QStringLiteral("This secret is not kept here.")));
    }
    void drop(const QString& id, std::function<void(Result<void>)> done) override {
        secrets.remove(id);
        done({});
    }
    void read(const SigningKeys& keys, QObject* context, Done<QList<Secret>> done) override {
        QList<Secret> found{secrets.value(keys.current)};
        if (!keys.previous.isEmpty())
            found += secrets.value(keys.previous);
        QMetaObject::invokeMethod(
            context, [done, found] { done(found); }, Qt::QueuedConnection);
    }

    QHash<QString, Secret> secrets;
};

/// The fields and the body of a delivery, as they went out.
struct Wire {
    Instant at;
    QString url; ///< Its host, and its path.
    QByteArray deliveryId;
    QByteArray eventId;
    QByteArray signature;
    QByteArray body;
};

inline QByteArray fieldOf(const QByteArray& fields, const char* name) {
    const QByteArray before = QByteArray(name) + ": ";
    const qsizetype at = fields.indexOf(before);
    return at < 0 ? QByteArray() : fields.sliced(at + before.size(), fields.indexOf('\r', at) - at - before.size());
}

inline Wire wireOf(const OutgoingPost& post, Instant now) {
    const QByteArray& lines = post.destination.firstLines();
    const QByteArray target = lines.sliced(5, lines.indexOf(' ', 5) - 5);
    return {now,
            post.destination.host() + QString::fromLatin1(target),
            fieldOf(post.fields, header::deliveryId),
            fieldOf(post.fields, header::eventId),
            fieldOf(post.fields, header::signature),
            post.body};
}

/// Folders in memory where the system has them: these tests are about what is decided, not about disks.
inline QString folderInMemory() {
    const QString memory = QStringLiteral("/dev/shm");
    return (QFileInfo(memory).isWritable() ? memory : QDir::tempPath()) + QStringLiteral("/waybill-XXXXXX");
}

class WholeEngine final {
public:
    using Post = DeliverySender::Post;
    static constexpr const char* apiKey = "ak_live_test";

    /// `post` brings attempts to a receiver; without one they go over HTTP.
    WholeEngine(const Clock& clock, const Clock& realTime, Post post)
        : clock_(clock), realTime_(realTime), post_(std::move(post)) {
        start();
    }
    ~WholeEngine() { stop(); }
    Q_DISABLE_COPY_MOVE(WholeEngine)

    void start() {
        auto store = SandboxStore::open(path());
        if (!store)
            qFatal("%s", qPrintable(store.error().details));
        store_ = *std::move(store);
        sender_ = std::make_unique<DeliverySender>(clock_, realTime_, post_);
        scheduler_ = std::make_unique<DeliveryScheduler>(store_->queue(), vault_, *sender_, clock_, random_,
                                                         DeliveryScheduler::Limits());
        secrets_ = std::make_unique<SecretRegister>(*store_, vault_, clock_);
        api_ = std::make_unique<SandboxApi>(*store_, *secrets_, clock_, random_,
                                            SandboxApi::Principal{SandboxApi::digestOf(Secret(apiKey)),
                                                                  QStringLiteral("enterprise"),
                                                                  {QStringLiteral("*")}});
        QObject::connect(api_.get(), &SandboxApi::queued, scheduler_.get(), &DeliveryScheduler::wake);
        QObject::connect(api_.get(), &SandboxApi::storeFailed, scheduler_.get(), &DeliveryScheduler::storeFailed);
        QObject::connect(api_.get(), &SandboxApi::enabling, scheduler_.get(), &DeliveryScheduler::settleNow);
        QObject::connect(api_.get(), &SandboxApi::endpointChanged, scheduler_.get(), &DeliveryScheduler::takeAnew);
        scheduler_->start();
        secrets_->tidy();
    }
    void stop() {
        if (sender_)
            sender_->recall();
        if (scheduler_)
            scheduler_->shutdown();
        crash();
    }
    /// Nothing is stored any more.
    void crash() {
        api_.reset();
        secrets_.reset();
        scheduler_.reset();
        sender_.reset();
        store_.reset();
    }

    QString path() const { return folder_.filePath(QStringLiteral("sandbox.sqlite")); }
    SandboxStore& store() { return *store_; }
    DeliveryScheduler& scheduler() { return *scheduler_; }
    RandomSource& random() { return random_; }
    const EngineState& state() const { return scheduler_->state(); }

    HttpResponse call(const QByteArray& method, const QByteArray& target, const QByteArray& body = {}) {
        HttpRequest request{method, target, {{"Authorization", QByteArray("Bearer ") + apiKey}}, body};
        if (!body.isEmpty())
            request.headers.add("Content-Type", "application/json");
        HttpResponse answer;
        api_->handle(request, [&answer](const HttpResponse& response) { answer = response; });
        return answer;
    }
    QJsonObject ask(const QByteArray& method, const QByteArray& target, const QByteArray& body = {}) {
        return QJsonDocument::fromJson(call(method, target, body).body).object();
    }
    /// What a source of events brings: each is handed to every endpoint that takes it.
    Result<Bringing> bring(const QList<Event>& events) {
        BringingStep step;
        step.before = QList<Event>();
        step.events = events;
        auto brought = store_->intake().bring(QStringLiteral("source"), step, clock_.now(),
                                              [this] { return newDeliveryId(random_); });
        scheduler_->wake();
        return brought;
    }

private:
    QTemporaryDir folder_{folderInMemory()};
    const Clock& clock_;
    const Clock& realTime_;
    const Post post_;
    OpenVault vault_;
    SystemRandom random_;
    std::unique_ptr<SandboxStore> store_;
    std::unique_ptr<DeliverySender> sender_;
    std::unique_ptr<DeliveryScheduler> scheduler_;
    std::unique_ptr<SecretRegister> secrets_;
    std::unique_ptr<SandboxApi> api_;
};

} // namespace waybill::test
