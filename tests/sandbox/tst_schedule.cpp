// SPDX-License-Identifier: MIT
// The retry schedule against clocks that step. "The same trace" means:
// - where the clock shows every due time, or stops before it, attempts begin at exactly 0, 60, 360, 2160, 9360, 30960,
//   117360, 203760 and 290160 seconds, whatever it showed in between;
// - where it passes a due time by, the attempt begins once, at the first time shown that is due or later, and the next
//   one counts from there.
// A clock that goes back only makes everything wait. Restarts change nothing of that.
#include "clock/movableclock.h"
#include "contract/signature.h"
#include "sandbox/deliveryscheduler.h"
#include "sandbox/deliverysender.h"
#include "sandbox/sandboxstore.h"
#include "sandbox/wholeengine.h"
#include "support/storedendpoint.h"

#include <QDeadlineTimer>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace waybill;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const Instant start = instantFromMilliseconds(1791792900000);
const QString endpointId = u"whe_1"_s;
const QList<qint64> schedule{0, 60, 360, 2160, 9360, 30960, 117360, 203760, 290160};
constexpr qint64 day = 24LL * 3600 * 1000;

class OneSecret final : public SigningSecrets {
public:
    void read(const SigningKeys&, QObject* context, Done<QList<Secret>> done) override {
        QMetaObject::invokeMethod(
            context, [done] { done(QList<Secret>{Secret("whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja")}); },
            Qt::QueuedConnection);
    }
};

/// What the contract says, of one event that is refused for ever.
struct Chain {
    Instant queued;
    QList<Instant> begun;
    std::optional<Instant> due; ///< Of the next attempt; none after the last.

    explicit Chain(Instant now) : queued(now), due(now) {}
    bool beginsAt(Instant now) {
        if (!due || now < *due)
            return false;
        begun += now;
        const auto delay = delayAfter(int(begun.size()));
        due = delay ? std::optional(now + *delay) : std::nullopt;
        return true;
    }
};

} // namespace

class TestSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>(test::folderInMemory());
        clock_ = std::make_unique<MovableClock>(start);
        chains_.clear();
        posts_.clear();
        open();
        QVERIFY(store_->insertEndpoint(test::storedEndpoint(endpointId, start), u"secret"_s, {}));
    }
    void cleanup() {
        close();
        folder_.reset();
    }

    void isKeptByAMovedClock() {
        queue();
        while (settle() && chains_.constFirst().due)
            clock_->moveTo(*chains_.constFirst().due);
        QCOMPARE(offsets(chains_.constFirst()), schedule);
        QVERIFY(agrees());
        clock_->advance(std::chrono::days(1000));
        QVERIFY(settle());
        QVERIFY(agrees());
    }

    void isKeptWhereTheClockStopsAtEveryDueTime_data() { seeds(); }
    void isKeptWhereTheClockStopsAtEveryDueTime() {
        QFETCH(uint, seed);
        std::mt19937 random(seed);
        queue();
        while (!isOver()) {
            QVERIFY(settle());
            const Instant next = nextDue();
            switch (random() % 8) {
            case 0:
                queueSometimes(random);
                break;
            case 1:
                restart();
                break;
            case 2:
                clock_->advance(-step(random));
                break;
            case 3:
            case 4: // somewhere before it
                clock_->moveTo(std::min(clock_->now() + step(random), next));
                break;
            default:
                clock_->moveTo(next);
            }
        }
        for (const Chain& chain : std::as_const(chains_))
            QCOMPARE(offsets(chain), schedule);
        QVERIFY(agrees());
    }

    void isKeptWhereTheClockPassesDueTimesBy_data() { seeds(); }
    void isKeptWhereTheClockPassesDueTimesBy() {
        QFETCH(uint, seed);
        std::mt19937 random(seed);
        queue();
        while (!isOver()) {
            QVERIFY(settle());
            switch (random() % 8) {
            case 0:
                queueSometimes(random);
                break;
            case 1: // it was not running meanwhile
                clock_->advance(step(random));
                restart();
                break;
            case 2:
                clock_->advance(-step(random));
                break;
            default:
                clock_->advance(step(random));
            }
        }
        QVERIFY(agrees());
    }

