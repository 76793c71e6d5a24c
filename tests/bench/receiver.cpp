// SPDX-License-Identifier: MIT
// How fast the built-in receiver is, with few and with many messages behind it; beside nginx, which keeps nothing.
//
//     packaging/install bench
//     cmake --preset bench && cmake --build --preset bench --target receiver
//     build/bench/tests/bench/receiver                     # some two minutes
//     build/bench/tests/bench/receiver --seconds 10 --rounds 5 --json
//     build/bench/tests/bench/receiver --captures 0,100000
//
// Each measure is a receiver in a process of its own, on a database that holds so many captures already; wrk posts
// signed messages of 1 KB to it, each of which is checked, stored with SQLite at synchronous=FULL, and answered. In the
// same round wrk posts to nginx. Machines swing: what counts are the ratios, to nginx and to the receiver with the
// fewest captures, their medians over the rounds. With --json: one object a line. Ends with 1 where a message was not
// accepted.
#include "receiver/receiver.h"

#include "bench/nginx.h"
#include "clock/clock.h"
#include "contract/random.h"
#include "contract/signature.h"
#include "receiver/receiverschema.h"
#include "secrets/sessionvault.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextStream>
#include <QUuid>

using namespace waybill;
using namespace waybill::bench;
using namespace Qt::StringLiterals;

namespace {

const Secret secret("whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja");
constexpr int messages = 5'000;

void must(bool done, const char* what) {
    if (!done)
        qFatal("%s", what);
}

/// As many as it may keep were verified; the rest came from anybody.
void prepare(const QString& path, int captures) {
    auto database = Database::open(path, receiverSchema());
    must(database.has_value(), "The database does not open.");
    const qint64 now = millisecondsSinceEpoch(SystemClock().now());
    Transaction transaction(**database);
    const QString numbers =
        u"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "_s;
    const auto run = [&](const QString& statement, const QVariantList& values) {
        const auto done = (*database)->run(numbers + statement, QVariantList{captures} + values);
        must(done.has_value(), done ? "" : qPrintable(done.error().details));
    };
    if (captures > 0) {
        run(u"INSERT INTO captures (received_at, method, target, headers, body, verdict, answer_status, event_id, "
            "event_type, delivery_id, seen_before, verified, number) SELECT ?, 'POST', '/in/', '[]', ?, 0, 200, "
            "hex(randomblob(12)), 'rating.created', 'whd_' || hex(randomblob(12)), 0, n % 2, n / 2 FROM numbers"_s,
            {now, body.first(256)});
        run(u"INSERT INTO seen (digest, at) SELECT randomblob(32), ? FROM numbers"_s, {now});
    }
    must(transaction.commit().has_value(), "The captures are not stored.");
    must((*database)->run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s).has_value(), "The captures are not written.");
}

/// Receives until it is ended; prints its address. A process of its own.
int receive(const QString& path) {
    SessionVault vault;
    const SystemClock clock;
    SystemRandom random;
    Receiver receiver(path, vault, clock, random);
    receiver.useSecrets(u"sandbox/whe_1"_s, {secret, {}, {}});
    QObject::connect(&receiver, &Receiver::failed, [](const Error& error) { qFatal("%s", qPrintable(error.message)); });
    QObject::connect(&receiver, &Receiver::listening,
                     [](const QUrl& url) { QTextStream(stdout) << url.toString() << Qt::endl; });
    receiver.start(0);
    return QCoreApplication::exec();
}

/// wrk's script: signed now, so good for five minutes.
QByteArray script(const QString& path) {
    QByteArray lines = "local messages = {\n";
    const qint64 now = secondsSinceEpoch(SystemClock().now());
    const std::vector<Signer> signers = signersOf({secret});
    for (int i = 0; i < messages; ++i) {
        const QByteArray id = "event_" + QByteArray::number(now) + '_' + QByteArray::number(i);
        const QByteArray start = "{\"id\":\"" + id + "\",\"data\":\"";
        const QByteArray message = start + QByteArray(body.size() - start.size() - 2, 'x') + "\"}";
        lines += "{'" + message + "','" + signatureHeader(message, now, signers) + "','" + id + "'},\n";
    }
    return lines +
           "}\nlocal at = 0\nfunction request()\n  at = at % #messages + 1\n  local m = messages[at]\n"
           "  return wrk.format('POST', '" +
           path.toLatin1() +
           "', {['Content-Type'] = 'application/json', ['Autousers-Signature'] = m[2], ['Autousers-Event-Id'] = m[3], "
           "['Autousers-Event-Type'] = 'rating.created', ['Autousers-Delivery-Id'] = 'whd_' .. at}, m[1])\nend\n";
}

