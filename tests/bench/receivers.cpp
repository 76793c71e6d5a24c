// SPDX-License-Identifier: MIT
// Whether receivers that hang or reset the connection hold up the others.
//
//     cmake --preset bench && cmake --build --preset bench --target receivers
//     build/bench/tests/bench/receivers                        # some two and a half minutes
//     build/bench/tests/bench/receivers --hang 5 --rounds 5 --json
//
// Ten thousand receivers on this computer, each with an address of its own (127.1.x.y), get deliveries of 1 KB at a
// steady pace. Some of them take the request and never answer, some reset the connection. The engine's own store,
// scheduler and sender deliver, with SQLite at synchronous=FULL; each measure is a process of its own on a database of
// its own. The latency of a healthy receiver's delivery is the time from when it was due until its answer was there, in
// whole milliseconds; what the others cost is the ratio to the same pace of healthy deliveries without them, its median
// over the rounds. With --json: one object a line. Ends with 1 where a healthy receiver missed a delivery.
#include "contract/random.h"
#include "sandbox/deliveryscheduler.h"
#include "sandbox/sandboxschema.h"
#include "sandbox/sandboxstore.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTextStream>
#include <QThread>
#include <QUuid>

#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

enum class Manner { Answers, Hangs, Resets };

/// Which receivers are which: spread evenly.
struct Receivers {
    int count = 0;
    int hangingPercent = 0;
    int resettingPercent = 0;
    Manner mannerOf(int receiver) const {
        const int place = receiver % 100;
        return place < hangingPercent                      ? Manner::Hangs
               : place < hangingPercent + resettingPercent ? Manner::Resets
                                                           : Manner::Answers;
    }
};

constexpr int addressesInARow = 250;

void must(bool done, const char* what) {
    if (!done)
        qFatal("%s", what);
}

void allowManyConnections() {
    rlimit limit{};
    must(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "The limit of open files cannot be read.");
    limit.rlim_cur = limit.rlim_max;
    must(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "The limit of open files cannot be raised.");
}

/// All receivers: one listener for all of loopback and nothing else, a process of its own. It prints its port.
[[noreturn]] void serve(const Receivers& receivers) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    allowManyConnections();
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const QByteArray loopback = "lo";
    must(::setsockopt(listener, SOL_SOCKET, SO_BINDTODEVICE, loopback.constData(), socklen_t(loopback.size())) == 0,
         "The receivers cannot be kept to loopback.");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    socklen_t length = sizeof address;
    must(::bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0 && ::listen(listener, 4096) == 0 &&
             ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0,
         "The receivers cannot listen.");
    QTextStream(stdout) << ntohs(address.sin_port) << Qt::endl;

    const int events = ::epoll_create1(EPOLL_CLOEXEC);
    const auto watch = [events](int socket) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        must(::epoll_ctl(events, EPOLL_CTL_ADD, socket, &event) == 0, "A connection cannot be watched.");
    };
    watch(listener);
    struct Connection {
        Manner manner = Manner::Answers;
        QByteArray received;
    };
    std::unordered_map<int, Connection> connections;
    const QByteArray answer = "HTTP/1.1 204 No Content\r\n\r\n";
    const auto accept = [&] {
        for (;;) {
            const int socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (socket < 0)
                return;
            sockaddr_in own{};
            socklen_t size = sizeof own;
            ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size);
            const quint32 host = ntohl(own.sin_addr.s_addr);
            const int receiver = int((host >> 8) & 0xff) * addressesInARow + int(host & 0xff) - 1;
            connections[socket] = {receivers.mannerOf(receiver), {}};
            watch(socket);
        }
    };
    const auto close = [&](int socket) {
        connections.erase(socket);
        ::close(socket);
    };
    for (;;) {
        std::array<epoll_event, 256> ready{};
        const int count = ::epoll_wait(events, ready.data(), int(ready.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int socket = ready.at(std::size_t(i)).data.fd;
            if (socket == listener) {
                accept();
                continue;
            }
            Connection& connection = connections[socket];
            std::array<char, 8192> bytes{};
            const auto got = ::read(socket, bytes.data(), bytes.size());
            if (got <= 0) {
                close(socket);
                continue;
            }
            if (connection.manner == Manner::Hangs)
                continue;
            connection.received.append(bytes.data(), got);
            const qsizetype head = connection.received.indexOf("\r\n\r\n");
            const qsizetype at = connection.received.indexOf("Content-Length: ");
            if (head < 0 || at < 0 || at > head)
                continue;
            const int body =
                connection.received.sliced(at + 16, connection.received.indexOf('\r', at) - at - 16).toInt();
            if (connection.received.size() < head + 4 + body)
                continue;
            connection.received.clear();
            if (connection.manner == Manner::Resets) {
                const linger atOnce{1, 0};
                ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
                close(socket);
            } else if (::write(socket, answer.constData(), std::size_t(answer.size())) != answer.size()) {
                close(socket);
            }
        }
    }
}

