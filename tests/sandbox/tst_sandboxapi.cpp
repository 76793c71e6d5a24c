// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "contract/contractjson.h"
#include "sandbox/sandboxapi.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;
using namespace std::chrono_literals;

namespace {
const Instant start = instantFromMilliseconds(1791792900000);
const QByteArray apiKey = "ak_live_test";
const QByteArray draft = "{\"url\":\"https://receiver.example/hook\",\"enabled_events\":[\"*\"]}";

/// A vault that answers at once, and nothing at all while it is locked.
class Vault final : public IssuedSecrets {
public:
    void keep(const QString& id, const Secret& secret, std::function<void(Result<void>)> done) override {
        if (!locked)
            secrets.insert(id, secret);
        done(answer());
    }
    void fetch(const QString& id, std::function<void(Result<Secret>)> done) override {
        if (locked)
            done(failure(answer().error()));
        else if (secrets.contains(id))
            done(secrets.value(id));
        else
            done(failure(ErrorKind::SecretNotFound, QStringLiteral("This secret is not kept here.")));
    }
    void drop(const QString& id, std::function<void(Result<void>)> done) override {
        if (!locked)
            secrets.remove(id);
        done(answer());
    }
    QHash<QString, Secret> secrets;
    bool locked = false;
    ErrorKind lockedKind = ErrorKind::NoKeychain;

private:
    Result<void> answer() const {
        if (locked)
            return failure(lockedKind, QStringLiteral("The keychain is locked."));
        return {};
    }
};

QJsonObject objectOf(const HttpResponse& response) {
    return QJsonDocument::fromJson(response.body).object();
}
QString codeOf(const HttpResponse& response) {
    return objectOf(response).value(u"error").toObject().value(u"code").toString();
}
QStringList idsOf(const HttpResponse& response) {
    QStringList ids;
    for (const QJsonValue& one : objectOf(response).value(u"data").toArray())
        ids += one.toObject().value(u"id").toString();
    return ids;
}
} // namespace

