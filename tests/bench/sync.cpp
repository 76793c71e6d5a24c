// SPDX-License-Identifier: MIT
// How the copy of a large account comes about while much goes wrong, measured from inside.
//
//     cmake --preset bench && cmake --build --preset bench --target sync
//     build/bench/tests/bench/sync                            # needs Python 3; some minutes
//     build/bench/tests/bench/sync --limit 600 --order oldest --json
//
// The stand-in for the real account (tests/standin) has 100,000 deliveries and 20,000 events. While they are read over
// HTTP, rows come up and are settled, and 2 % of the answers fail in every way that the stand-in knows. When all that
// it held at first is read, the account comes to rest, and the sync may look until the copy is equal (two minutes at
// most). While it reads, a line every ten seconds says how far it is; where it takes three times what the arithmetic
// says (a page a request, a third of the limit) and two minutes, the measure ends and says so. A timer of 1 ms notes
// the gaps between the turns of the event loop; what a turn waited for a processor is told apart (from /proc, so on
// Linux only). With
// --json: one object in one line. Ends with 1 where the copy is not equal, more than a third of the limit was used in
// some minute, or a gap of Waybill's own is over 50 ms.
#include "account/accountclient.h"
#include "history/historysync.h"
#include "http/httptransport.h"
#include "support/copydigest.h"
#include "support/standin.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QMap>
#include <QTemporaryDir>
#include <QTextStream>
#include <QTimer>

#include <algorithm>
#include <ctime>
#include <utility>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

constexpr double bar = 50; ///< Milliseconds.
constexpr int betweenChanges = 250;
constexpr int betweenProgress = 10'000;
constexpr qint64 longestRest = 120'000;
constexpr int pageRows = 100;

/// The longest gap between two turns of the event loop that it lives in.
class Watch final : public QObject {
public:
    Watch() : schedule_(u"/proc/thread-self/schedstat"_s, this), timer_(this) {
        schedule_.open(QIODevice::ReadOnly | QIODevice::Unbuffered);
        timer_.setTimerType(Qt::PreciseTimer);
        timer_.setInterval(1);
        connect(&timer_, &QTimer::timeout, this, [this] {
            const double waited = waitedUntilNow();
            const double passed = double(passed_.nsecsElapsed()) / 1e6;
            longest_ = std::max(longest_, passed);
            longestOwn_ = std::max(longestOwn_, passed - (waited - waited_));
            waited_ = waited;
            passed_.start();
        });
    }
    void start() {
        waited_ = waitedUntilNow();
        passed_.start();
        timer_.start();
    }
    void stop() { timer_.stop(); }
    double longest() const { return longest_; }
    double longestOwn() const { return longestOwn_; }

private:
    double waitedUntilNow() {
        schedule_.seek(0);
        return schedule_.readLine().split(' ').value(1).toDouble() / 1e6;
    }
    QFile schedule_;
    QTimer timer_;
    QElapsedTimer passed_;
    double waited_ = 0;
    double longest_ = 0;
    double longestOwn_ = 0;
};

/// What the event that took most of the processor was, and how long it took; without what came in a nested loop.
class TimedApplication final : public QCoreApplication {
public:
    using QCoreApplication::QCoreApplication;
    bool notify(QObject* receiver, QEvent* event) override {
        const QByteArray name = receiver->metaObject()->className();
        const int type = event->type();
        const double nestedBefore = std::exchange(nested_, 0);
        const int stopsBefore = stops_;
        const double began = worked();
        const bool isTaken = QCoreApplication::notify(receiver, event);
        const double took = worked() - began;
        if (const double own = took - nested_; own > longest_ && stops_ == stopsBefore && isMeasuring_) {
            longest_ = own;
            what_ = u"%1, event %2"_s.arg(QString::fromLatin1(name)).arg(type);
        }
        nested_ = nestedBefore + took;
        return isTaken;
    }
    void measure(bool on) {
        isMeasuring_ = on;
        ++stops_;
    }
    double longest() const { return longest_; }
    QString what() const { return what_; }

private:
    static double worked() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
    }
    bool isMeasuring_ = false;
    int stops_ = 0;
    double nested_ = 0;
    double longest_ = 0;
    QString what_;
};