class OneSecret final : public SigningSecrets {
public:
    void read(const SigningKeys&, QObject*, Done<QList<Secret>> done) override { done(QList<Secret>{secret_}); }

private:
    const Secret secret_{"whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja"};
};

QString endpointId(int receiver) {
    return u"whe_%1"_s.arg(receiver, 16, 10, QChar(u'0'));
}

void prepare(const QString& path, const Receivers& receivers, int port) {
    must(SandboxStore::open(path).has_value(), "The store does not open.");
    auto database = Database::open(path, sandboxSchema());
    must(database.has_value(), "The database does not open.");
    Transaction transaction(**database);
    for (int i = 0; i < receivers.count; ++i) {
        const QString url = u"http://127.1.%1.%2:%3/"_s.arg(i / addressesInARow).arg(i % addressesInARow + 1).arg(port);
        must(
            (*database)
                ->run(u"INSERT INTO endpoints (id, url, description, enabled_events, api_version, secret_prefix, "
                      "secret_id, created_at, updated_at) VALUES (?, ?, '', '*', '', 'whsec_7fQ2mZ', 'secret', 0, 0)"_s,
                      {endpointId(i), url})
                .has_value(),
            "The endpoints are not stored.");
    }
    must(transaction.commit().has_value(), "The endpoints are not stored.");
}

struct Pace {
    int perSecond = 0;
    int seconds = 0;
    bool healthyOnly = false;
};

