// SPDX-License-Identifier: MIT
#include "sandbox/sandboxschema.h"
#include "sandbox/wholeengine.h"
#include "support/faultyfiles.h"
#include "support/fulldisk.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;

namespace {
const Instant start = instantFromMilliseconds(1791792900000);
const QByteArray apiKey = "ak_live_test";

/// Counts how often it is asked: by the scheduler, once in every turn that it tries.
class CountingClock final : public Clock {
public:
    explicit CountingClock(const Clock& clock) : clock_(clock) { connect(&clock, &Clock::moved, this, &Clock::moved); }
    Instant now() const override {
        ++asked_;
        return clock_.now();
    }
    int asked() const { return asked_; }

private:
    const Clock& clock_;
    mutable int asked_ = 0;
};

QJsonObject objectOf(const HttpResponse& response) {
    return QJsonDocument::fromJson(response.body).object();
}

/// What is done about a fault, once it shows.
enum class Then { GoOn, Restart };
} // namespace

/// The whole engine on files that fail: whatever fails, and whenever, it says so, loses nothing, and goes on by itself.
class TestFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(template_.isValid());
        QVERIFY(SandboxStore::open(template_.filePath(QStringLiteral("sandbox.sqlite"))));
    }
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->filePath(QStringLiteral("sandbox.sqlite"));
        then_ = Then::GoOn;
        accepted_.clear();
        wire_.clear();
    }
    void cleanup() {
        close();
        files_.reset();
    }

    void aFaultAtAnyMomentIsToldAndSurvived_data() {
        QTest::addColumn<int>("operation");
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("once");
        QTest::addColumn<int>("then");
        const auto rows = [](const char* name, int operation, int code) {
            const QByteArray text(name);
            QTest::newRow(QByteArray(text + ", once").constData()) << operation << code << true << int(Then::GoOn);
            QTest::newRow(QByteArray(text + ", until it is well").constData())
                << operation << code << false << int(Then::GoOn);
            QTest::newRow(QByteArray(text + ", until it is well and a restart").constData())
                << operation << code << false << int(Then::Restart);
        };
        rows("full", FaultyFiles::Write, SQLITE_FULL);
        rows("write", FaultyFiles::Write, SQLITE_IOERR_WRITE);
        rows("sync", FaultyFiles::Sync, SQLITE_IOERR_FSYNC);
        rows("truncate", FaultyFiles::Truncate, SQLITE_IOERR_TRUNCATE);
        rows("locked", FaultyFiles::Lock, SQLITE_BUSY);
        rows("lock", FaultyFiles::Lock, SQLITE_IOERR_LOCK);
        QTest::newRow("read-only, until it is well")
            << int(FaultyFiles::Write) << int(SQLITE_READONLY) << false << int(Then::GoOn);
    }
    void aFaultAtAnyMomentIsToldAndSurvived() {
        QFETCH(int, operation);
        QFETCH(int, code);
        QFETCH(bool, once);
        QFETCH(int, then);
        int told = 0;
        int runs = 0;
        for (int n = 1;; n += stride()) {
            folder_ = std::make_unique<QTemporaryDir>();
            path_ = folder_->filePath(QStringLiteral("sandbox.sqlite"));
            QVERIFY(QFile::copy(template_.filePath(QStringLiteral("sandbox.sqlite")), path_));
            files_ = std::make_unique<FaultyFiles>();
            then_ = Then(then);
            files_->failAt(FaultyFiles::Operation(operation), n, code, once);
            story();
            if (QTest::currentTestFailed()) {
                qWarning("n = %d", n);
                return;
            }
            const bool hasFailed = files_->failed() > 0;
            told += told_;
            files_->recover();
            check();
            if (QTest::currentTestFailed()) {
                qWarning("n = %d, afterwards", n);
                return;
            }
            close();
            files_.reset();
            if (!hasFailed)
                break;
            ++runs;
        }
        qInfo("%d runs, %d faults told", runs, told);
        // A lock that is taken only once is tried again by SQLite.
        if (!once)
            QVERIFY(told > 0);
    }

    void aFileThatIsNotThereIsMissedAndTakenUpAgain_data() {
        QTest::addColumn<std::function<void(const QString&)>>("harm");
        QTest::addColumn<std::function<void(const QString&)>>("repair");
        QTest::addColumn<QStringView>("code");
        const auto row = [](const char* name, const std::function<void(const QString&)>& harm,
                            const std::function<void(const QString&)>& repair,
                            QStringView code = storage::gone) { QTest::newRow(name) << harm << repair << code; };
        const auto aside = [](const QString& path) { return QString(path + u".aside"); };
        row(
            "moved away and back", [aside](const QString& path) { QVERIFY(QFile::rename(path, aside(path))); },
            [aside](const QString& path) { QVERIFY(QFile::rename(aside(path), path)); });
        row(
            "replaced by nothing",
            [aside](const QString& path) {
                QVERIFY(QFile::rename(path, aside(path)));
                QFile empty(path);
                QVERIFY(empty.open(QIODevice::WriteOnly));
            },
            [aside](const QString& path) {
                QVERIFY(QFile::remove(path));
                QVERIFY(QFile::rename(aside(path), path));
            });
        row(
            "replaced by something else",
            [aside](const QString& path) {
                QVERIFY(QFile::rename(path, aside(path)));
                QFile other(path);
                QVERIFY(other.open(QIODevice::WriteOnly));
                other.write("not a database");
            },
            [aside](const QString& path) {
                QVERIFY(QFile::remove(path));
                QVERIFY(QFile::rename(aside(path), path));
            },
            storage::damaged);
    }
    void aFileThatIsNotThereIsMissedAndTakenUpAgain() {
        QFETCH(std::function<void(const QString&)>, harm);
        QFETCH(std::function<void(const QString&)>, repair);
        QFETCH(QStringView, code);
        open();
        begin();
        QCOMPARE(call("POST", "/webhooks/" + first_ + "/test").status, 202);
        settle();
        harm(path_);
        const HttpResponse refused = call("POST", "/webhooks/" + first_ + "/test");
        isToldWell(refused, {code});
        QVERIFY(scheduler_->state().storeFailure);
        const int asked = turns_->asked();
        QTRY_VERIFY(turns_->asked() >= asked + 3); // It tries again, and again.
        QVERIFY(scheduler_->state().storeFailure);
        repair(path_);
        QTRY_VERIFY(!scheduler_->state().storeFailure);
        QCOMPARE(call("POST", "/webhooks/" + first_ + "/test").status, 202);
        settle();
        check();
    }

    void aDamagedFileStopsTheEngineUntilItIsRepaired_data() {
        QTest::addColumn<bool>("isShort"); ///< Or overwritten.
        QTest::newRow("truncated") << true;
        QTest::newRow("overwritten") << false;
    }
    void aDamagedFileStopsTheEngineUntilItIsRepaired() {
        QFETCH(bool, isShort);
        open();
        begin();
        QCOMPARE(call("POST", "/webhooks/" + first_ + "/test").status, 202);
        settle();
        // Closed, so that the whole of it is in the file.
        close();
        open();
        QFile file(path_);
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray good = file.readAll();
        if (isShort) {
            QVERIFY(file.resize(5000));
        } else {
            file.seek(4096);
            file.write(QByteArray(good.size() - 4096, '\xff'));
        }
        file.close();
        HttpResponse refused;
        for (int i = 0; i < 50 && refused.status != 503; ++i)
            refused = call("POST", "/webhooks/" + first_ + "/test");
        isToldWell(refused, {storage::damaged});
        QVERIFY(scheduler_->state().storeFailure);
        // Put in its place as a file of its own, as one does with a good copy.
        QVERIFY(QFile::remove(path_));
        QFile repaired(path_);
        QVERIFY(repaired.open(QIODevice::WriteOnly));
        repaired.write(good);
        repaired.close();
        QTRY_VERIFY(!scheduler_->state().storeFailure);
        accepted_.clear(); // What came after the copy was made is not in it.
        wire_.clear();
        QCOMPARE(call("POST", "/webhooks/" + first_ + "/test").status, 202);
        settle();
        check();
    }

    void aDiskThatIsReallyFullIsSurvived() {
        open();
        begin();
        int refused = 0;
        {
            const FullDisk full(rlim_t(QFile(path_ + QStringLiteral("-wal")).size() + 20'000));
            for (int i = 0; i < 30; ++i) {
                const HttpResponse answer = call("POST", "/webhooks/" + first_ + "/test");
                if (answer.status == 202) {
                    accept(answer);
                    continue;
                }
                ++refused;
                isToldWell(answer, {storage::full});
                QVERIFY(scheduler_->state().storeFailure);
            }
        }
        QVERIFY(refused > 0);
        QTRY_VERIFY(!scheduler_->state().storeFailure);
        QCOMPARE(call("POST", "/webhooks/" + first_ + "/test").status, 202);
        settle();
        check();
    }

    void aDatabaseThatAnotherHoldsIsWaitedFor() {
        files_ = std::make_unique<FaultyFiles>(); // So that nobody sleeps.
        open();
        begin();
        auto other = Database::open(path_, sandboxSchema());
        QVERIFY(other);
        {
            const Transaction holding(**other);
            QVERIFY(holding.begun());
            const HttpResponse refused = call("POST", "/webhooks/" + first_ + "/test");
            isToldWell(refused, {storage::held});
            QCOMPARE(scheduler_->state().storeFailure->code, storage::held);
            // What only reads goes on.
            QCOMPARE(call("GET", "/webhooks").status, 200);
        }
        QTRY_VERIFY(!scheduler_->state().storeFailure);
        QCOMPARE(call("POST", "/webhooks/" + first_ + "/test").status, 202);
    }

private:
    struct Sent {
        QString delivery;
        QString host;
        int status = 0;
    };

    static DeliveryQueue::Room room() {
        return {1, 1, [](qint64, const DeliveryQueue::Line&) { return 1; }, 1, [](qint64) { return false; }};
    }
    static int stride() {
        const int wanted = qEnvironmentVariableIntValue("WAYBILL_FAULT_STRIDE");
        return wanted > 0 ? wanted : 1;
    }

    void open() {
        auto store = SandboxStore::open(path_);
        if (!store) {
            QCOMPARE(store.error().kind, ErrorKind::Storage);
            QVERIFY(!store.error().message.isEmpty());
            ++told_;
            files_->recover();
            store = SandboxStore::open(path_);
        }
        QVERIFY2(store, store ? "" : qPrintable(store.error().message + store.error().details));
        store_ = *std::move(store);
        sender_ = std::make_unique<DeliverySender>(
            *clock_, *clock_, [this](const OutgoingPost& post, const std::function<void(AttemptOutcome)>& done) {
                AttemptOutcome outcome;
                outcome.status = post.destination.host() == u"refuses.example" ? refusal_ : 200;
                wire_.append({QString::fromLatin1(test::fieldOf(post.fields, header::deliveryId)),
                              post.destination.host(), *outcome.status});
                QMetaObject::invokeMethod(
                    this, [done, outcome] { done(outcome); }, Qt::QueuedConnection);
            });
        turns_ = std::make_unique<CountingClock>(*clock_);
        DeliveryScheduler::Limits limits;
        limits.firstPause = milliseconds{1};
        scheduler_ = std::make_unique<DeliveryScheduler>(store_->queue(), vault_, *sender_, *turns_, random_, limits);
        secrets_ = std::make_unique<SecretRegister>(*store_, vault_, *clock_);
        api_ = std::make_unique<SandboxApi>(*store_, *secrets_, *clock_, random_,
                                            SandboxApi::Principal{SandboxApi::digestOf(Secret(apiKey)),
                                                                  QStringLiteral("enterprise"),
                                                                  {QStringLiteral("*")}});
        connect(api_.get(), &SandboxApi::queued, scheduler_.get(), &DeliveryScheduler::wake);
        connect(api_.get(), &SandboxApi::storeFailed, scheduler_.get(), &DeliveryScheduler::storeFailed);
        scheduler_->start();
        secrets_->tidy();
    }
    void close() {
        if (scheduler_)
            scheduler_->shutdown();
        drop();
    }
    /// As a crash does: nothing is stored any more.
    void drop() {
        api_.reset();
        secrets_.reset();
        scheduler_.reset();
        sender_.reset();
        store_.reset();
    }
    void begin() {
        first_ = create("https://answers.example/hook");
        QVERIFY(!first_.isEmpty());
    }

    HttpResponse send(const QByteArray& method, const QByteArray& target, const QByteArray& body,
                      const QByteArray& key) {
        HttpRequest request{method, target, {{"Authorization", "Bearer " + apiKey}}, body};
        if (!body.isEmpty())
            request.headers.add("Content-Type", "application/json");
        if (!key.isEmpty())
            request.headers.add("Idempotency-Key", key);
        HttpResponse answer;
        api_->handle(request, [&answer](const HttpResponse& response) { answer = response; });
        return answer;
    }
    HttpResponse call(const QByteArray& method, const QByteArray& target, const QByteArray& body = {}) {
        return send(method, target, body, {});
    }
    void isToldWell(const HttpResponse& answer, const QList<QStringView>& codes) {
        QCOMPARE(answer.status, 503);
        const QJsonObject error = objectOf(answer).value(u"error").toObject();
        QCOMPARE(error.value(u"type").toString(), QStringLiteral("api_error"));
        const QString code = error.value(u"code").toString();
        QVERIFY2(codes.contains(code), qPrintable(code));
        QVERIFY(error.value(u"message").toString().endsWith(u'.'));
        QVERIFY(answer.headers.value("Retry-After").has_value());
    }

    /// As a client does that asks again with the same key. Each fault ends once it was told.
    HttpResponse insist(const QByteArray& method, const QByteArray& target, const QByteArray& body = {}) {
        const QByteArray key = method == "POST" ? QByteArray("key-") + QByteArray::number(++keys_) : QByteArray();
        HttpResponse answer = send(method, target, body, key);
        if (answer.status != 503)
            return answer;
        // No fault of a call is taken for damage.
        isToldWell(answer, {storage::full, storage::writeProtected, storage::held, storage::unavailable});
        isStoppedEngineTold_ = isStoppedEngineTold_ && scheduler_->state().storeFailure;
        ++told_;
        recover();
        answer = send(method, target, body, key);
        // It was done, though it was reported as failed.
        if (method == "DELETE" && answer.status == 404)
            answer.status = 204;
        return answer;
    }
    void recover() {
        if (then_ == Then::Restart) {
            drop();
            files_->recover();
            open();
        } else {
            files_->recover();
        }
    }
    QByteArray create(const QByteArray& url) {
        const HttpResponse created =
            insist("POST", "/webhooks", "{\"url\":\"" + url + "\",\"enabled_events\":[\"*\"]}");
        return objectOf(created).value(u"id").toString().toLatin1();
    }
    void accept(const HttpResponse& answer) {
        QCOMPARE(answer.status, 202);
        const QJsonObject queued = objectOf(answer);
        accepted_.append(queued.value(u"delivery_id").toString());
    }

    /// Until nothing is due and nothing under way.
    void settle() {
        QElapsedTimer timer;
        timer.start();
        for (int quiet = 0; quiet < 3;) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
            if (scheduler_->state().storeFailure) {
                QVERIFY(scheduler_->state().storeFailure->message.endsWith(u'.'));
                ++told_;
                recover();
                quiet = 0;
                if (scheduler_->state().storeFailure)
                    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents); // It tries again.
            }
            const auto state = store_->queue().state(room());
            if (!state)
                recover();
            const bool isQuiet = state && !scheduler_->state().storeFailure && state->underWay == 0 &&
                                 (!state->nextDue || *state->nextDue > clock_->now());
            quiet = isQuiet ? quiet + 1 : 0;
            QVERIFY2(timer.elapsed() < 60'000, qPrintable(scheduler_->state().storeFailure.value_or(Error()).message));
        }
    }

    /// Everything that writes.
    void story() {
        clock_ = std::make_unique<MovableClock>(start);
        vault_.secrets.clear();
        wire_.clear();
        accepted_.clear();
        told_ = 0;
        keys_ = 0;
        refusal_ = 503;
        open();
        begin();
        const QByteArray second = create("https://refuses.example/hook");
        QVERIFY(!second.isEmpty());
        for (const QByteArray& endpoint : {first_, second, first_})
            accept(insist("POST", "/webhooks/" + endpoint + "/test"));
        settle();
        insistOn([this] { return store_->oldRows().wipe(); });
        refusal_ = 200;
        clock_->advance(seconds{60});
        settle();
        const QString replayed = accepted_.constFirst();
        accept(insist("POST", "/webhooks/deliveries/" + replayed.toLatin1() + "/retry"));
        QCOMPARE(insist("POST", "/webhooks/" + first_ + "/rotate-secret").status, 200);
        accept(insist("POST", "/webhooks/" + first_ + "/test"));
        settle();
        QCOMPARE(insist("PATCH", "/webhooks/" + second, "{\"description\":\"changed\"}").status, 200);
        QCOMPARE(insist("DELETE", "/webhooks/" + second).status, 204);
        accepted_.removeAt(1);
        settle();
        insistOn([this] { return store_->oldRows().leaveStep(clock_->now(), std::chrono::days{90}).map([](bool) {}); });
        insistOn([this] { return store_->oldRows().wipe(); });
    }
    void insistOn(const std::function<Result<void>()>& work) {
        if (work())
            return;
        ++told_;
        recover();
        QVERIFY(work());
    }

    /// Nothing lost, nothing twice, nothing half-written; what is remembered is what is stored.
    void check() {
        QVERIFY2(isStoppedEngineTold_, "the API refused, but the engine did not say so");
        const auto remembered = store_->queue().state(room());
        QVERIFY(remembered);
        scheduler_->shutdown();
        drop();
        auto database = Database::open(path_, sandboxSchema());
        QVERIFY2(database, database ? "" : qPrintable(database.error().message + database.error().details));
        QCOMPARE(one(**database, "PRAGMA integrity_check").toString(), QStringLiteral("ok"));
        QCOMPARE(one(**database, "SELECT count(*) FROM pragma_foreign_key_check").toInt(), 0);
        QCOMPARE(one(**database, "SELECT count(*) FROM deliveries WHERE state = 0 AND endpoint IN (SELECT seq FROM "
                                 "endpoints)")
                     .toInt(),
                 remembered->scheduled + remembered->underWay);
        for (const QString& delivery : std::as_const(accepted_))
            QVERIFY2(one(**database, "SELECT event FROM deliveries WHERE id = ?", {delivery}).isValid(),
                     qPrintable(delivery));
        QSet<QString> seen;
        for (const Sent& sent : std::as_const(wire_)) {
            QVERIFY2(!seen.contains(sent.delivery), "sent twice");
            seen.insert(sent.delivery);
            const QVariant state = one(**database, "SELECT state FROM deliveries WHERE id = ?", {sent.delivery});
            if (sent.host == u"refuses.example" && !state.isValid())
                continue; // Its endpoint was deleted, and so the rows leave.
            QVERIFY2(state.isValid(), "on the wire, but not in the log");
            const bool wasInterrupted = one(**database, "SELECT error FROM deliveries WHERE id = ?", {sent.delivery})
                                            .toString()
                                            .contains(u"closed before the answer");
            if (wasInterrupted)
                continue;
            QCOMPARE(state.toInt(), sent.status == 200 ? 1 : 2);
        }
        QVERIFY(one(**database, "SELECT count(*) FROM deliveries WHERE state = 1 AND replays_delivery_id IS NULL "
                                "GROUP BY event HAVING count(*) > 1")
                    .isNull());
        QCOMPARE(one(**database, "SELECT count(*) FROM deliveries WHERE state <> 0 AND seq NOT IN (SELECT delivery "
                                 "FROM answers)")
                     .toInt(),
                 0);
        // Every endpoint can be signed for.
        auto secrets = (*database)->run(QStringLiteral("SELECT secret_id FROM endpoints"));
        QVERIFY(secrets);
        while (secrets->next())
            QVERIFY(vault_.secrets.contains(secrets->value(0).toString()));
        QCOMPARE(one(**database, "SELECT count(*) FROM endpoints").toInt(), 1);
    }
    static QVariant one(Database& database, const char* statement, const QVariantList& values = {}) {
        auto query = database.run(QString::fromLatin1(statement), values);
        return query && query->next() ? query->value(0) : QVariant();
    }

    QTemporaryDir template_;
    std::unique_ptr<QTemporaryDir> folder_;
    QString path_;
    std::unique_ptr<FaultyFiles> files_;
    test::OpenVault vault_;
    SystemRandom random_;
    std::unique_ptr<MovableClock> clock_ = std::make_unique<MovableClock>(start);
    std::unique_ptr<SandboxStore> store_;
    std::unique_ptr<DeliverySender> sender_;
    std::unique_ptr<CountingClock> turns_;
    std::unique_ptr<DeliveryScheduler> scheduler_;
    std::unique_ptr<SecretRegister> secrets_;
    std::unique_ptr<SandboxApi> api_;
    Then then_ = Then::GoOn;
    QByteArray first_;
    QList<QString> accepted_; ///< Deliveries that were promised.
    QList<Sent> wire_;
    int refusal_ = 503;
    int told_ = 0;
    bool isStoppedEngineTold_ = true;
    int keys_ = 0;
};

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
