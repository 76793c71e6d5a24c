// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "contract/signature.h"
#include "sandbox/deliveryscheduler.h"
#include "sandbox/deliverysender.h"
#include "sandbox/sandboxstore.h"
#include "support/storedendpoint.h"

#include <QTemporaryDir>
#include <QTest>

using namespace waybill;

namespace {
const Secret secret("whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja");
const Secret newSecret("whsec_0000000000000000000000000000new");
const Instant start = instantFromMilliseconds(1791792900000);
const QString first = QStringLiteral("whe_1");
const QString second = QStringLiteral("whe_2");
constexpr int hangs = 0;

class Secrets final : public SigningSecrets {
public:
    void read(const SigningKeys& keys, QObject* context, Done<QList<Secret>> done) override {
        ++asked;
        QList<Secret> found{keys.current == u"secret_new" ? newSecret : secret};
        if (!keys.previous.isEmpty())
            found += secret;
        QMetaObject::invokeMethod(
            context,
            [this, done, found] {
                if (!answers)
                    return;
                if (readable)
                    done(found);
                else
                    done(failure(ErrorKind::NoKeychain, QStringLiteral("The keychain is locked.")));
            },
            Qt::QueuedConnection);
    }
    bool readable = true;
    bool answers = true;
    int asked = 0;
};

QByteArray signatureOf(const OutgoingPost& post) {
    const QByteArray before = QByteArray(header::signature) + ": ";
    const qsizetype at = post.fields.indexOf(before) + before.size();
    return post.fields.sliced(at, post.fields.indexOf('\r', at) - at);
}
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
        status_ = 200;
        statusOf_.clear();
        auto store = SandboxStore::open(folder_->filePath(QStringLiteral("sandbox.sqlite")));
        QVERIFY(store);
        store_ = *std::move(store);
        sender_ = std::make_unique<DeliverySender>(
            *clock_, *clock_, [this](const OutgoingPost& post, const std::function<void(AttemptOutcome)>& done) {
                posts_.append({clock_->now(), post});
                AttemptOutcome outcome;
                outcome.status = statusOf_.value(post.destination.host(), status_);
                if (outcome.status == hangs)
                    return;
                QMetaObject::invokeMethod(
                    this, [done, outcome] { done(outcome); }, Qt::QueuedConnection);
            });
        addEndpoint(first);
        restart({});
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
            QVERIFY(checkSignature(signatureOf(sent.post), sent.post.body, {secret}, sent.at).isValid());
    }

    void threeGoneAnswersInARowDisableTheEndpoint() {
        status_ = 410;
        for (const char* event : {"event_1", "event_2", "event_3"}) {
            QCOMPARE(store_->endpoint(first)->status, EndpointStatus::Enabled);
            queue(QString::fromLatin1(event));
            QTRY_COMPARE(store_->delivery(QString(u"whd_" % QString::fromLatin1(event)))->status,
                         DeliveryStatus::Failed);
        }
        QCOMPARE(store_->endpoint(first)->status, EndpointStatus::Disabled);
    }

    void sendsNothingUnsignedAndGoesOnWhenTheSecretCanBeRead() {
        status_ = 200;
        secrets_->readable = false;
        queue(QStringLiteral("event_1"));
        QTRY_COMPARE(newest().error, QStringLiteral("The keychain is locked."));
        QCOMPARE(newest().status, DeliveryStatus::Pending);
        QTRY_COMPARE(scheduler_->state().secretProblem, QStringLiteral("The keychain is locked."));
        QVERIFY(posts_.isEmpty());
        secrets_->readable = true;
        scheduler_->retrySecrets();
        QTRY_COMPARE(newest().status, DeliveryStatus::Delivered);
        QCOMPARE(posts_.size(), 1);
        QCOMPARE(newest().attempt, 1);
    }

    void signsWithBothSecretsUntilTheOverlapHasEnded_data() {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<bool>("oldSecretSigns");
        QTest::newRow("at once") << qint64(0) << true;
        QTest::newRow("in its last second") << qint64(24 * 3600 - 1) << true;
        QTest::newRow("when it has ended") << qint64(24 * 3600) << false;
        QTest::newRow("days later") << qint64(72 * 3600) << false;
    }
    void signsWithBothSecretsUntilTheOverlapHasEnded() {
        QFETCH(qint64, seconds);
        QVERIFY(store_->rotateSecret(first, QStringLiteral("secret_new"), newSecret.prefix(), start + rotationOverlap,
                                     start, {}));
        clock_->advance(std::chrono::seconds{seconds});
        queue(QStringLiteral("event_1"));
        QTRY_COMPARE(newest().status, DeliveryStatus::Delivered);
        const auto accepts = [&](const Secret& with) {
            const Sent& sent = posts_.constFirst();
            return checkSignature(signatureOf(sent.post), sent.post.body, {with}, sent.at).isValid();
        };
        QVERIFY(accepts(newSecret));
        QTEST(accepts(secret), "oldSecretSigns");
        QTEST(signatureOf(posts_.constFirst().post).count("v1=") == 2, "oldSecretSigns");
    }

    void asksForASecretOnceWhateverWaitsForIt() {
        secrets_->readable = false;
        for (int i = 0; i < 20; ++i)
            store(first, QStringLiteral("event_%1").arg(i));
        scheduler_->wake();
        QTRY_COMPARE(scheduler_->state().secretProblem, QStringLiteral("The keychain is locked."));
        QTRY_COMPARE(scheduler_->state().underWay, 0);
        QVERIFY(secrets_->asked <= DeliveryScheduler::Limits().perNewEndpoint);
        QCOMPARE(scheduler_->state().scheduled, 20);
        secrets_->readable = true;
        scheduler_->retrySecrets();
        QTRY_COMPARE(posts_.size(), 20);
        QTRY_VERIFY(scheduler_->state().secretProblem.isEmpty());
    }

    void aHangingReceiverHoldsUpNoOther() {
        addEndpoint(second);
        statusOf_[first] = hangs;
        for (int i = 0; i < 200; ++i)
            store(first, QStringLiteral("event_%1").arg(i));
        store(second, QStringLiteral("event_other"));
        scheduler_->wake();
        QTRY_COMPARE(newest(second).status, DeliveryStatus::Delivered);
        QCOMPARE(scheduler_->state().underWay, DeliveryScheduler::Limits().perNewEndpoint);
    }

    void aRetryIsOnTimeWhileAnotherReceiverHangs() {
        addEndpoint(second);
        statusOf_[second] = 503;
        queue(QStringLiteral("event_other"), second);
        QTRY_COMPARE(newest(second).attempt, 2);
        statusOf_[first] = hangs;
        for (int i = 0; i < 10; ++i)
            store(first, QStringLiteral("event_%1").arg(i));
        scheduler_->wake();
        QTRY_COMPARE(scheduler_->state().underWay, DeliveryScheduler::Limits().perNewEndpoint);
        statusOf_[second] = 200;
        clock_->advance(seconds{60});
        QTRY_COMPARE(newest(second).status, DeliveryStatus::Delivered);
    }

    void sharesWhatMayBeUnderWayBetweenEndpoints() {
        const QStringList endpoints{first, second, QStringLiteral("whe_3")};
        addEndpoint(endpoints.at(1));
        addEndpoint(endpoints.at(2));
        status_ = hangs;
        DeliveryScheduler::Limits limits;
        limits.underWay = 7;
        limits.perNewEndpoint = 4;
        restart(limits);
        // The oldest are all of one endpoint.
        for (const QString& endpoint : endpoints) {
            for (int i = 0; i < 10; ++i)
                store(endpoint, u"event_" % endpoint % QString::number(i));
            clock_->advance(seconds{1});
        }
        scheduler_->wake();
        QTRY_COMPARE(posts_.size(), 7);
        QHash<QString, int> posts;
        for (const Sent& sent : std::as_const(posts_))
            ++posts[sent.post.destination.host()];
        QCOMPARE(posts, (QHash<QString, int>{{first, 3}, {second, 2}, {endpoints.at(2), 2}}));
    }

    void whatHadNotBegunAtTheEndLosesNoAttempt() {
        status_ = hangs;
        DeliveryScheduler::Limits limits;
        limits.perNewEndpoint = 64;
        restart(limits);
        for (int i = 0; i < DeliverySender::mostPerEndpoint + 8; ++i)
            store(first, QStringLiteral("event_%1").arg(i));
        scheduler_->wake();
        QTRY_COMPARE(posts_.size(), DeliverySender::mostPerEndpoint);
        QCOMPARE(scheduler_->state().underWay, DeliverySender::mostPerEndpoint + 8);
        sender_->recall();
        scheduler_->shutdown();
        scheduler_.reset();
        store_.reset();
        store_ = *SandboxStore::open(folder_->filePath(QStringLiteral("sandbox.sqlite")));
        QCOMPARE(*store_->queue().settleInterrupted(clock_->now(), [this] { return newDeliveryId(random_); }),
                 DeliverySender::mostPerEndpoint);
    }

    void whatWaitedForItsSecretAtTheEndLosesNoAttempt() {
        secrets_->answers = false;
        queue(QStringLiteral("event_1"));
        QTRY_COMPARE(secrets_->asked, 1);
        QCOMPARE(scheduler_->state().underWay, 1);
        scheduler_->shutdown();
        scheduler_.reset();
        store_.reset();
        store_ = *SandboxStore::open(folder_->filePath(QStringLiteral("sandbox.sqlite")));
        QCOMPARE(*store_->queue().settleInterrupted(clock_->now(), [this] { return newDeliveryId(random_); }), 0);
    }