private:
    /// A thousand: WAYBILL_SEEDS=1000.
    static void seeds() {
        QTest::addColumn<uint>("seed");
        const uint count = qEnvironmentVariable("WAYBILL_SEEDS", u"100"_s).toUInt();
        for (uint seed = 1; seed <= count; ++seed)
            QTest::addRow("%u", seed) << seed;
    }
    /// From a millisecond to days, each magnitude as likely as the others.
    static milliseconds step(std::mt19937& random) {
        std::uniform_real_distribution<double> magnitude(0, std::log(4.0 * day));
        return milliseconds(qint64(std::exp(magnitude(random))));
    }

    void open() {
        auto store = SandboxStore::open(folder_->filePath(u"sandbox.sqlite"_s));
        QVERIFY(store);
        store_ = *std::move(store);
        sender_ = std::make_unique<DeliverySender>(
            *clock_, *clock_, [this](const OutgoingPost& post, const std::function<void(AttemptOutcome)>& done) {
                posts_[eventOf(post)] += clock_->now();
                AttemptOutcome outcome;
                outcome.status = 503;
                QMetaObject::invokeMethod(
                    sender_.get(), [done, outcome] { done(outcome); }, Qt::QueuedConnection);
            });
        scheduler_ = std::make_unique<DeliveryScheduler>(store_->queue(), secrets_, *sender_, *clock_, random_,
                                                         DeliveryScheduler::Limits());
        scheduler_->start();
    }
    void close() {
        if (scheduler_)
            scheduler_->shutdown();
        scheduler_.reset();
        sender_.reset();
        store_.reset();
    }
    void restart() {
        close();
        open();
    }
    static int eventOf(const OutgoingPost& post) {
        const QByteArray before = QByteArray(header::eventId) + ": event_";
        const qsizetype at = post.fields.indexOf(before) + before.size();
        return post.fields.sliced(at, post.fields.indexOf('\r', at) - at).toInt();
    }
    void queue() {
        Event event;
        event.id = u"event_%1"_s.arg(chains_.size());
        event.type = u"rating.created"_s;
        event.apiVersion = QString::fromLatin1(eventApiVersion);
        event.body = "{}";
        QVERIFY(store_->insertEvent(event, {firstDelivery(newDeliveryId(random_), event.id, endpointId, clock_->now())},
                                    {}));
        chains_.append(Chain(clock_->now()));
        scheduler_->wake();
    }
    void queueSometimes(std::mt19937& random) {
        if (chains_.size() < 3 && random() % 3 == 0)
            queue();
    }
    /// Lets the engine do all that is due now, as the contract has it. False where that is not what it does.
    bool settle() {
        int expected = 0;
        for (Chain& chain : chains_) {
            chain.beginsAt(clock_->now());
            expected += int(chain.begun.size());
        }
        const std::optional<Instant> next = isOver() ? std::nullopt : std::optional(nextDue());
        const auto isDone = [&] {
            int posts = 0;
            for (const QList<Instant>& one : std::as_const(posts_))
                posts += int(one.size());
            const EngineState& state = scheduler_->state();
            return posts >= expected && state.underWay == 0 && state.nextDue == next;
        };
        for (const QDeadlineTimer tooLate(5s); !isDone() && !tooLate.hasExpired();)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
        return isDone() && agrees();
    }
    bool agrees() const {
        for (qsizetype i = 0; i < chains_.size(); ++i) {
            if (posts_.value(int(i)) != chains_.at(i).begun)
                return false;
        }
        return true;
    }
    bool isOver() const {
        return std::ranges::none_of(chains_, [](const Chain& chain) { return chain.due.has_value(); });
    }
    Instant nextDue() const {
        Instant next = Instant::max();
        for (const Chain& chain : chains_)
            next = std::min(next, chain.due.value_or(Instant::max()));
        return next;
    }
    static QList<qint64> offsets(const Chain& chain) {
        QList<qint64> offsets;
        for (const Instant at : chain.begun)
            offsets += std::chrono::duration_cast<seconds>(at - chain.queued).count();
        return offsets;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<MovableClock> clock_;
    OneSecret secrets_;
    SystemRandom random_;
    std::unique_ptr<SandboxStore> store_;
    std::unique_ptr<DeliverySender> sender_;
    std::unique_ptr<DeliveryScheduler> scheduler_;
    QList<Chain> chains_;
    QHash<int, QList<Instant>> posts_; ///< When each event was sent.
};

QTEST_GUILESS_MAIN(TestSchedule)
#include "tst_schedule.moc"