/// Lets events arrive, delivers them, and prints one object. A process of its own.
int deliver(const QString& path, const Receivers& receivers, const Pace& pace) {
    allowManyConnections();
    auto store = SandboxStore::open(path);
    must(store.has_value(), "The store does not open.");
    OneSecret secrets;
    SystemRandom random;
    SystemClock clock;
    QThread sending;
    auto* sender = new DeliverySender(clock, clock);
    sender->moveToThread(&sending);
    QObject::connect(&sending, &QThread::finished, sender, &QObject::deleteLater);
    sending.start();
    DeliveryScheduler scheduler((*store)->queue(), secrets, *sender, clock, random, {});
    scheduler.start();

    const milliseconds interval{10};
    const QByteArray body(1024, 'x');
    const qint64 wanted = qint64(pace.perSecond) * pace.seconds;
    qint64 arrived = 0;
    int expected = 0;
    QElapsedTimer passed;
    passed.start();
    const Instant start = clock.now();
    QTimer arrivals;
    arrivals.setTimerType(Qt::PreciseTimer);
    QObject::connect(&arrivals, &QTimer::timeout, &arrivals, [&] {
        const qint64 until = std::min(wanted, passed.elapsed() * pace.perSecond / 1000);
        Event event;
        event.id = u"event_%1"_s.arg(arrived, 16, 10, QChar(u'0'));
        event.type = u"rating.created"_s;
        event.apiVersion = u"2026-05-04"_s;
        event.body = body;
        QList<Delivery> deliveries;
        for (; arrived < until; ++arrived) {
            const int receiver = int(arrived * 7919 % receivers.count);
            const bool isHealthy = receivers.mannerOf(receiver) == Manner::Answers;
            if (!isHealthy && pace.healthyOnly)
                continue;
            expected += isHealthy ? 1 : 0;
            Delivery delivery;
            delivery.id = u"whd_%1"_s.arg(arrived, 16, 10, QChar(u'0'));
            delivery.eventId = event.id;
            delivery.endpointId = endpointId(receiver);
            delivery.scheduledFor = delivery.createdAt = start + milliseconds(arrived * 1000 / pace.perSecond);
            deliveries.append(delivery);
        }
        if (!deliveries.isEmpty()) {
            must((*store)->insertEvent(event, deliveries, {}).has_value(), "The event is not stored.");
            scheduler.wake();
        }
        if (arrived < wanted)
            return;
        arrivals.stop();
        QTimer::singleShot(3'000, qApp, &QCoreApplication::quit);
    });
    arrivals.start(interval);
    QCoreApplication::exec();
    scheduler.shutdown();
    sending.quit();
    sending.wait();
    store->reset();

    auto database = Database::open(path, sandboxSchema());
    must(database.has_value(), "The database does not open.");
    auto rows = (*database)->run(u"SELECT endpoint, delivered_at - scheduled_for FROM deliveries WHERE state = 1"_s);
    must(rows.has_value(), "The log cannot be read.");
    QList<qint64> latencies;
    qint64 sum = 0;
    while (rows->next()) {
        latencies += rows->value(1).toLongLong();
        sum += latencies.constLast();
    }
    std::ranges::sort(latencies);
    const auto share = [&](double of) {
        return latencies.isEmpty() ? -1 : latencies.at(qsizetype(double(latencies.size() - 1) * of));
    };
    QTextStream(stdout) << QJsonDocument(QJsonObject{{u"delivered"_s, int(latencies.size())},
                                                     {u"expected"_s, expected},
                                                     {u"mean_ms"_s, double(sum) / double(latencies.size())},
                                                     {u"median_ms"_s, share(0.5)},
                                                     {u"p99_ms"_s, share(0.99)},
                                                     {u"most_ms"_s, share(1)}})
                               .toJson(QJsonDocument::Compact)
                        << '\n';
    return 0;
}

double median(QList<double> values) {
    std::ranges::sort(values);
    return values.isEmpty() ? 0 : values.at(values.size() / 2);
}

struct Series {
    QList<double> mean;
    QList<double> middle;
    QList<double> slow;
    QList<double> slowest;
};

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_NO_THREADED_GLIB", "1"); // as Waybill does
    const QCoreApplication qt(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption count(u"receivers"_s, u"At most 60,000."_s, u"n"_s, u"10000"_s);
    const QCommandLineOption hang(u"hang"_s, u"Of these, in per cent."_s, u"n"_s, u"1"_s);
    const QCommandLineOption reset(u"reset"_s, u"Of these, in per cent."_s, u"n"_s, u"1"_s);
    const QCommandLineOption rate(u"rate"_s, u"Deliveries a second."_s, u"n"_s, u"2000"_s);
    const QCommandLineOption time(u"seconds"_s, u"For how long they arrive."_s, u"n"_s, u"20"_s);
    const QCommandLineOption rounds(u"rounds"_s, u"Each with both measures."_s, u"n"_s, u"3"_s);
    const QCommandLineOption json(u"json"_s, u"One object a line."_s);
    const QCommandLineOption serving(u"serve"_s, u"Is the receivers."_s);
    const QCommandLineOption delivering(u"deliver"_s, u"Delivers from this database."_s, u"path"_s);
    const QCommandLineOption healthyOnly(u"healthy"_s, u"Nothing for the others."_s);
    parser.addOptions({count, hang, reset, rate, time, rounds, json, serving, delivering, healthyOnly});
    parser.addHelpOption();
    parser.process(qt);
    const Receivers receivers{parser.value(count).toInt(), parser.value(hang).toInt(), parser.value(reset).toInt()};
    if (parser.isSet(serving))
        serve(receivers);
    if (parser.isSet(delivering))
        return deliver(parser.value(delivering), receivers,
                       {parser.value(rate).toInt(), parser.value(time).toInt(), parser.isSet(healthyOnly)});

    QStringList options;
    for (const QCommandLineOption& option : {count, hang, reset, rate, time})
        options += {u"--"_s + option.names().constFirst(), parser.value(option)};
    QProcess server;
    server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    server.start(QCoreApplication::applicationFilePath(), QStringList{u"--serve"_s} + options);
    must(server.waitForReadyRead(), "The receivers do not start.");
    const int port = server.readAllStandardOutput().trimmed().toInt();

    const QTemporaryDir folder;
    QTextStream out(stdout);
    Series alone;
    Series together;
    Series ratio;
    bool isComplete = true;
    for (int round = 0; round < parser.value(rounds).toInt(); ++round) {
        const auto measure = [&](bool isAlone) {
            const QString path = folder.filePath(QUuid::createUuid().toString(QUuid::Id128));
            prepare(path, receivers, port);
            QProcess process;
            process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            process.start(QCoreApplication::applicationFilePath(),
                          QStringList{u"--deliver"_s, path} + options +
                              (isAlone ? QStringList{u"--healthy"_s} : QStringList{}));
            must(process.waitForFinished(-1) && process.exitCode() == 0, "The engine ended too early.");
            const QJsonObject measured = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
            isComplete = isComplete && measured.value(u"delivered") == measured.value(u"expected");
            Series& series = isAlone ? alone : together;
            series.mean += measured.value(u"mean_ms").toDouble();
            series.middle += measured.value(u"median_ms").toDouble();
            series.slow += measured.value(u"p99_ms").toDouble();
            series.slowest += measured.value(u"most_ms").toDouble();
            for (const char* suffix : {"", "-wal", "-shm"})
                QFile::remove(path + QString::fromLatin1(suffix));
        };
        measure(true);
        measure(false);
        ratio.mean += together.mean.constLast() / alone.mean.constLast();
        ratio.middle += together.middle.constLast() / std::max(1.0, alone.middle.constLast());
        ratio.slow += together.slow.constLast() / std::max(1.0, alone.slow.constLast());
        ratio.slowest += together.slowest.constLast() / std::max(1.0, alone.slowest.constLast());
    }
    server.terminate();
    server.waitForFinished();

    const auto print = [&](const QString& name, const Series& series) {
        if (parser.isSet(json))
            out << QJsonDocument(QJsonObject{{u"measure"_s, name},
                                             {u"mean"_s, median(series.mean)},
                                             {u"median"_s, median(series.middle)},
                                             {u"p99"_s, median(series.slow)},
                                             {u"most"_s, median(series.slowest)},
                                             {u"complete"_s, isComplete}})
                       .toJson(QJsonDocument::Compact)
                << '\n';
        else
            out << u"%1  mean %2  median %3  p99 %4  most %5%6\n"_s.arg(name, -16)
                       .arg(median(series.mean), 7, 'f', 1)
                       .arg(median(series.middle), 7, 'f', 1)
                       .arg(median(series.slow), 7, 'f', 1)
                       .arg(median(series.slowest), 7, 'f', 1)
                       .arg(isComplete ? u""_s : u"  INCOMPLETE"_s);
    };
    print(u"alone, ms"_s, alone);
    print(u"together, ms"_s, together);
    print(u"ratio"_s, ratio);
    return isComplete ? 0 : 1;
}
