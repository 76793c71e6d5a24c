// SPDX-License-Identifier: MIT
#include "http/addressrace.h"
#include "http/httpsender.h"
#include "support/attempts.h"
#include "support/wireanswers.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <sys/socket.h>
#include <unistd.h>

using namespace waybill;
using namespace waybill::test;
using namespace Qt::StringLiterals;

namespace {

/// Listens at an address of this computer; `isFull`: to connect takes for ever.
class Listener {
public:
    explicit Listener(const char* address, quint16 port = 0, bool isFull = false) {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_port = htons(port);
        ::inet_pton(AF_INET, address, &name.sin_addr);
        auto* plain = reinterpret_cast<sockaddr*>(&name);
        socklen_t size = sizeof name;
        const int on = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (::bind(listener_, plain, size) != 0 || ::listen(listener_, isFull ? 0 : 16) != 0 ||
            ::getsockname(listener_, plain, &size) != 0)
            qFatal("The test's listener cannot listen.");
        port_ = ntohs(name.sin_port);
        if (!isFull)
            return;
        for (int& waiting : waiting_) {
            waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            ::connect(waiting, plain, size);
        }
    }
    ~Listener() {
        for (const int waiting : waiting_) {
            if (waiting >= 0)
                ::close(waiting);
        }
        ::close(listener_);
    }
    Q_DISABLE_COPY_MOVE(Listener)
    quint16 port() const { return port_; }

private:
    int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::array<int, 4> waiting_{-1, -1, -1, -1};
    quint16 port_ = 0;
};

QList<QHostAddress> addresses(const QStringList& texts) {
    QList<QHostAddress> list;
    for (const QString& text : texts)
        list.append(QHostAddress(text));
    return list;
}

struct Race {
    AddressRace race{[] { return std::make_unique<QTcpSocket>(); }};
    QSignalSpy won{&race, &AddressRace::won};
    QSignalSpy lost{&race, &AddressRace::lost};
    QElapsedTimer passed;

    void run(const QStringList& to, quint16 port) {
        passed.start();
        race.start(addresses(to), port, QIODevice::ReadWrite);
        QTRY_VERIFY(won.size() + lost.size() > 0);
    }
};

} // namespace

class TestAddressRace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesTheFamiliesByTurns_data() {
        QTest::addColumn<QStringList>("found");
        QTest::addColumn<QStringList>("order");
        const auto row = [](const char* name, const QStringList& found, const QStringList& order) {
            QTest::newRow(name) << found << order;
        };
        row("one", {u"1.1.1.1"_s}, {u"1.1.1.1"_s});
        row("IPv6 first", {u"::1"_s, u"::2"_s, u"::3"_s, u"1.1.1.1"_s, u"2.2.2.2"_s},
            {u"::1"_s, u"1.1.1.1"_s, u"::2"_s, u"2.2.2.2"_s, u"::3"_s});
        row("IPv4 first", {u"1.1.1.1"_s, u"2.2.2.2"_s, u"::1"_s}, {u"1.1.1.1"_s, u"::1"_s, u"2.2.2.2"_s});
        row("each once", {u"::1"_s, u"::1"_s, u"1.1.1.1"_s, u"1.1.1.1"_s}, {u"::1"_s, u"1.1.1.1"_s});
        row("one family", {u"1.1.1.1"_s, u"2.2.2.2"_s}, {u"1.1.1.1"_s, u"2.2.2.2"_s});
    }
    void takesTheFamiliesByTurns() {
        QFETCH(QStringList, found);
        QFETCH(QStringList, order);
        QCOMPARE(AddressRace::interleaved(addresses(found)), addresses(order));
    }

    void goesOnAtOnceWhereOneFails() {
        const Listener well("127.0.0.2");
        Race one;
        one.run({u"127.0.0.3"_s, u"127.0.0.4"_s, u"127.0.0.2"_s}, well.port());
        QCOMPARE(one.won.size(), 1);
        QVERIFY(one.passed.elapsed() < 250);
        const auto winner = one.race.takeWinner();
        QCOMPARE(winner->peerAddress(), QHostAddress(u"127.0.0.2"_s));
    }

    void goesOnAfterAQuarterOfASecondWhereOneHangs() {
        const Listener hangs("127.0.0.3", 0, true);
        const Listener well("127.0.0.2", hangs.port());
        Race one;
        one.run({u"127.0.0.3"_s, u"127.0.0.2"_s}, well.port());
        QCOMPARE(one.won.size(), 1);
        QVERIFY(one.passed.elapsed() >= 245);
        QCOMPARE(one.race.takeWinner()->peerAddress(), QHostAddress(u"127.0.0.2"_s));
    }

    void triesNoOtherWhereTheFirstIsWell() {
        const Listener first("127.0.0.2");
        const Listener second("127.0.0.3", first.port());
        Race one;
        one.run({u"127.0.0.2"_s, u"127.0.0.3"_s}, first.port());
        QCOMPARE(one.race.takeWinner()->peerAddress(), QHostAddress(u"127.0.0.2"_s));
        QCOMPARE(one.race.tried(), QStringList{u"127.0.0.2"_s});
    }

    void losesWhereNoneIsWell_data() {
        QTest::addColumn<QStringList>("to");
        QTest::addColumn<AttemptFailure>("failure");
        QTest::newRow("all refuse") << QStringList{u"127.0.0.3"_s, u"127.0.0.4"_s} << AttemptFailure::Refused;
        QTest::newRow("no way to one, and the other refuses")
            << QStringList{u"255.255.255.255"_s, u"127.0.0.4"_s} << AttemptFailure::Refused;
        QTest::newRow("no way to any") << QStringList{u"255.255.255.255"_s} << AttemptFailure::Unreachable;
    }
    void losesWhereNoneIsWell() {
        QFETCH(QStringList, to);
        const Listener elsewhere("127.0.0.2");
        Race one;
        one.run(to, elsewhere.port());
        QCOMPARE(one.lost.size(), 1);
        QTEST(one.race.failure(), "failure");
        QCOMPARE(one.race.tried(), to);
        for (const QString& address : to)
            QVERIFY(to.size() < 2 || one.race.details().contains(address));
    }

    void tellsThatANameHasNoAddress() {
        Race one;
        one.race.start(u"no-such-name.invalid"_s, 80, QIODevice::ReadWrite);
        QVERIFY(one.lost.wait(20'000));
        QCOMPARE(one.race.failure(), AttemptFailure::LookUp);
        QVERIFY(one.race.tried().isEmpty());
    }

    void isHeardNoMoreOnceItIsStopped() {
        const Listener well("127.0.0.2");
        Race one;
        one.race.start(addresses({u"127.0.0.2"_s}), well.port(), QIODevice::ReadWrite);
        one.race.stop();
        QVERIFY(!one.won.wait(100));
        QVERIFY(one.lost.isEmpty());
    }

    // "localhost" has two addresses, and the test's receiver listens at one of them.
    void sendsOnceToANameWithADeadAddress() {
        WireServer server(saying(delivered));
        HttpSender sender;
        QElapsedTimer passed;
        passed.start();
        QVERIFY(outcomeOf(sender, postTo(server.url())).isDelivered());
        QVERIFY(passed.elapsed() < 5'000);
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.received().count("POST /"), 1);
    }
};

QTEST_GUILESS_MAIN(TestAddressRace)
#include "tst_addressrace.moc"