private:
    struct Sent {
        Instant at;
        OutgoingPost post;
    };
    void restart(DeliveryScheduler::Limits limits) {
        scheduler_ =
            std::make_unique<DeliveryScheduler>(store_->queue(), *secrets_, *sender_, *clock_, random_, limits);
        scheduler_->start();
    }
    /// Its id is also its host.
    void addEndpoint(const QString& id) {
        QVERIFY(store_->insertEndpoint(test::storedEndpoint(id, start, u"https://" % id % u"/hook"), u"secret_of_" % id,
                                       {}));
    }
    void queue(const QString& eventId, const QString& endpointId = first) {
        store(endpointId, eventId);
        scheduler_->wake();
    }
    void store(const QString& endpointId, const QString& eventId) {
        Event event;
        event.id = eventId;
        event.type = QStringLiteral("rating.created");
        event.apiVersion = QString::fromLatin1(eventApiVersion);
        event.body = "{}";
        Delivery delivery;
        delivery.id = u"whd_" % eventId;
        delivery.eventId = eventId;
        delivery.endpointId = endpointId;
        delivery.scheduledFor = delivery.createdAt = clock_->now();
        QVERIFY(store_->insertEvent(event, {delivery}, {}));
    }
    Delivery newest(const QString& endpointId = first) {
        const auto page = store_->deliveries(endpointId, std::nullopt, {});
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
    QHash<QString, int> statusOf_; ///< By endpoint, where it is not `status_`.
};

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