Measure measureReceiver(const QString& path, const QString& folder, int seconds) {
    QProcess receiving;
    receiving.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    receiving.start(QCoreApplication::applicationFilePath(), {u"--receive"_s, path});
    must(receiving.waitForReadyRead(60'000), "The receiver does not start.");
    const QUrl url(QString::fromLatin1(receiving.readLine().trimmed()));
    const QString file = folder + u"/signed.lua"_s;
    write(file, script(url.path()));
    const Measure measure = runWrk(file, url, seconds);
    receiving.terminate();
    receiving.waitForFinished();
    return measure;
}

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_NO_THREADED_GLIB", "1"); // as Waybill does
    const QCoreApplication qt(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption captures(u"captures"_s, u"Behind it, with commas between."_s, u"list"_s,
                                      u"0,10000,1000000"_s);
    const QCommandLineOption seconds(u"seconds"_s, u"Of one measure."_s, u"n"_s, u"5"_s);
    const QCommandLineOption rounds(u"rounds"_s, u"Each with every measure."_s, u"n"_s, u"3"_s);
    const QCommandLineOption json(u"json"_s, u"One object a line."_s);
    const QCommandLineOption inner(u"receive"_s, u"Receives on this database."_s, u"path"_s);
    parser.addOptions({captures, seconds, rounds, json, inner});
    parser.addHelpOption();
    parser.process(qt);
    if (parser.isSet(inner))
        return receive(parser.value(inner));

    const test::TestCertificate certificate = certificateOfNginx();
    const Nginx nginx(certificate);
    const QTemporaryDir folder;
    struct Subject {
        int captures = 0;
        QList<double> perSecond;
        QList<double> shareOfNginx;
        QList<double> shareOfFirst;
        int failed = 0;
    };
    QList<Subject> subjects;
    const QStringList counts = parser.value(captures).split(u',');
    for (const QString& count : counts)
        subjects.append({count.toInt(), {}, {}, {}, 0});
    for (int round = 0; round < parser.value(rounds).toInt(); ++round) {
        const Measure beside = measureWrk(nginx, false, 2);
        for (Subject& subject : subjects) {
            const QString path = folder.filePath(u"%1.sqlite"_s.arg(QUuid::createUuid().toString(QUuid::Id128)));
            prepare(path, subject.captures);
            const Measure measure = measureReceiver(path, folder.path(), parser.value(seconds).toInt());
            subject.perSecond += measure.postsPerSecond;
            subject.shareOfNginx += measure.postsPerSecond / beside.postsPerSecond;
            subject.shareOfFirst += measure.postsPerSecond / subjects.constFirst().perSecond.constLast();
            subject.failed += measure.failed;
            for (const char* suffix : {"", "-wal", "-shm"})
                QFile::remove(path + QString::fromLatin1(suffix));
        }
    }
    QTextStream out(stdout);
    bool isComplete = true;
    for (const Subject& subject : std::as_const(subjects)) {
        isComplete = isComplete && subject.failed == 0;
        if (parser.isSet(json))
            out << QJsonDocument(QJsonObject{{u"captures"_s, subject.captures},
                                             {u"messages_per_second"_s, qRound(median(subject.perSecond))},
                                             {u"share_of_nginx"_s, median(subject.shareOfNginx)},
                                             {u"share_of_first"_s, median(subject.shareOfFirst)},
                                             {u"complete"_s, subject.failed == 0}})
                       .toJson(QJsonDocument::Compact)
                << '\n';
        else
            out << u"%1 captures  %2 messages/s  %3 % of nginx  %4 % of the first%5\n"_s.arg(subject.captures, 8)
                       .arg(qRound(median(subject.perSecond)), 6)
                       .arg(median(subject.shareOfNginx) * 100, 5, 'f', 1)
                       .arg(qRound(median(subject.shareOfFirst) * 100), 4)
                       .arg(subject.failed == 0 ? u""_s : u"  INCOMPLETE"_s);
    }
    return isComplete ? 0 : 1;
}