/// What is asked of the account, by its kind.
class CountingTransport final : public Transport {
public:
    explicit CountingTransport(const QUrl& baseUrl) : transport_(baseUrl) {}
    RequestHandle send(const HttpRequest& request, QObject* context, Done<HttpResponse> done) override {
        ++sent_;
        ++kinds_[kindOf(request.target)];
        return transport_.send(request, context, std::move(done));
    }
    int sent() const { return sent_; }
    QJsonObject kinds() const {
        QJsonObject counts;
        for (auto kind = kinds_.cbegin(); kind != kinds_.cend(); ++kind)
            counts.insert(kind.key(), kind.value());
        return counts;
    }

private:
    static QString kindOf(const QByteArray& target) {
        const bool goesOn = target.contains("starting_after");
        if (target.startsWith("/events"))
            return goesOn ? u"events_further"_s : u"events_first"_s;
        if (target.contains("status=pending"))
            return u"still_pending"_s;
        if (target.contains("/deliveries?"))
            return goesOn ? u"deliveries_further"_s : u"deliveries_first"_s;
        return target.contains("/deliveries/") ? u"single_deliveries"_s : u"endpoints"_s;
    }
    HttpTransport transport_;
    int sent_ = 0;
    QMap<QString, int> kinds_;
};

int mostMemory() {
    QFile status(u"/proc/self/status"_s);
    status.open(QIODevice::ReadOnly);
    const QByteArrayList lines = status.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith("VmHWM:"))
            return line.simplified().split(' ').value(1).toInt() / 1024;
    }
    return 0;
}

/// The account at work while it is read: rows come up, and are settled when they have been there for a moment.
class Changes final : public QObject {
public:
    explicit Changes(test::StandIn& standIn) : standIn_(standIn), timer_(this) {
        connect(&timer_, &QTimer::timeout, this, &Changes::change);
        timer_.start(betweenChanges);
    }
    void stop() { timer_.stop(); }
    int inserted() const { return inserted_; }
    int settled() const { return settled_; }

private:
    void change() {
        if (std::exchange(isChanging_, true)) // The control is asked in a nested event loop.
            return;
        const QJsonObject made = standIn_.control("POST", u"/insert"_s, {{u"deliveries"_s, 4}, {u"events"_s, 2}});
        const QJsonArray ids = made.value(u"delivery_ids"_s).toArray();
        inserted_ += int(ids.size());
        if (waiting_.size() >= 4) {
            const QJsonArray settled = waiting_.takeFirst();
            standIn_.control("POST", u"/settle"_s,
                             {{u"delivery_ids"_s, settled}, {u"response_status"_s, settled_ % 3 == 0 ? 503 : 200}});
            settled_ += int(settled.size());
        }
        waiting_.append(ids);
        isChanging_ = false;
    }

