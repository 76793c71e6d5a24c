// SPDX-License-Identifier: MIT
// How fast deliveries go out, against a tool that does nothing but post.
//
//     packaging/install bench
//     cmake --preset bench && cmake --build --preset bench --target sender
//     build/bench/tests/bench/sender                          # some twenty seconds
//     build/bench/tests/bench/sender --posts 200000 --rounds 5 --json
//
// An nginx of the benchmark's own, with one worker, answers 204 on this computer. HttpSender posts 1 KB at a time with
// fifty posts under way: over http and https, to one address and to fifty. In the same round, wrk posts the same to one
// address. Machines swing, and these rounds are short: what counts is the ratio, its median over the rounds, and the
// processor time a post. With --json: one object a line. Ends with 1 where a post failed.
#include "http/httpsender.h"
#include "support/testcertificate.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTextStream>
#include <QThread>

#include <algorithm>
#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

constexpr int underWay = 50;
constexpr int addresses = 50;
const QByteArray body(1024, 'x');

QString addressOf(int destination) {
    return u"127.0.0.%1"_s.arg(destination + 1);
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("The benchmark cannot write into its folder.");
}

quint16 freePort() {
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

/// An nginx that lives as long as this.
class Nginx {
public:
    explicit Nginx(const test::TestCertificate& certificate) {
        write(folder_.filePath(u"certificate.pem"_s), certificate.certificate.toPem());
        write(folder_.filePath(u"key.pem"_s), certificate.key.toPem());
        QByteArray listens;
        for (int i = 0; i < addresses; ++i) {
            const QByteArray address = addressOf(i).toLatin1();
            listens += "listen " + address + ':' + QByteArray::number(port_) + "; listen " + address + ':' +
                       QByteArray::number(tlsPort_) + " ssl;\n";
        }
        QByteArray folders;
        for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            folders += QByteArray(kind) + "_temp_path " + kind + ";\n";
        write(folder_.filePath(u"nginx.conf"_s),
              "daemon off; worker_processes 1; pid nginx.pid; error_log stderr crit;\n"
              "events { worker_connections 4096; }\n"
              "http { access_log off; keepalive_requests 1000000000;\n" +
                  folders + "server {\n" + listens +
                  "ssl_certificate certificate.pem; ssl_certificate_key key.pem;\n"
                  "location / { return 204; } } }\n");
        process_.setProcessChannelMode(QProcess::ForwardedChannels);
        process_.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
        process_.start(u"nginx"_s, {u"-p"_s, folder_.path(), u"-e"_s, u"stderr"_s, u"-c"_s, u"nginx.conf"_s});
        for (int tries = 0; !answers(); ++tries) {
            if (tries == 100 || process_.state() == QProcess::NotRunning)
                qFatal("nginx does not start. Is it installed (packaging/install bench)?");
            QThread::msleep(50);
        }
    }
    ~Nginx() {
        process_.terminate();
        process_.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(Nginx)

    QUrl url(bool isTls, int destination) const {
        return QUrl(u"%1://%2:%3/hook"_s.arg(isTls ? u"https"_s : u"http"_s, addressOf(destination),
                                             QString::number(isTls ? tlsPort_ : port_)));
    }
    QString filePath(const QString& name) const { return folder_.filePath(name); }

private:
    bool answers() const {
        QTcpSocket socket;
        socket.connectToHost(addressOf(0), port_);
        return socket.waitForConnected(1000);
    }

    const QTemporaryDir folder_;
    const quint16 port_ = freePort();
    const quint16 tlsPort_ = freePort();
    QProcess process_;
};

double processorTime(int whose) {
    rusage used{};
    ::getrusage(whose, &used);
    const auto microseconds = [](const timeval& time) { return double(time.tv_sec) * 1e6 + double(time.tv_usec); };
    return microseconds(used.ru_utime) + microseconds(used.ru_stime);
}

struct Measure {
    double postsPerSecond = 0;
    double processorMicroseconds = 0; ///< A post.
    int failed = 0;
};

Measure measureSender(const Nginx& nginx, const QSslConfiguration& tls, bool isTls, int destinations, int posts) {
    QByteArray fields;
    const std::pair<QByteArray, QByteArray> delivery[] = {
        {"Content-Type", "application/json"},
        {"User-Agent", "Autousers-Webhooks/1.0"},
        {"Autousers-Signature", "t=1700000000,v1=" + QByteArray(64, 'a')},
        {"Autousers-Event-Id", "event_0123456789abcdefghijklmn"},
        {"Autousers-Event-Type", "evaluation.completed"},
        {"Autousers-Delivery-Id", "whd_0123456789abcdefghijklmn"}};
    for (const auto& [name, value] : delivery) {
        if (!appendHeaderField(fields, name, value))
            qFatal("The benchmark has a field that cannot be sent.");
    }
    QList<OutgoingPost> outgoing;
    for (int i = 0; i < destinations; ++i)
        outgoing.append({HttpDestination(nginx.url(isTls, i)), fields, body});

    Measure measure;
    HttpSender sender;
    sender.setTlsConfiguration(tls);
    QEventLoop loop;
    int begun = 0;
    int ended = 0;
    std::function<void()> next;
    const auto done = [&](const AttemptOutcome& outcome) {
        measure.failed += outcome.isDelivered() ? 0 : 1;
        if (++ended == posts)
            loop.quit();
        else if (begun < posts)
            next();
    };
    next = [&] { sender.post(outgoing.at(begun++ % destinations), done); };
    const double processor = processorTime(RUSAGE_SELF);
    QElapsedTimer passed;
    passed.start();
    while (begun < std::min(underWay, posts))
        next();
    loop.exec();
    measure.postsPerSecond = posts * 1e9 / double(passed.nsecsElapsed());
    measure.processorMicroseconds = (processorTime(RUSAGE_SELF) - processor) / posts;
    return measure;
}

Measure measureWrk(const Nginx& nginx, bool isTls, int seconds) {
    const QString script = nginx.filePath(u"post.lua"_s);
    write(script, "wrk.method = 'POST'\nwrk.body = string.rep('x', " + QByteArray::number(body.size()) +
                      ")\nwrk.headers['Content-Type'] = 'application/json'\n");
    QProcess wrk;
    const double processor = processorTime(RUSAGE_CHILDREN);
    wrk.start(u"wrk"_s, {u"-t1"_s, u"-c%1"_s.arg(underWay), u"-d%1s"_s.arg(seconds), u"-s"_s, script,
                         nginx.url(isTls, 0).toString()});
    if (!wrk.waitForFinished(-1) || wrk.exitCode() != 0)
        qFatal("wrk does not run. Is it installed (packaging/install bench)?");
    Measure measure;
    double requests = 0;
    const QByteArrayList lines = wrk.readAllStandardOutput().split('\n');
    for (const QByteArray& line : lines) {
        const QByteArrayList words = line.simplified().split(' ');
        if (words.value(0) == "Requests/sec:")
            measure.postsPerSecond = words.value(1).toDouble();
        else if (words.value(1) == "requests")
            requests = words.value(0).toDouble();
        else if (line.contains("Non-2xx") || line.contains("Socket errors"))
            ++measure.failed;
    }
    measure.processorMicroseconds = (processorTime(RUSAGE_CHILDREN) - processor) / requests;
    return measure;
}

double median(QList<double> numbers) {
    std::ranges::sort(numbers);
    const qsizetype middle = numbers.size() / 2;
    return numbers.size() % 2 == 1 ? numbers.at(middle) : (numbers.at(middle - 1) + numbers.at(middle)) / 2;
}

struct Series {
    QList<double> postsPerSecond;
    QList<double> processorMicroseconds;
    QList<double> shareOfWrk;
    int failed = 0;
    void add(const Measure& measure, double wrk) {
        postsPerSecond += measure.postsPerSecond;
        processorMicroseconds += measure.processorMicroseconds;
        shareOfWrk += measure.postsPerSecond / wrk;
        failed += measure.failed;
    }
};

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication qt(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption posts(u"posts"_s, u"In one measure."_s, u"n"_s, u"60000"_s);
    const QCommandLineOption rounds(u"rounds"_s, u"Each with every measure."_s, u"n"_s, u"3"_s);
    const QCommandLineOption only(u"only"_s, u"One scheme."_s, u"http|https"_s);
    const QCommandLineOption json(u"json"_s, u"One object a line."_s);
    parser.addOptions({posts, rounds, only, json});
    parser.addHelpOption();
    parser.process(qt);

    QStringList names;
    for (int i = 0; i < addresses; ++i)
        names += u"IP:"_s + addressOf(i);
    const test::TestCertificate certificate = test::TestCertificate::forName(names.join(u','));
    const Nginx nginx(certificate);
    const QSslConfiguration tls = certificate.forTrustingClient();

    QTextStream out(stdout);
    int failed = 0;
    for (const bool isTls : {false, true}) {
        const QString scheme = isTls ? u"https"_s : u"http"_s;
        if (parser.isSet(only) && parser.value(only) != scheme)
            continue;
        Series wrk;
        Series one;
        Series fifty;
        for (int round = 0; round < parser.value(rounds).toInt(); ++round) {
            const Measure reference = measureWrk(nginx, isTls, 1);
            wrk.add(reference, reference.postsPerSecond);
            one.add(measureSender(nginx, tls, isTls, 1, parser.value(posts).toInt()), reference.postsPerSecond);
            fifty.add(measureSender(nginx, tls, isTls, addresses, parser.value(posts).toInt()),
                      reference.postsPerSecond);
        }
        const auto print = [&](const QString& what, int destinations, const Series& series) {
            failed += series.failed;
            const double perSecond = median(series.postsPerSecond);
            const double processor = median(series.processorMicroseconds);
            const double share = median(series.shareOfWrk);
            if (parser.isSet(json))
                out << QJsonDocument(QJsonObject{{u"scheme"_s, scheme},
                                                 {u"sender"_s, what},
                                                 {u"destinations"_s, destinations},
                                                 {u"posts_per_second"_s, qRound(perSecond)},
                                                 {u"processor_us_per_post"_s, processor},
                                                 {u"share_of_wrk"_s, share},
                                                 {u"failed"_s, series.failed}})
                           .toJson(QJsonDocument::Compact)
                    << '\n';
            else
                out << u"%1  %2  to %3: %4 posts/s, %5 us of processor time a post, %6 % of wrk, %7 failed\n"_s
                           .arg(scheme, -5)
                           .arg(what, -7)
                           .arg(destinations, 2)
                           .arg(qRound(perSecond), 6)
                           .arg(processor, 5, 'f', 1)
                           .arg(qRound(share * 100), 3)
                           .arg(series.failed);
            out.flush();
        };
        print(u"wrk"_s, 1, wrk);
        print(u"waybill"_s, 1, one);
        print(u"waybill"_s, addresses, fifty);
    }
    return failed == 0 ? 0 : 1;
}