/// The routes, on a clock that the test moves and with a vault that it locks.
class TestSandboxApi : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        clock_ = std::make_unique<MovableClock>(start);
        vault_ = std::make_unique<Vault>();
        auto store = SandboxStore::open(folder_->filePath(QStringLiteral("sandbox.sqlite")));
        QVERIFY(store);
        store_ = *std::move(store);
        restart();
    }
    void cleanup() {
        api_.reset();
        secrets_.reset();
        store_.reset();
    }

    void anAnswerWithASecretIsGivenAgain_data() {
        QTest::addColumn<bool>("rotating"); ///< Or creating.
        QTest::addColumn<QList<QByteArray>>("meanwhile");
        for (const bool rotating : {false, true}) {
            const QByteArray name = rotating ? "rotate, " : "create, ";
            const auto row = [&](const char* then, const QList<QByteArray>& meanwhile) {
                QTest::newRow(QByteArray(name + then).constData()) << rotating << meanwhile;
            };
            row("at once", {});
            row("rotated since", {"POST rotate"});
            row("rotated twice since", {"POST rotate", "POST rotate"});
            row("deleted since", {"DELETE"});
            row("rotated and deleted since", {"POST rotate", "DELETE"});
        }
    }
    void anAnswerWithASecretIsGivenAgain() {
        QFETCH(bool, rotating);
        QFETCH(QList<QByteArray>, meanwhile);
        const QByteArray path = "/webhooks/" + create().toLatin1();
        const auto once = [&] {
            return rotating ? call("POST", path + "/rotate-secret", {}, "key")
                            : call("POST", "/webhooks", draft, "key");
        };
        const HttpResponse first = once();
        const QByteArray target = rotating ? path : "/webhooks/" + objectOf(first).value(u"id").toString().toLatin1();
        for (const QByteArray& change : std::as_const(meanwhile)) {
            const bool isRotation = change == "POST rotate";
            QVERIFY(call(isRotation ? "POST" : "DELETE", target + (isRotation ? "/rotate-secret" : "")).status < 300);
        }
        clock_->advance(24h - 1ms);
        const HttpResponse again = once();
        QCOMPARE(again.status, first.status);
        QCOMPARE(again.body, first.body);
        QVERIFY(again.body.contains("whsec_"));
        QCOMPARE(again.headers.value("X-Request-Id"), first.headers.value("X-Request-Id"));
    }

    void anAnswerWhoseSecretIsLostIsTheContractsError() {
        QCOMPARE(call("POST", "/webhooks", draft, "key").status, 201);
        vault_->secrets.clear();
        const HttpResponse again = call("POST", "/webhooks", draft, "key");
        QCOMPARE(again.status, 400);
        QCOMPARE(codeOf(again), QStringLiteral("secret_no_longer_kept"));
        QCOMPARE(idsOf(call("GET", "/webhooks")).size(), 1);
    }

    void aSecretLeavesTheVaultWhenNothingNeedsIt_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QList<QByteArray>>("changes");
        QTest::addColumn<int>("keptFirst");
        QTest::addColumn<int>("keptAfterADay");
        const QByteArray none;
        QTest::newRow("in use") << none << QList<QByteArray>{} << 1 << 1;
        QTest::newRow("rotated") << none << QList<QByteArray>{"POST"} << 2 << 1;
        QTest::newRow("rotated twice") << none << QList<QByteArray>{"POST", "POST"} << 2 << 1;
        QTest::newRow("deleted") << none << QList<QByteArray>{"DELETE"} << 0 << 0;
        QTest::newRow("rotated and deleted") << none << QList<QByteArray>{"POST", "DELETE"} << 0 << 0;
        QTest::newRow("deleted, its answer still to be repeated")
            << QByteArray("key") << QList<QByteArray>{"DELETE"} << 1 << 0;
    }
    void aSecretLeavesTheVaultWhenNothingNeedsIt() {
        QFETCH(QByteArray, key);
        QFETCH(QList<QByteArray>, changes);
        const QByteArray path = "/webhooks/" + create(key).toLatin1();
        for (const QByteArray& method : std::as_const(changes))
            QVERIFY(call(method, path + (method == "POST" ? "/rotate-secret" : "")).status < 300);
        clock_->advance(24h - 1ms);
        secrets_->tidy();
        QTEST(int(vault_->secrets.size()), "keptFirst");
        clock_->advance(1ms);
        QFETCH(int, keptAfterADay);
        QTRY_COMPARE(int(vault_->secrets.size()), keptAfterADay);
    }

    void whatALockedVaultKeptIsTakenOutWhenItOpens() {
        const QString id = create();
        vault_->locked = true;
        QCOMPARE(call("DELETE", "/webhooks/" + id.toLatin1()).status, 204);
        QCOMPARE(vault_->secrets.size(), 1);
        vault_->locked = false;
        secrets_->tidy();
        QVERIFY(vault_->secrets.isEmpty());
    }

    void whatACrashLeftInTheVaultIsTakenOutAtTheNextStart() {
        QVERIFY(store_->noteSecret(QStringLiteral("left")));
        vault_->secrets.insert(QStringLiteral("left"), Secret("whsec_left"));
        restart();
        secrets_->tidy();
        QVERIFY(vault_->secrets.isEmpty());
    }

    void nothingIsMadeWhereItsSecretCannotBeKept_data() {
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("the keychain") << ErrorKind::NoKeychain;
        QTest::newRow("the sealed file") << ErrorKind::Storage;
    }
    void nothingIsMadeWhereItsSecretCannotBeKept() {
        QFETCH(ErrorKind, kind);
        vault_->locked = true;
        vault_->lockedKind = kind;
        const QSignalSpy storeFailed(api_.get(), &SandboxApi::storeFailed);
        const HttpResponse refused = call("POST", "/webhooks", draft, "key");
        QCOMPARE(refused.status, 500);
        QCOMPARE(codeOf(refused), QStringLiteral("secret_storage_unavailable"));
        QVERIFY(storeFailed.isEmpty()); // The store is well.
        QVERIFY(idsOf(call("GET", "/webhooks")).isEmpty());
        vault_->locked = false;
        QCOMPARE(call("POST", "/webhooks", draft, "key").status, 201);
        QCOMPARE(vault_->secrets.size(), 1);
    }

    void everyListPagesInBothDirections_data() {
        QTest::addColumn<QByteArray>("list");
        for (const char* list : {"/webhooks?", "/webhooks/%1/deliveries?", "/webhooks/%1/deliveries?status=pending&",
                                 "/events?", "/events?type=rating.created&"})
            QTest::newRow(list) << QByteArray(list);
    }
    void everyListPagesInBothDirections() {
        QFETCH(QByteArray, list);
        const QString id = create();
        list.replace("%1", id.toLatin1());
        for (int i = 0; i < 6; ++i)
            create();
        for (int i = 0; i < 7; ++i)
            QCOMPARE(call("POST", "/webhooks/" + id.toLatin1() + "/test", "{\"type\":\"rating.created\"}").status, 202);
        const QStringList all = idsOf(call("GET", list + "limit=100"));
        QCOMPARE(all.size(), 7);
        const auto page = [&](const char* direction, const QString& cursor) {
            QByteArray target = list + "limit=3";
            if (!cursor.isEmpty())
                target += QByteArray("&") + direction + '=' + cursor.toLatin1();
            return call("GET", target);
        };

        QStringList forwards;
        for (QString cursor;;) {
            const HttpResponse answer = page("starting_after", cursor);
            forwards += idsOf(answer);
            cursor = objectOf(answer).value(u"next_cursor").toString();
            QCOMPARE(objectOf(answer).value(u"has_more").toBool(), !cursor.isEmpty());
            if (cursor.isEmpty())
                break;
        }
        QCOMPARE(forwards, all);

        QStringList backwards{all.last()};
        for (QString cursor = all.last();;) {
            const HttpResponse answer = page("ending_before", cursor);
            backwards = idsOf(answer) + backwards;
            cursor = objectOf(answer).value(u"next_cursor").toString();
            QCOMPARE(objectOf(answer).value(u"has_more").toBool(), !cursor.isEmpty());
            if (cursor.isEmpty())
                break;
        }
        QCOMPARE(backwards, all);
        // An empty page is a valid end, in either direction.
        QVERIFY(idsOf(page("starting_after", all.last())).isEmpty());
        QVERIFY(idsOf(page("ending_before", all.first())).isEmpty());
    }

    void aCursorIsFromTheSameList_data() {
        QTest::addColumn<QByteArray>("list");
        QTest::addColumn<bool>("deletedFirst");
        QTest::newRow("deliveries") << QByteArray("/webhooks/%1/deliveries?") << false;
        QTest::newRow("events") << QByteArray("/events?") << false;
        QTest::newRow("deliveries, of a deleted endpoint") << QByteArray("/webhooks/%1/deliveries?") << true;
        QTest::newRow("events, of a deleted endpoint") << QByteArray("/events?") << true;
    }
    void aCursorIsFromTheSameList() {
        QFETCH(QByteArray, list);
        QFETCH(bool, deletedFirst);
        list.replace("%1", create().toLatin1());
        const QByteArray other = create().toLatin1();
        if (deletedFirst)
            QCOMPARE(call("DELETE", "/webhooks/" + other).status, 204);
        for (const char* direction : {"starting_after", "ending_before"}) {
            const HttpResponse refused = call("GET", list + direction + '=' + other);
            QCOMPARE(refused.status, 400);
            QCOMPARE(objectOf(refused).value(u"error").toObject().value(u"param").toString(),
                     QString::fromLatin1(direction));
        }
    }

    void everyAnswerTellsItsIdAndTheBudget_data() {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("counts");
        const auto row = [](const char* method, const char* target, int status, bool counts = true) {
            QTest::addRow("%s %s", method, target) << QByteArray(method) << QByteArray(target) << status << counts;
        };
        row("GET", "/auth/whoami", 200, false);
        row("GET", "/usage", 200, false);
        row("GET", "/webhooks", 200);
        row("GET", "/webhooks/%1", 200);
        row("GET", "/webhooks/%1/deliveries", 200);
        row("GET", "/events", 200);
        row("POST", "/webhooks/%1/test", 202);
        row("POST", "/webhooks/%1/rotate-secret", 200);
        row("PATCH", "/webhooks/%1", 200);
        row("DELETE", "/webhooks/%1", 204);
        row("GET", "/webhooks?limit=0", 400);
        row("GET", "/webhooks/deliveries/whd_nothing", 404);
        row("GET", "/events/event_nothing", 404);
        row("PUT", "/webhooks", 404);
    }
    void everyAnswerTellsItsIdAndTheBudget() {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        QFETCH(bool, counts);
        target.replace("%1", create().toLatin1());
        const HttpResponse answer = call(method, target, method == "PATCH" ? "{}" : "");
        QTEST(answer.status, "status");
        const QByteArray id = answer.headers.value("X-Request-Id").value_or("");
        static const QRegularExpression uuidV7(
            QStringLiteral("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
        QVERIFY(uuidV7.match(QString::fromLatin1(id)).hasMatch());
        if (answer.status >= 400)
            QCOMPARE(objectOf(answer).value(u"error").toObject().value(u"request_id").toString(),
                     QString::fromLatin1(id));
        const auto header = [&](const char* name) { return answer.headers.value(name).value_or(""); };
        // One request was used to create the endpoint, and this one.
        QCOMPARE(header("X-RateLimit-Limit"), QByteArray("600"));
        QCOMPARE(header("X-RateLimit-Remaining"), counts ? QByteArray("598") : QByteArray("599"));
        QCOMPARE(header("X-RateLimit-Reset"), QByteArray::number(secondsSinceEpoch(start + 60s)));
    }

    void aRefusalTellsTheBudgetToo_data() {
        QTest::addColumn<QByteArray>("refusedBy");
        QTest::addColumn<int>("status");
        QTest::newRow("the key") << QByteArray("key") << 401;
        QTest::newRow("another request with the same key") << QByteArray("repeat") << 409;
        QTest::newRow("the server, before it comes to the routes") << QByteArray("server") << 413;
    }
    void aRefusalTellsTheBudgetToo() {
        QFETCH(QByteArray, refusedBy);
        HttpResponse answer;
        if (refusedBy == "key") {
            api_->handle({"GET", "/webhooks", {}, {}}, [&answer](const HttpResponse& response) { answer = response; });
        } else if (refusedBy == "repeat") {
            call("POST", "/webhooks", draft, "key");
            answer = call("POST", "/webhooks", "{}", "key");
        } else {
            Error error;
            error.httpStatus = 413;
            answer = api_->refusalOf(error);
        }
        QTEST(answer.status, "status");
        QCOMPARE(answer.headers.value("X-RateLimit-Limit"), QByteArray("600"));
        QVERIFY(answer.headers.value("X-RateLimit-Remaining"));
        QVERIFY(answer.headers.value("X-RateLimit-Reset"));
    }
    void aRepeatedAnswerTellsTheBudgetOfNow() {
        call("POST", "/webhooks", draft, "key");
        QCOMPARE(call("POST", "/webhooks", draft, "key").headers.value("X-RateLimit-Remaining"), QByteArray("598"));
    }

    /// Where text is a key, no two of them may become one.
    void bytesThatAreNoTextAreRefused_data() {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("param");
        const auto row = [](const char* target, int status, const char* param = "") {
            QTest::newRow(target) << QByteArray(target) << status << QString::fromLatin1(param);
        };
        row("/events/%ff", 404);
        row("/webhooks/%ed%a0%bd", 404);
        row("/webhooks/deliveries/%f0%9f", 404);
        row("/events?starting_after=%ff", 400, "starting_after");
        row("/events?ending_before=a%c0%80", 400, "ending_before");
        row("/events?type=%fe", 400, "type");
        row("/events?object_id=%ed%a0%bd", 400, "object_id");
        row("/events?object_id=%f0%9f%98%80", 200);
        row("/%65vents", 200);
        row("//events", 404);
    }
    void bytesThatAreNoTextAreRefused() {
        QFETCH(QByteArray, target);
        const HttpResponse answer = call("GET", target);
        QTEST(answer.status, "status");
        QTEST(objectOf(answer).value(u"error").toObject().value(u"param").toString(), "param");
    }
    void anIdempotencyKeyIsText_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<int>("status");
        QTest::newRow("255 emoji") << QByteArray("\xf0\x9f\x98\x80").repeated(255) << 201;
        QTest::newRow("256 letters") << QByteArray(256, 'a') << 400;
        QTest::newRow("no UTF-8") << QByteArray("key \xff") << 400;
        QTest::newRow("a surrogate") << QByteArray("\xed\xa0\xbd") << 400;
    }
    void anIdempotencyKeyIsText() {
        QFETCH(QByteArray, key);
        QTEST(call("POST", "/webhooks", draft, key).status, "status");
    }

    /// What is answered to the one who writes is what everybody reads.
    void whatIsWrittenIsRead_data() {
        QTest::addColumn<QByteArray>("description");
        QTest::addColumn<QString>("kept");
        QTest::newRow("half an emoji") << QByteArray("Team \\ud83dx ok") << QStringLiteral("Team \ufffdx ok");
        QTest::newRow("both halves, the wrong way around")
            << QByteArray("\\udc00\\ud83d") << QStringLiteral("\ufffd\ufffd");
        QTest::newRow("emoji") << QByteArray("\xf0\x9f\x98\x80").repeated(500)
                               << QStringLiteral("\U0001f600").repeated(500);
        QTest::newRow("a zero") << QByteArray("a\\u0000b") << QStringLiteral("a") + QChar(0) + u'b';
    }
    void whatIsWrittenIsRead() {
        QFETCH(QByteArray, description);
        const HttpResponse made =
            call("POST", "/webhooks", QByteArray("{\"description\":\"" + description + "\"," + draft.sliced(1)));
        QCOMPARE(made.status, 201);
        const QByteArray path = "/webhooks/" + objectOf(made).value(u"id").toString().toLatin1();
        for (const HttpResponse& answer : {made, call("GET", path), call("PATCH", path, "{}")})
            QTEST(objectOf(answer).value(u"description").toString(), "kept");
    }

    /// Who did it, and when: beyond the contract, so only where there is something to tell.
    void aChangeLeavesItsTrace() {
        const QByteArray path = "/webhooks/" + create().toLatin1();
        const auto endpoint = [&] { return json::readEndpoint(call("GET", path).body).value_or(Endpoint()); };
        QVERIFY(!call("GET", path).body.contains("disabled_at"));
        QCOMPARE(endpoint().trace, EndpointTrace());
        const auto ask = [&](const char* method, const QByteArray& target, const QByteArray& body, Actor by) {
            api_->handle(
                {method, target, {{"Authorization", "Bearer " + apiKey}, {"Content-Type", "application/json"}}, body},
                [](const HttpResponse& response) { QVERIFY(response.status < 300); }, by);
        };
        ask("PATCH", path, "{\"status\":\"disabled\"}", Actor::OtherTool);
        clock_->advance(5s);
        ask("PATCH", path, "{\"status\":\"disabled\"}", Actor::Waybill);
        QCOMPARE(endpoint().trace.disabledAt, start);
        QCOMPARE(endpoint().trace.disabledBy, Actor::OtherTool);
        ask("PATCH", path, "{\"status\":\"enabled\"}", Actor::Waybill);
        QCOMPARE(endpoint().trace, EndpointTrace());
        ask("POST", path + "/rotate-secret", {}, Actor::Waybill);
        EndpointTrace rotated;
        rotated.rotatedAt = start + 5s;
        rotated.rotatedBy = Actor::Waybill;
        rotated.previousSecretValidUntil = start + 5s + 24h;
        QCOMPARE(endpoint().trace, rotated);
        clock_->advance(1h);
        QVERIFY(store_->endOverlap(endpoint().id, clock_->now()));
        rotated.previousSecretValidUntil = clock_->now();
        QCOMPARE(endpoint().trace, rotated);
        // It is over: there is nothing to end.
        clock_->advance(1h);
        QVERIFY(store_->endOverlap(endpoint().id, clock_->now()));
        QCOMPARE(endpoint().trace, rotated);
    }

    void theBudgetIsFullAgainAfterAMinute() {
        for (int i = 0; i < 600; ++i)
            QCOMPARE(call("GET", "/webhooks").status, 200);
        clock_->advance(59s);
        const HttpResponse refused = call("GET", "/webhooks");
        QCOMPARE(refused.status, 429);
        QCOMPARE(codeOf(refused), QStringLiteral("rate_limit_exceeded"));
        QCOMPARE(refused.headers.value("Retry-After"), QByteArray("1"));
        QCOMPARE(refused.headers.value("X-RateLimit-Remaining"), QByteArray("0"));
        clock_->advance(1s);
        QCOMPARE(call("GET", "/webhooks").headers.value("X-RateLimit-Remaining"), QByteArray("599"));
    }

private:
    void restart() {
        api_.reset();
        secrets_ = std::make_unique<SecretRegister>(*store_, *vault_, *clock_);
        api_ = std::make_unique<SandboxApi>(
            *store_, *secrets_, *clock_, random_,
            SandboxApi::Principal{SandboxApi::digestOf(Secret(apiKey)),
                                  QStringLiteral("pro"),
                                  {QStringLiteral("webhooks:*"), QStringLiteral("events:read")}});
    }
    HttpResponse call(const QByteArray& method, const QByteArray& target, const QByteArray& body = {},
                      const QByteArray& key = {}) {
        HttpRequest request{method, target, {{"Authorization", "Bearer " + apiKey}}, body};
        request.headers.add("Content-Type", "application/json");
        if (!key.isEmpty())
            request.headers.add("Idempotency-Key", key);
        HttpResponse answer{0, {}, {}};
        api_->handle(request, [&answer](const HttpResponse& response) { answer = response; });
        return answer;
    }
    QString create(const QByteArray& key = {}) {
        return objectOf(call("POST", "/webhooks", draft, key)).value(u"id").toString();
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<MovableClock> clock_;
    std::unique_ptr<Vault> vault_;
    std::unique_ptr<SandboxStore> store_;
    std::unique_ptr<SecretRegister> secrets_;
    std::unique_ptr<SandboxApi> api_;
    SystemRandom random_;
};

QTEST_GUILESS_MAIN(TestSandboxApi)
#include "tst_sandboxapi.moc"