    test::StandIn& standIn_;
    QTimer timer_;
    QList<QJsonArray> waiting_;
    bool isChanging_ = false;
    int inserted_ = 0;
    int settled_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    TimedApplication qt(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption deliveries(u"deliveries"_s, u"In the account."_s, u"n"_s, u"100000"_s);
    const QCommandLineOption events(u"events"_s, u"In the account."_s, u"n"_s, u"20000"_s);
    const QCommandLineOption limit(u"limit"_s, u"Requests that the account takes in a minute."_s, u"n"_s, u"6000"_s);
    const QCommandLineOption order(u"order"_s, u"Of the account's lists."_s, u"newest|oldest"_s, u"newest"_s);
    const QCommandLineOption share(u"failing"_s, u"Share of the answers."_s, u"share"_s, u"0.02"_s);
    const QCommandLineOption seed(u"seed"_s, u"Of all chance."_s, u"n"_s, u"1"_s);
    const QCommandLineOption json(u"json"_s, u"One object in one line."_s);
    parser.addOptions({deliveries, events, limit, order, share, seed, json});
    parser.addHelpOption();
    parser.process(qt);
    const auto number = [&parser](const QCommandLineOption& option) { return parser.value(option).toInt(); };

    test::StandIn standIn(
        {u"--limit"_s, parser.value(limit), u"--order"_s, parser.value(order), u"--seed"_s, parser.value(seed)});
    for (int left = number(deliveries), isFirst = 1; left > 0 || isFirst != 0; left -= 20'000, isFirst = 0) {
        standIn.control("POST", u"/seed"_s,
                        {{u"endpoints"_s, isFirst * 8},
                         {u"deliveries"_s, std::min(left, 20'000)},
                         {u"events"_s, isFirst * number(events)},
                         {u"event_days"_s, 80},
                         {u"statuses"_s, QJsonObject{{u"delivered"_s, 94}, {u"failed"_s, 5}, {u"pending"_s, 1}}},
                         {u"seed"_s, number(seed) + left}});
    }
    standIn.misbehave(
        {{u"what"_s,
          QJsonArray{u"revoked_key"_s,  u"plan"_s,           u"missing_scope"_s, u"role"_s,      u"beta_flag"_s,
                     u"rate_limited"_s, u"quota"_s,          u"server_error"_s,  u"html_200"_s,  u"bad_gateway_html"_s,
                     u"not_json_200"_s, u"empty_200"_s,      u"lost_answer"_s,   u"oversized"_s, u"truncated_json"_s,
                     u"cut_mid_body"_s, u"reset_mid_body"_s, u"drip"_s,          u"closed"_s,    u"redirect"_s}},
         {u"probability"_s, parser.value(share).toDouble()},
         {u"seed"_s, number(seed)},
         {u"bytes"_s, 2048},
         {u"every_ms"_s, 10}});

    const QTemporaryDir folder;
    const QString path = folder.filePath(u"history.sqlite"_s);
    const SystemClock clock;
    SystemRandom random;
    CountingTransport transport(QUrl(standIn.baseUrl()));
    AccountClient client(transport, Secret(standIn.key()), clock, random);
    History history(path, clock);
    HistorySync sync(client, history, clock);
    QTextStream progress(stderr);

    const auto asks = [&](const QString& what) {
        const QJsonObject said = standIn.control("GET", u"/truth/%1?rows=0"_s.arg(what));
        return test::CopyDigest{said.value(u"count"_s).toInt(), said.value(u"sha256"_s).toString().toLatin1()};
    };
    int looks = 0;
    int failedLooks = 0;
    const Instant began = clock.now();
    bool isRead = false;
    bool isEqual = false;
    QElapsedTimer passed;
    qint64 readAfter = 0;
    qint64 equalAfter = 0;
    Watch watch;
    Changes changes(standIn);
    QEventLoop loop;
    const auto compare = [&] {
        const qint64 now = passed.elapsed();
        watch.stop(); // What follows is the measure's own.
        qt.measure(false);
        isEqual = test::deliveriesOfCopy(path) == asks(u"deliveries"_s) &&
                  test::eventsOfCopy(path) == asks(u"events"_s) && test::endpointsOfCopy(path) == asks(u"endpoints"_s);
        watch.start();
        qt.measure(true);
        equalAfter = now;
        if (isEqual || now - readAfter > longestRest)
            loop.quit();
        else
            sync.nudge();
    };
    QObject::connect(&sync, &HistorySync::failed, &qt, [&] { ++failedLooks; });
    QObject::connect(&sync, &HistorySync::finished, &qt, [&] {
        ++looks;
        if (isRead) {
            compare();
            return;
        }
        history.readWalks(&loop, [&](const Result<QList<Walk>>& walks) {
            const auto leadsToNew = [&](const Walk& walk) { return walk.goesForward && walk.at > began; };
            if (isRead || !walks || !std::ranges::all_of(*walks, leadsToNew))
                return;
            isRead = true;
            readAfter = passed.elapsed();
            changes.stop();
            standIn.behave();
            sync.nudge();
        });
    });
    const auto arithmetic = [&] {
        const int pages = (number(deliveries) + number(events) + changes.inserted() * 3 / 2) / pageRows;
        return qint64(pages) * 60'000 / std::max(number(limit) / 3, 1);
    };
    QTimer progressTimer;
    QObject::connect(&progressTimer, &QTimer::timeout, &loop, [&] {
        history.readCounts(&loop, [&](const Result<HistoryCounts>& counts) {
            progress << passed.elapsed() / 1000 << " s: " << (isRead ? "read, compares; " : "reads; ")
                     << (counts ? counts->deliveries : 0) << " deliveries, " << transport.sent() << " requests, "
                     << looks << " looks, " << failedLooks << " failed" << Qt::endl;
        });
        if (!isRead && passed.elapsed() > arithmetic() * 3 + longestRest) {
            progress << "Not read after " << passed.elapsed() / 1000 << " s; the arithmetic says "
                     << arithmetic() / 1000 << " s." << Qt::endl;
            readAfter = equalAfter = passed.elapsed();
            loop.quit();
        }
    });
    progressTimer.start(betweenProgress);
    passed.start();
    watch.start();
    qt.measure(true);
    sync.start();
    loop.exec();
    watch.stop();
    qt.measure(false);
    progressTimer.stop();
    changes.stop();
    if (isRead && !isEqual)
        progress << "Read, but not equal to the account " << longestRest / 1000 << " s later." << Qt::endl;

    const QJsonObject minutes = standIn.control("GET", u"/minutes"_s);
    const int most = minutes.value(u"most_in_60_s"_s).toInt();
    const QJsonArray ledger = standIn.control("GET", u"/requests"_s).value(u"data"_s).toArray();
    const auto spoiled = std::ranges::count_if(
        ledger, [](const QJsonValue& row) { return !row.toObject().value(u"mischief"_s).toArray().isEmpty(); });
    QJsonObject result{
        {u"order"_s, parser.value(order)},
        {u"limit"_s, number(limit)},
        {u"deliveries"_s, test::deliveriesOfCopy(path).count},
        {u"events"_s, test::eventsOfCopy(path).count},
        {u"inserted"_s, changes.inserted()},
        {u"settled"_s, changes.settled()},
        {u"arithmetic_s"_s, double(arithmetic()) / 1000},
        {u"read_s"_s, double(readAfter) / 1000},
        {u"equal_s"_s, double(equalAfter) / 1000},
        {u"equal"_s, isEqual},
        {u"requests"_s, ledger.size()},
        {u"failed_answers"_s, qint64(spoiled)},
        {u"looks"_s, looks},
        {u"failed_looks"_s, failedLooks},
        {u"most_in_a_minute"_s, most},
        {u"third_of_limit"_s, number(limit) / 3},
        {u"refused"_s, minutes.value(u"refused"_s).toInt()},
        {u"memory_mb"_s, mostMemory()},
        {u"longest_gap_ms"_s, watch.longest()},
        {u"longest_own_gap_ms"_s, watch.longestOwn()},
        {u"longest_event_ms"_s, qt.longest()},
        {u"longest_event"_s, qt.what()},
    };
    const QJsonObject kinds = transport.kinds();
    for (auto kind = kinds.begin(); kind != kinds.end(); ++kind)
        result.insert(u"asked_"_s + kind.key(), kind.value());
    QTextStream out(stdout);
    if (parser.isSet(json)) {
        out << QJsonDocument(result).toJson(QJsonDocument::Compact) << Qt::endl;
    } else {
        const QStringList names = result.keys();
        for (const QString& name : names)
            out << name.leftJustified(26) << result.value(name).toVariant().toString() << Qt::endl;
    }
    return isEqual && most <= number(limit) / 3 && watch.longestOwn() <= bar ? 0 : 1;
}
