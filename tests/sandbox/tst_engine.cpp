// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "contract/signature.h"
#include "sandbox/deliveryscheduler.h"
#include "sandbox/deliverysender.h"

#include <QTemporaryDir>
#include <QTest>

using namespace waybill;

namespace {
const Secret secret("whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja");
const Instant start = instantFromMilliseconds(1791792900000);

class Secrets final : public SigningSecrets {
public:
    void read(const SigningKeys&, QObject* context, Done<QList<Secret>> done) override {
        QMetaObject::invokeMethod(
            context,
            [this, done] {
                if (readable)
                    done(QList<Secret>{secret});
                else
                    done(failure(ErrorKind::NoKeychain, QStringLiteral("The keychain is locked.")));
            },
            Qt::QueuedConnection);
    }
    bool readable = true;
};
} // namespace

/// The engine on a clock that the test moves, with a receiver that answers as the test says.
class TestEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        clock_ = std::make_unique<MovableClock>(start);
        secrets_ = std::make_unique<Secrets>();
        posts_.clear();
        auto store = SandboxStore::open(folder_->filePath(QStringLiteral("sandbox.sqlite")));
        QVERIFY(store);
        store_ = *std::move(store);
        sender_ = std::make_unique<DeliverySender>(
            *secrets_,
            [this](const OutgoingPost& post, const std::function<void(AttemptOutcome)>& done) {
                posts_.append({clock_->now(), post});
                AttemptOutcome outcome;
                outcome.status = status_;
                QMetaObject::invokeMethod(
                    this, [done, outcome] { done(outcome); }, Qt::QueuedConnection);
            },
            *clock_, *clock_);
        scheduler_ =
            std::make_unique<DeliveryScheduler>(*store_, *sender_, *clock_, random_, DeliveryScheduler::Limits());
        Endpoint endpoint;
        endpoint.id = QStringLiteral("whe_1");
        endpoint.url = QStringLiteral("https://receiver.example/hook");
        endpoint.enabledEvents = {QStringLiteral("*")};
        endpoint.secretPrefix = secret.prefix();
        endpoint.createdAt = endpoint.updatedAt = start;
        QVERIFY(store_->insertEndpoint(endpoint, QStringLiteral("secret_1"), {}));
        QVERIFY(scheduler_->start());
    }
    void cleanup() {
        scheduler_.reset();
        sender_.reset();
        store_.reset();
    }

    void triesNineTimesAtTheScheduleThenAbandons() {
        status_ = 503;
        queue(QStringLiteral("event_1"));
        for (int attempt = 1; attempt < attemptLimit; ++attempt) {
            QTRY_VERIFY(isWaitingFor(attempt + 1));
            clock_->moveTo(*scheduler_->state().nextDue);
        }
        QTRY_COMPARE(newest().status, DeliveryStatus::Abandoned);
        QList<qint64> offsets;
        for (const Sent& sent : std::as_const(posts_))
            offsets += std::chrono::duration_cast<seconds>(sent.at - start).count();
        QCOMPARE(offsets, (QList<qint64>{0, 60, 360, 2160, 9360, 30960, 117360, 203760, 290160}));
        clock_->advance(std::chrono::hours{1000});
        QCOMPARE(scheduler_->state().scheduled, 0);
        for (const Sent& sent : std::as_const(posts_))
            QVERIFY(
                checkSignature(sent.post.headers.value(header::signature).value(), sent.post.body, {secret}, sent.at)
                    .isValid());
    }

    void threeGoneAnswersInARowDisableTheEndpoint() {
        status_ = 410;
        for (const char* event : {"event_1", "event_2", "event_3"}) {
            QCOMPARE(store_->endpoint(QStringLiteral("whe_1"))->status, EndpointStatus::Enabled);
            queue(QString::fromLatin1(event));
            QTRY_COMPARE(store_->delivery(QString(u"whd_" % QString::fromLatin1(event)))->status,
                         DeliveryStatus::Failed);
        }
        QCOMPARE(store_->endpoint(QStringLiteral("whe_1"))->status, EndpointStatus::Disabled);
    }

    void sendsNothingUnsignedAndGoesOnWhenTheSecretCanBeRead() {
        status_ = 200;
        secrets_->readable = false;
        queue(QStringLiteral("event_1"));
        QTRY_COMPARE(newest().error, QStringLiteral("The keychain is locked."));
        QCOMPARE(newest().status, DeliveryStatus::Pending);
        QTRY_COMPARE(scheduler_->state().problem, QStringLiteral("The keychain is locked."));
        QVERIFY(posts_.isEmpty());
        secrets_->readable = true;
        scheduler_->retrySecrets();
        QTRY_COMPARE(newest().status, DeliveryStatus::Delivered);
        QCOMPARE(posts_.size(), 1);
        QCOMPARE(newest().attempt, 1);
    }

private:
    struct Sent {
        Instant at;
        OutgoingPost post;
    };
    void queue(const QString& eventId) {
        Event event;
        event.id = eventId;
        event.type = QStringLiteral("rating.created");
        event.apiVersion = QString::fromLatin1(eventApiVersion);
        event.body = "{}";
        Delivery delivery;
        delivery.id = u"whd_" % eventId;
        delivery.eventId = eventId;
        delivery.endpointId = QStringLiteral("whe_1");
        delivery.scheduledFor = delivery.createdAt = clock_->now();
        QVERIFY(store_->insertEvent(event, {delivery}, {}));
        scheduler_->wake();
    }
    Delivery newest() {
        const auto page = store_->deliveries(QStringLiteral("whe_1"), std::nullopt, {});
        return page && !page->data.isEmpty() ? page->data.constFirst() : Delivery();
    }
    bool isWaitingFor(int attempt) {
        const Delivery delivery = newest();
        return delivery.attempt == attempt && delivery.status == DeliveryStatus::Pending &&
               scheduler_->state().underWay == 0 && scheduler_->state().nextDue == delivery.scheduledFor;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<MovableClock> clock_;
    std::unique_ptr<Secrets> secrets_;
    std::unique_ptr<SandboxStore> store_;
    std::unique_ptr<DeliverySender> sender_;
    std::unique_ptr<DeliveryScheduler> scheduler_;
    SystemRandom random_;
    QList<Sent> posts_;
    int status_ = 200;
};

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
