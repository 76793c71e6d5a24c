// SPDX-License-Identifier: MIT
// How fast the delivery engine is: queued, signed, sent, durable and recorded; beside a tool that does nothing but
// post.
//
//     packaging/install bench
//     cmake --preset bench && cmake --build --preset bench --target engine
//     build/bench/tests/bench/engine                     # some two minutes
//     build/bench/tests/bench/engine --deliveries 200000 --rounds 5 --json
//     build/bench/tests/bench/engine --backlog 1000000   # memory with a large backlog, too
//
// Each measure is a process of its own on a database of its own: N deliveries of 1 KB wait in it, each for an event of
// its own, and the clock runs from the engine's start until the last is recorded. It uses the engine's own store,
// scheduler and sender, with SQLite at synchronous=FULL. In the same round wrk posts the same body to the same nginx.
// Machines swing: what counts is the ratio, its median over the rounds, and the processor time a delivery, which is
// that of the whole process. With --json: one object a line. Ends with 1 where a delivery was not recorded as
// delivered.
#include "bench/nginx.h"
#include "contract/random.h"
#include "contract/signature.h"
#include "sandbox/deliveryscheduler.h"
#include "sandbox/sandboxschema.h"
#include "sandbox/sandboxstore.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSslConfiguration>
#include <QTextStream>
#include <QThread>
#include <QUuid>

using namespace waybill;
using namespace waybill::bench;
using namespace Qt::StringLiterals;

namespace {

void must(bool done, const char* what) {
    if (!done)
        qFatal("%s", what);
}

class OneSecret final : public SigningSecrets {
public:
    void read(const SigningKeys&, QObject*, Done<QList<Secret>> done) override { done(QList<Secret>{secret_}); }

private:
    const Secret secret_{"whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja"};
};

/// `waiting` deliveries for `urls`, behind `log` settled ones.
void prepare(const QString& path, const QList<QUrl>& urls, int waiting, int log) {
    const Instant now = SystemClock().now();
    {
        auto store = SandboxStore::open(path);
        must(store.has_value(), "The store does not open.");
        for (int i = 0; i < urls.size(); ++i) {
            Endpoint endpoint;
            endpoint.id = u"whe_%1"_s.arg(i, 16, 10, QChar(u'0'));
            endpoint.url = urls.at(i).toString();
            endpoint.enabledEvents = {u"*"_s};
            endpoint.secretPrefix = u"whsec_7fQ2mZ"_s;
            endpoint.createdAt = endpoint.updatedAt = now;
            must((*store)->insertEndpoint(endpoint, u"secret"_s, {}).has_value(), "The endpoint is not stored.");
        }
    }
    auto database = Database::open(path, sandboxSchema());
    must(database.has_value(), "The database does not open.");
    Transaction transaction(**database);
    const QString numbers =
        u"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "_s;
    const auto run = [&](const QString& statement, const QVariantList& values) {
        const auto done = (*database)->run(statement, values);
        must(done.has_value(), done ? "" : qPrintable(done.error().details));
    };
    const qint64 at = millisecondsSinceEpoch(now);
    if (log > 0) {
        run(u"INSERT INTO events (id, type, api_version, created, object_id, body) "_s + numbers +
                u"SELECT printf('event_%016d', n), 'rating.created', '2026-05-04', ?, '', ? FROM numbers"_s,
            {log / 10, at / 1000, body});
        run(u"INSERT INTO deliveries (id, endpoint, event, attempt, state, scheduled_for, due_at, started_at, "
            "delivered_at, response_status, response_ms, created_at) "_s +
                numbers +
                u"SELECT printf('whd_log_%012d', n), n % ? + 1, n % ? + 1, 1, 1, ?, ?, ?, ?, 204, 3, ? FROM numbers"_s,
            {log, int(urls.size()), log / 10, at, at, at, at, at});
        run(u"INSERT INTO answers SELECT seq, '', ?, ?, ?, NULL, NULL, NULL, 0, 1, 1 FROM deliveries"_s,
            {urls.constFirst().toString(), at / 1000, QByteArray("t=1700000000,v1=" + QByteArray(64, 'a'))});
    }
    const int events = log / 10;
    run(u"INSERT INTO events (id, type, api_version, created, object_id, body) "_s + numbers +
            u"SELECT printf('event_w_%014d', n), 'rating.created', '2026-05-04', ?, '', ? FROM numbers"_s,
        {waiting, at / 1000, body});
    run(u"INSERT INTO deliveries (id, endpoint, event, attempt, scheduled_for, due_at, created_at) "_s + numbers +
            u"SELECT printf('whd_%016d', n), n % ? + 1, n + ?, 1, ?, ?, ? FROM numbers"_s,
        {waiting, int(urls.size()), events, at, at, at});
    must(transaction.commit().has_value(), "The deliveries are not stored.");
    run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s, {});
}

