// SPDX-License-Identifier: MIT
#include "clock/shiftedclock.h"
#include "contract/contractjson.h"
#include "contract/signature.h"
#include "http/httpserver.h"
#include "sandbox/sandbox.h"
#include "sandbox/sandboxschema.h"
#include "store/database.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;

namespace {
const QByteArray apiKey = "ak_live_test";
const QString locked = QStringLiteral("The keychain is locked.");

/// A vault that outlives the account, and can be locked.
class Vault final : public SecretVault {
public:
    bool isLocked = false;

    void read(const QString& name, QObject* context, Done<Secret> done) override {
        if (secrets_.contains(name))
            answer<Secret>(context, std::move(done), secrets_.value(name));
        else
            answer<Secret>(context, std::move(done), failure(ErrorKind::SecretNotFound, QStringLiteral("Not here.")));
    }
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override {
        secrets_.insert(name, secret);
        answer<void>(context, std::move(done), {});
    }
    void remove(const QString& name, QObject* context, Done<void> done) override {
        secrets_.remove(name);
        answer<void>(context, std::move(done), {});
    }

private:
    template <typename T>
    void answer(QObject* context, Done<T> done, Result<T> result) {
        if (isLocked)
            result = failure(ErrorKind::NoKeychain, locked);
        QMetaObject::invokeMethod(
            context, [done = std::move(done), result] { done(result); }, Qt::QueuedConnection);
    }
    QHash<QString, Secret> secrets_;
};
} // namespace

