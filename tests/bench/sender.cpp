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
#include "bench/nginx.h"
#include "http/httpsender.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextStream>

using namespace waybill;
using namespace waybill::bench;
using namespace Qt::StringLiterals;

namespace {

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

    const test::TestCertificate certificate = certificateOfNginx();
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