qint64 peakKilobytes() {
    QFile status(u"/proc/self/status"_s);
    must(status.open(QIODevice::ReadOnly), "The memory cannot be read.");
    const QByteArrayList lines = status.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith("VmHWM:"))
            return line.simplified().split(' ').value(1).toLongLong();
    }
    return 0;
}

/// Delivers what waits, and prints one object. A process of its own.
int deliver(const QString& path, const QString& authority, int most) {
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.addCaCertificates(authority);
    QSslConfiguration::setDefaultConfiguration(tls);

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
    int first = -1;
    QObject::connect(&scheduler, &DeliveryScheduler::stateChanged, &scheduler, [&](const EngineState& state) {
        must(!state.isWaiting(), "The store or a secret failed.");
        const int left = state.scheduled + state.underWay;
        first = std::max(first, left);
        if (left == 0 || first - left >= most)
            QCoreApplication::quit();
    });
    const double processor = processorTime(RUSAGE_SELF);
    QElapsedTimer passed;
    passed.start();
    scheduler.start();
    QCoreApplication::exec();
    const double seconds = double(passed.nsecsElapsed()) / 1e9;
    const double used = processorTime(RUSAGE_SELF) - processor;
    scheduler.shutdown();
    const qint64 peak = peakKilobytes();
    sending.quit();
    sending.wait();
    store->reset();

    auto database = Database::open(path, sandboxSchema());
    must(database.has_value(), "The database does not open.");
    auto counted =
        (*database)->run(u"SELECT count(*) FROM deliveries JOIN answers ON delivery = seq WHERE state = 1 AND "
                         "response_status = 204 AND id NOT LIKE 'whd_log%'"_s);
    must(counted && counted->next(), "The deliveries cannot be counted.");
    QTextStream(stdout) << QJsonDocument(QJsonObject{{u"seconds"_s, seconds},
                                                     {u"processor_us"_s, used},
                                                     {u"peak_kb"_s, peak},
                                                     {u"delivered"_s, counted->value(0).toInt()}})
                               .toJson(QJsonDocument::Compact)
                        << '\n';
    return 0;
}

