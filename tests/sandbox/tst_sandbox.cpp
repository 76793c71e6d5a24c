// SPDX-License-Identifier: MIT
#include "clock/shiftedclock.h"
#include "contract/contractjson.h"
#include "contract/signature.h"
#include "http/httpserver.h"
#include "sandbox/sandbox.h"
#include "sandbox/sandboxschema.h"
#include "store/database.h"
#include "support/testcertificate.h"
#include "support/wireanswers.h"

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

    void anAuthorityOfOnesOwnVouchesForOneEndpoint() {
        const auto certificate = test::TestCertificate::forName(QStringLiteral("DNS:localhost"));
        test::WireServer receiver(test::saying(test::delivered), certificate.forServer());
        const QByteArray draft = "{\"url\":\"" + receiver.url().toEncoded() + "\",\"enabled_events\":[\"*\"]}";
        const auto first = json::readEndpointWithSecret(call("POST", "/webhooks", draft).body);
        const auto second = json::readEndpointWithSecret(call("POST", "/webhooks", draft).body);
        QVERIFY(first && second);
        const auto send = [this](const Endpoint& endpoint) {
            const QByteArray path = "/webhooks/" + endpoint.id.toLatin1() + "/test";
            const auto queued = json::readQueuedDelivery(call("POST", path, "{}").body);
            Result<Delivery> delivery = failure(Error());
            const bool isSettled = queued && QTest::qWaitFor([&] {
                                       delivery = json::readDelivery(
                                           call("GET", "/webhooks/deliveries/" + queued->deliveryId.toLatin1()).body);
                                       return delivery && delivery->isSettled();
                                   });
            return isSettled && delivery->status == DeliveryStatus::Delivered;
        };
        const auto set = [this](const QString& id, const CertificateAuthority& authority) {
            std::optional<Result<void>> done;
            sandbox_->setAuthority(id, authority, this, [&](const Result<void>& result) { done = result; });
            return QTest::qWaitFor([&] { return done.has_value(); }) && done->has_value();
        };
        const auto known = [this](const QString& id) {
            std::optional<Result<CertificateAuthority>> done;
            sandbox_->readAuthority(id, this, [&](const Result<CertificateAuthority>& result) { done = result; });
            return QTest::qWaitFor([&] { return done.has_value(); }) ? *done : failure(Error());
        };
        const auto authority =
            CertificateAuthority::read(certificate.certificate.toPem(), QDateTime::currentDateTimeUtc());
        QVERIFY(authority);
        const QString id = first->endpoint.id;
        QVERIFY(!send(first->endpoint));
        QVERIFY(set(id, *authority));
        QVERIFY(send(first->endpoint));
        QVERIFY(!send(second->endpoint));
        QVERIFY(!call("GET", "/webhooks/" + id.toLatin1()).body.contains("CERTIFICATE"));
        startSandbox();
        QVERIFY(known(id) && *known(id) == *authority);
        QVERIFY(send(first->endpoint));
        QVERIFY(set(id, {}));
        QVERIFY(known(id) && known(id)->isEmpty());
        QVERIFY(!send(first->endpoint));
        QVERIFY(set(id, *authority));
        QCOMPARE(call("DELETE", "/webhooks/" + id.toLatin1()).status, 204);
        QVERIFY(!known(id));
        QVERIFY(!set(id, *authority));
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

    void nothingIsSentToWhereTheReceiverIsNot_data() {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("situation");
        for (const char* host : {"127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.0.0.2"}) {
            for (const char* situation : {"moved", "not listening", "not known yet"})
                QTest::addRow("%s, %s", situation, host) << QString::fromLatin1(host) << QString::fromLatin1(situation);
        }
    }
    void nothingIsSentToWhereTheReceiverIsNot() {
        QFETCH(QString, host);
        QFETCH(QString, situation);
        const QString path = QStringLiteral("/in/0123456789abcdefghijABCDEFGHIJ01");
        const quint16 other = receiver_->port() == 1024 ? 1025 : 1024;
        makeSandbox();
        sandbox_->setInbox({});
        if (situation == u"moved")
            sandbox_->setInbox({path, other, true});
        else if (situation == u"not listening")
            sandbox_->setInbox({path, 0, false});
        QSignalSpy placed(sandbox_.get(), &Sandbox::endpointPlaced);
        sandbox_->start();
        const QString url = QStringLiteral("http://%1:%2%3").arg(host).arg(receiver_->port()).arg(path);
        QCOMPARE(call("PATCH", path_, "{\"url\":\"" + url.toLatin1() + "\"}").status, 200);
        const auto queued = json::readQueuedDelivery(call("POST", path_ + "/test", "{}").body);
        QVERIFY(queued);
        QTRY_VERIFY(sandbox_->engineState().isHeldBack);
        QTRY_VERIFY(!sandbox_->engineState().secretProblem.isEmpty()); // Once it is stored.
        const auto delivery = [&] {
            return json::readDelivery(call("GET", "/webhooks/deliveries/" + queued->deliveryId.toLatin1()).body);
        };
        QCOMPARE(delivery()->status, DeliveryStatus::Pending);
        QCOMPARE(delivery()->error, sandbox_->engineState().secretProblem);
        QCOMPARE(sandbox_->endpointsAstray().size(), situation == u"moved" ? 1 : 0);
        QVERIFY(received_.isEmpty());

        if (host == u"127.0.0.2" || situation == u"moved") {
            // It is given the address that the receiver has.
            const QString here = QStringLiteral("http://127.0.0.1:%1%2").arg(receiver_->port()).arg(path);
            sandbox_->setInbox({path, receiver_->port(), receiver_->answersIpv6()});
            QCOMPARE(call("PATCH", path_, "{\"url\":\"" + here.toLatin1() + "\"}").status, 200);
        } else {
            // The receiver is there again.
            sandbox_->setInbox({path, receiver_->port(), receiver_->answersIpv6()});
        }
        QTRY_COMPARE(received_.size(), 1);
        QTRY_COMPARE(delivery()->status, DeliveryStatus::Delivered);
        QCOMPARE(delivery()->attempt, 1);
        QTRY_VERIFY(!sandbox_->engineState().isHeldBack);
        QVERIFY(sandbox_->endpointsAstray().isEmpty());
        QCOMPARE(placed.constLast().at(2).value<EndpointSecrets>().current.reveal(), secret_.reveal());
    }

    void whoeverHasTheInboxGetsTheSecretsOfWhatPointsToIt() {
        const InboxAddress inbox{QStringLiteral("/in/0123456789abcdefghijABCDEFGHIJ01"), receiver_->port(), false};
        const QByteArray here = "http://127.0.0.1:" + QByteArray::number(inbox.port) + inbox.path.toLatin1();
        QSignalSpy ready(sandbox_.get(), &Sandbox::inboxReady);
        sandbox_->setInbox(inbox);
        QTRY_COMPARE(ready.count(), 1);
        QSignalSpy placed(sandbox_.get(), &Sandbox::endpointPlaced);
        const auto last = [&placed] {
            return placed.isEmpty() ? EndpointSecrets() : placed.constLast().at(2).value<EndpointSecrets>();
        };
        const auto moveTo = [this](const QByteArray& url) {
            return call("PATCH", path_, "{\"url\":\"" + url + "\"}").status;
        };
        QCOMPARE(moveTo(here), 200);
        QCOMPARE(placed.count(), 1); // Before the answer.
        QCOMPARE(last().current.reveal(), secret_.reveal());
        QCOMPARE(moveTo("http://127.0.0.1:9/elsewhere"), 200);
        QVERIFY(last().current.isEmpty());
        const auto rotated = json::readEndpointWithSecret(call("POST", path_ + "/rotate-secret").body);
        QVERIFY(rotated);
        QVERIFY(last().current.isEmpty());
        QCOMPARE(moveTo(here), 200);
        QCOMPARE(last().current.reveal(), rotated->secret.reveal());
        QCOMPARE(last().previous.reveal(), secret_.reveal());
        QCOMPARE(last().previousValidUntil, rotated->previousSecretValidUntil);
        QCOMPARE(call("PATCH", path_, "{\"description\":\"Another name\"}").status, 200);
        QCOMPARE(last().current.reveal(), rotated->secret.reveal());
        // Started again, with a vault that opens late.
        vault_->isLocked = true;
        makeSandbox();
        sandbox_->setInbox(inbox);
        QSignalSpy again(sandbox_.get(), &Sandbox::endpointPlaced);
        QSignalSpy readyAgain(sandbox_.get(), &Sandbox::inboxReady);
        sandbox_->start();
        QTRY_COMPARE(readyAgain.count(), 1);
        QCOMPARE(again.count(), 0);
        vault_->isLocked = false;
        sandbox_->retrySecrets();
        QTRY_COMPARE(again.count(), 1);
        QCOMPARE(again.constLast().at(2).value<EndpointSecrets>().previous.reveal(), secret_.reveal());
    }

    void theKeysSchemeIsReadAsHttpReadsIt_data() {
        QTest::addColumn<QByteArray>("authorization");
        QTest::addColumn<int>("status");
        QTest::newRow("as written") << "Bearer " + apiKey << 200;
        QTest::newRow("in small letters") << "bearer " + apiKey << 200;
        QTest::newRow("in capitals") << "BEARER " + apiKey << 200;
        QTest::newRow("with more blanks") << "Bearer   " + apiKey << 200;
        QTest::newRow("another scheme") << "Basic " + apiKey << 401;
        QTest::newRow("no blank") << "Bearer" + apiKey << 401;
        QTest::newRow("no key") << QByteArray("Bearer ") << 401;
        QTest::newRow("no scheme") << apiKey << 401;
        QTest::newRow("another key") << QByteArray("Bearer ak_live_other") << 401;
        QTest::newRow("two keys") << "Bearer " + apiKey + ' ' + apiKey << 401;
    }
    void theKeysSchemeIsReadAsHttpReadsIt() {
        QFETCH(QByteArray, authorization);
        QTEST(call("GET", "/webhooks", {}, authorization).status, "status");
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
    HttpResponse call(const QByteArray& method, const QByteArray& target, const QByteArray& body = {},
                      const QByteArray& authorization = "Bearer " + apiKey) {
        HttpRequest request{method, target, {{"Authorization", authorization}}, body};
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