/// The whole account on its thread, with a vault that the test locks and a receiver that keeps what comes.
class TestSandbox : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        vault_ = std::make_unique<Vault>();
        received_.clear();
        receiver_ = std::make_unique<HttpServer>(
            [this](const HttpRequest& request, const HttpServer::Respond& respond) {
                received_ += request;
                respond({200, {}, {}});
            },
            [](int status, const QString&) {
                return HttpResponse{status, {}, {}};
            });
        const auto port = receiver_->listen(0);
        QVERIFY(port);
        startSandbox();
        const QByteArray draft =
            "{\"url\":\"http://127.0.0.1:" + QByteArray::number(*port) + "/hook\",\"enabled_events\":[\"*\"]}";
        const HttpResponse created = call("POST", "/webhooks", draft);
        QCOMPARE(created.status, 201);
        const auto endpoint = json::readEndpointWithSecret(created.body);
        QVERIFY(endpoint);
        path_ = "/webhooks/" + endpoint->endpoint.id.toLatin1();
        secret_ = endpoint->secret;
    }
    void cleanup() {
        sandbox_.reset();
        receiver_.reset();
    }

    void deliveriesWaitForALockedVaultAndGoOnWhenItIsReady() {
        // Started again, so that no secret is in memory.
        vault_->isLocked = true;
        startSandbox();
        const auto queued = json::readQueuedDelivery(call("POST", path_ + "/test", "{}").body);
        QVERIFY(queued);
        QTRY_COMPARE(sandbox_->engineState().secretProblem, locked);
        QVERIFY(!sandbox_->engineState().storeFailure);
        const auto delivery = [&] {
            return json::readDelivery(call("GET", "/webhooks/deliveries/" + queued->deliveryId.toLatin1()).body);
        };
        QCOMPARE(delivery()->status, DeliveryStatus::Pending);
        QCOMPARE(delivery()->error, locked);
        QCOMPARE(sandbox_->engineState().scheduled, 1);
        QVERIFY(received_.isEmpty());

        vault_->isLocked = false;
        sandbox_->retrySecrets();
        QTRY_COMPARE(received_.size(), 1);
        QTRY_COMPARE(delivery()->status, DeliveryStatus::Delivered);
        QCOMPARE(delivery()->attempt, 1);
        QTRY_COMPARE(sandbox_->engineState().secretProblem, QString());
        const HttpRequest& request = received_.constFirst();
        QVERIFY(
            checkSignature(request.headers.value(header::signature).value_or(""), request.body, {secret_}, clock_.now())
                .isValid());
    }

    void aFileThatCannotBeOpenedAtTheStartIsToldOnceAndOpenedWhenItCanBe() {
        const QString path = folder_->filePath(QStringLiteral("sandbox.sqlite"));
        sandbox_.reset();
        QVERIFY(QFile::rename(path, path + QStringLiteral(".aside")));
        QFile other(path);
        QVERIFY(other.open(QIODevice::WriteOnly));
        other.write("not a database");
        other.close();
        makeSandbox();
        QSignalSpy started(sandbox_.get(), &Sandbox::started);
        QSignalSpy failed(sandbox_.get(), &Sandbox::failed);
        sandbox_->start();
        QVERIFY(failed.wait(test::patience));
        QCOMPARE(failed.constFirst().constFirst().value<Error>().kind, ErrorKind::Storage);
        const HttpResponse refused = call("GET", "/webhooks");
        QCOMPARE(refused.status, 503);
        QVERIFY(refused.headers.value("Retry-After").has_value());
        QVERIFY(QFile::remove(path));
        QVERIFY(QFile::rename(path + QStringLiteral(".aside"), path));
        QVERIFY(started.wait(test::patience));
        QCOMPARE(failed.size(), 1);
        QCOMPARE(call("GET", path_).status, 200);
    }

    void aClockThatIsMovedFortyDaysAheadTakesNothingOutOfTheLog() {
        const auto sendTest = [this] { return call("POST", path_ + "/test", "{}"); };
        const auto old = json::readQueuedDelivery(sendTest().body);
        const auto young = json::readQueuedDelivery(sendTest().body);
        QVERIFY(young && old);
        QTRY_COMPARE(received_.size(), 2);
        QTRY_COMPARE(sandbox_->engineState().underWay, 0);
        sandbox_.reset();
        {
            auto database = Database::open(folder_->filePath(QStringLiteral("sandbox.sqlite")), sandboxSchema());
            QVERIFY(database);
            QVERIFY((*database)->run(
                QStringLiteral("UPDATE deliveries SET created_at = created_at - 31 * 86400000 WHERE id = ?"),
                {old->deliveryId}));
        }
        movedClock_.jumpTo(clock_.now() + std::chrono::days{40});
        startSandbox(movedClock_);
        const auto statusOf = [&](const QString& id) {
            return call("GET", "/webhooks/deliveries/" + id.toLatin1()).status;
        };
        // Both are looked at in one step: when the one of 31 real days has left, the other was spared.
        QTRY_COMPARE(statusOf(old->deliveryId), 404);
        QCOMPARE(statusOf(young->deliveryId), 200);
    }

    void aFileThatWasDamagedByACrashIsToldAtTheNextStart() {
        const QString path = folder_->filePath(QStringLiteral("sandbox.sqlite"));
        constexpr int events = 100;
        for (int i = 0; i < events; ++i)
            QCOMPARE(call("POST", path_ + "/test", "{}").status, 202);
        QTRY_COMPARE(received_.size(), events);
        QTRY_COMPARE(sandbox_->engineState().underWay, 0);
        sandbox_.reset();
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray good = file.readAll();
        // A page that nothing reads: somewhere among the bodies of events.
        const qsizetype body = good.indexOf(received_.at(events / 2).body);
        QVERIFY(body > 0);
        QVERIFY(file.seek(body / 4096 * 4096));
        QCOMPARE(file.write(QByteArray(4096, '\xff')), 4096);
        file.close();
        // As a crash leaves it.
        QFile log(path + QStringLiteral("-wal"));
        QVERIFY(log.open(QIODevice::WriteOnly));
        log.close();

        startSandbox();
        QTRY_VERIFY_WITH_TIMEOUT(sandbox_->engineState().storeFailure, 15'000);
        QCOMPARE(sandbox_->engineState().storeFailure->code, storage::damaged);
        const HttpResponse refused = call("POST", path_ + "/test", "{}");
        QCOMPARE(refused.status, 503);
        QVERIFY(refused.headers.value("Retry-After").has_value());
        QVERIFY(refused.body.contains("storage_damaged"));

        QVERIFY(QFile::remove(path));
        QFile repaired(path);
        QVERIFY(repaired.open(QIODevice::WriteOnly));
        repaired.write(good);
        repaired.close();
        QTRY_VERIFY_WITH_TIMEOUT(!sandbox_->engineState().storeFailure, 15'000);
        QCOMPARE(call("POST", path_ + "/test", "{}").status, 202);
        QTRY_COMPARE(received_.size(), events + 1);
    }

private:
    void makeSandbox() { makeSandbox(clock_); }
    void makeSandbox(const Clock& clock) {
        sandbox_.reset();
        sandbox_ = std::make_unique<Sandbox>(
            Sandbox::Options{folder_->filePath(QStringLiteral("sandbox.sqlite")), Secret(apiKey)}, *vault_, clock,
            clock_, random_);
    }
    void startSandbox() { startSandbox(clock_); }
    void startSandbox(const Clock& clock) {
        makeSandbox(clock);
        QSignalSpy started(sandbox_.get(), &Sandbox::started);
        sandbox_->start();
        QVERIFY(started.wait(test::patience));
    }
    HttpResponse call(const QByteArray& method, const QByteArray& target, const QByteArray& body = {}) {
        HttpRequest request{method, target, {{"Authorization", "Bearer " + apiKey}}, body};
        request.headers.add("Content-Type", "application/json");
        std::optional<HttpResponse> answer;
        QObject context;
        const RequestHandle handle =
            sandbox_->transport().send(request, &context, [&answer](const Result<HttpResponse>& result) {
                answer = result.value_or(HttpResponse{0, {}, {}});
            });
        (void)test::waitFor([&answer] { return answer.has_value(); });
        return answer.value_or(HttpResponse{0, {}, {}});
    }

    std::unique_ptr<QTemporaryDir> folder_;
    SystemClock clock_;
    ShiftedClock movedClock_{clock_};
    SystemRandom random_;
    std::unique_ptr<Vault> vault_;
    std::unique_ptr<HttpServer> receiver_;
    QList<HttpRequest> received_;
    std::unique_ptr<Sandbox> sandbox_;
    QByteArray path_;
    Secret secret_;
};

QTEST_GUILESS_MAIN(TestSandbox)
#include "tst_sandbox.moc"