struct Series {
    QList<double> perSecond;
    QList<double> processor;
    QList<double> shareOfWrk;
    QList<double> peakMegabytes;
    bool isComplete = true;
};

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_NO_THREADED_GLIB", "1"); // as Waybill does
    const QCoreApplication qt(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption deliveries(u"deliveries"_s, u"In one measure."_s, u"n"_s, u"60000"_s);
    const QCommandLineOption rounds(u"rounds"_s, u"Each with every measure."_s, u"n"_s, u"3"_s);
    const QCommandLineOption log(u"log"_s, u"Rows of the full log."_s, u"n"_s, u"1000000"_s);
    const QCommandLineOption backlog(u"backlog"_s, u"Waiting deliveries for a measure of memory."_s, u"n"_s, u"0"_s);
    const QCommandLineOption only(u"only"_s, u"Measures whose name has this in it."_s, u"text"_s);
    const QCommandLineOption json(u"json"_s, u"One object a line."_s);
    const QCommandLineOption inner(u"deliver"_s, u"Delivers what waits in this database."_s, u"path"_s);
    const QCommandLineOption authority(u"authority"_s, u"A certificate to trust."_s, u"path"_s);
    const QCommandLineOption most(u"most"_s, u"Ends after so many."_s, u"n"_s, u"2000000000"_s);
    parser.addOptions({deliveries, rounds, log, backlog, only, json, inner, authority, most});
    parser.addHelpOption();
    parser.process(qt);
    if (parser.isSet(inner))
        return deliver(parser.value(inner), parser.value(authority), parser.value(most).toInt());

    const test::TestCertificate certificate = certificateOfNginx();
    const Nginx nginx(certificate);
    const QTemporaryDir folder;
    QTextStream out(stdout);
    struct Subject {
        QString name;
        bool isTls = false;
        int receivers = 1;
        int log = 0;
        int waiting = 0;
        int most = 0;
        Series series;
    };
    const int n = parser.value(deliveries).toInt();
    const int rows = parser.value(log).toInt();
    QList<Subject> subjects;
    for (const bool isTls : {false, true}) {
        for (const int receivers : {1, addresses}) {
            for (const int before : {0, rows})
                subjects.append(
                    {u"%1, %2 receivers, log of %3"_s.arg(isTls ? u"https"_s : u"http"_s).arg(receivers).arg(before),
                     isTls,
                     receivers,
                     before,
                     n,
                     n,
                     {}});
        }
    }
    if (const int waiting = parser.value(backlog).toInt(); waiting > 0)
        subjects.append({u"http, 1 receivers, backlog of %1"_s.arg(waiting), false, 1, 0, waiting, n, {}});
    subjects.removeIf([&](const Subject& subject) { return !subject.name.contains(parser.value(only)); });

    bool isComplete = true;
    for (int round = 0; round < parser.value(rounds).toInt(); ++round) {
        for (Subject& subject : subjects) {
            QList<QUrl> urls;
            for (int i = 0; i < subject.receivers; ++i)
                urls.append(nginx.url(subject.isTls, i));
            const QString path = folder.filePath(u"%1.sqlite"_s.arg(QUuid::createUuid().toString(QUuid::Id128)));
            prepare(path, urls, subject.waiting, subject.log);
            const Measure wrk = measureWrk(nginx, subject.isTls, 2);
            QProcess process;
            process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            process.start(QCoreApplication::applicationFilePath(),
                          {u"--deliver"_s, path, u"--authority"_s, nginx.filePath(u"certificate.pem"_s), u"--most"_s,
                           QString::number(subject.most)});
            must(process.waitForFinished(-1) && process.exitCode() == 0, "The engine ended too early.");
            const QJsonObject measured = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
            const int delivered = measured.value(u"delivered").toInt();
            const double perSecond = delivered / measured.value(u"seconds").toDouble();
            subject.series.isComplete = subject.series.isComplete && delivered >= subject.most;
            subject.series.perSecond += perSecond;
            subject.series.processor += measured.value(u"processor_us").toDouble() / delivered;
            subject.series.shareOfWrk += perSecond / wrk.postsPerSecond;
            subject.series.peakMegabytes += measured.value(u"peak_kb").toDouble() / 1024;
            for (const char* suffix : {"", "-wal", "-shm"})
                QFile::remove(path + QString::fromLatin1(suffix));
        }
    }
    for (const Subject& subject : std::as_const(subjects)) {
        const Series& series = subject.series;
        isComplete = isComplete && series.isComplete;
        if (parser.isSet(json))
            out << QJsonDocument(QJsonObject{{u"measure"_s, subject.name},
                                             {u"deliveries_per_second"_s, qRound(median(series.perSecond))},
                                             {u"share_of_wrk"_s, median(series.shareOfWrk)},
                                             {u"processor_us_per_delivery"_s, median(series.processor)},
                                             {u"peak_mb"_s, median(series.peakMegabytes)},
                                             {u"complete"_s, series.isComplete}})
                       .toJson(QJsonDocument::Compact)
                << '\n';
        else
            out << u"%1  %2 deliveries/s  %3 % of wrk  %4 us of processor time each  %5 MB at most%6\n"_s
                       .arg(subject.name, -38)
                       .arg(qRound(median(series.perSecond)), 6)
                       .arg(qRound(median(series.shareOfWrk) * 100), 3)
                       .arg(median(series.processor), 5, 'f', 1)
                       .arg(qRound(median(series.peakMegabytes)), 4)
                       .arg(series.isComplete ? u""_s : u"  INCOMPLETE"_s);
    }
    return isComplete ? 0 : 1;
}
