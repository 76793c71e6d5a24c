// SPDX-License-Identifier: MIT
// How long the window keeps somebody waiting while a receiver hangs, measured from inside.
//
//     cmake --preset bench && cmake --build --preset bench --target responsiveness
//     build/bench/tests/bench/responsiveness                 # without a display
//     QT_QPA_PLATFORM=xcb xvfb-run build/bench/tests/bench/responsiveness
//
// The whole program in a folder of its own: an endpoint on this computer takes every message and never answers, another
// is the built-in receiver. For 10 seconds the window is used without a pause while a timer of 1 ms notes the time
// between the turns of the event loop: with a short log, with one of 20,000 deliveries, and with that read to its end.
// On a busy machine a turn may also wait for a processor: that part is told apart (from /proc, so on Linux only). Some
// machines also stop a thread without saying so: an idle event loop beside it shows how long. Ends with 1 where a gap
// of Waybill's own is over 50 ms.
#include "application.h"
#include "contract/eventcatalogue.h"
#include "models/endpointlistmodel.h"
#include "places/deliverytable.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCommandLineParser>
#include <QFile>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMouseEvent>
#include <QSettings>
#include <QStatusBar>
#include <QTabBar>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTextStream>
#include <QThread>
#include <QWheelEvent>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

constexpr double bar = 50; ///< Milliseconds.
constexpr int betweenActs = 40;
constexpr int betweenHangingTests = 50; ///< Acts.
constexpr int manyAtOnce = 300;         ///< Deliveries.

double inMilliseconds(timespec time) {
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

double clockNow(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return inMilliseconds(time);
}

/// What this thread did since it began, in milliseconds.
struct Spent {
    double passed = clockNow(CLOCK_MONOTONIC);
    double worked = clockNow(CLOCK_THREAD_CPUTIME_ID);
    double waited = 0; ///< Ready to run, without a processor.
};

struct Gap {
    double passed = 0;
    double worked = 0;
    double waited = 0;
    QString doing;
    double own() const { return passed - waited; }
};

/// Notes every gap between two turns of the event loop that it lives in, and what was done in it.
class Watch final : public QObject {
    Q_OBJECT
public:
    Watch() : schedule_(u"/proc/thread-self/schedstat"_s, this), timer_(this) {
        timer_.setTimerType(Qt::PreciseTimer);
        timer_.setInterval(1);
        connect(&timer_, &QTimer::timeout, this, &Watch::turn);
    }
    void start() {
        schedule_.open(QIODevice::ReadOnly | QIODevice::Unbuffered); // This thread's, whichever it is.
        gaps_.clear();
        doing_.clear();
        last_ = look();
        timer_.start();
    }
    void stop() {
        timer_.stop();
        schedule_.close();
    }
    void note(const QString& doing) { doing_ += doing; }
    std::vector<Gap> gaps() const { return gaps_; }

private:
    Spent look() {
        Spent spent;
        schedule_.seek(0);
        spent.waited = schedule_.readLine().split(' ').value(1).toDouble() / 1e6;
        return spent;
    }
    void turn() {
        const Spent now = look();
        const bool isQuiet = doing_.isEmpty();
        if (!isQuiet)
            before_ = doing_.last();
        gaps_.push_back({now.passed - last_.passed, now.worked - last_.worked, now.waited - last_.waited,
                         isQuiet ? u"after: "_s + before_ : doing_.join(u" + ")});
        doing_.clear();
        last_ = now;
    }

    QFile schedule_;
    QTimer timer_;
    Spent last_;
    std::vector<Gap> gaps_;
    QStringList doing_;
    QString before_;
};

/// A mouse and a keyboard for the real window.
class Hand {
public:
    explicit Hand(Application& application) : application_(application) {}

    template <typename T>
    T* find(const QString& name) const {
        const QWidget* dialog = QApplication::activeModalWidget();
        T* found = dialog ? dialog->findChild<T*>(name) : nullptr;
        if (!found)
            found = application_.window().findChild<T*>(name);
        if (!found)
            qFatal("There is no %s in the window", qPrintable(name));
        return found;
    }
    void press(const QString& name) const {
        auto* button = find<QAbstractButton>(name);
        click(button, button->rect().center());
    }
    bool canPress(const QString& name) const {
        const QWidget* dialog = QApplication::activeModalWidget();
        const QWidget* front = dialog ? dialog : &application_.window();
        const auto* button = front->findChild<QAbstractButton*>(name);
        return button && button->isVisible() && button->isEnabled();
    }
    void type(const QString& name, const QString& text) const {
        auto* field = find<QLineEdit>(name);
        field->setFocus();
        field->selectAll();
        for (const QChar character : text)
            key(field, Qt::Key_unknown, QString(character));
        if (text.isEmpty())
            key(field, Qt::Key_Delete);
    }
    static void key(QWidget* widget, int key, const QString& text = {}, Qt::KeyboardModifiers held = {}) {
        for (const auto kind : {QEvent::KeyPress, QEvent::KeyRelease}) {
            QKeyEvent event(kind, key, held, text);
            QApplication::sendEvent(widget, &event);
        }
    }
    static void click(QWidget* widget, QPoint at) {
        for (const auto kind : {QEvent::MouseButtonPress, QEvent::MouseButtonRelease}) {
            const Qt::MouseButtons held = kind == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton;
            QMouseEvent event(kind, at, widget->mapToGlobal(at), Qt::LeftButton, held, Qt::NoModifier);
            QApplication::sendEvent(widget, &event);
        }
    }
    static void turnWheel(QAbstractScrollArea* area, int angle) {
        const QPointF at = area->viewport()->rect().center();
        QWheelEvent event(at, area->viewport()->mapToGlobal(at), {}, {0, angle}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(area->viewport(), &event);
    }
    void openTab(const QString& tabs, int tab) const {
        auto* strip = find<QTabBar>(tabs);
        if (strip->isVisible())
            click(strip, strip->tabRect(tab % strip->count()).center());
    }
    void chooseInMenu(const QString& button, const QString& action) const {
        const auto actions = find<QWidget>(button)->findChildren<QAction*>();
        for (QAction* one : actions) {
            if (one->objectName() == action)
                one->trigger();
        }
    }
    void chooseEndpoint(int row) const {
        auto* list = find<QListView>(u"endpointList"_s);
        click(list->viewport(), list->visualRect(list->model()->index(row, 0)).center());
    }

private:
    Application& application_;
};

void waitFor(const char* what, const std::function<bool()>& isDone) {
    const double until = clockNow(CLOCK_MONOTONIC) + 60'000;
    while (!isDone()) {
        if (clockNow(CLOCK_MONOTONIC) > until)
            qFatal("Waited in vain for: %s", what);
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
    }
}

struct Act {
    QString name;
    std::function<void()> act;
};

class Session final : public QObject {
public:
    Session(Application& application, Services& services)
        : application_(application)
        , services_(services)
        , log_(services.dataFile(u"history.sqlite"_s), services.clock())
        , hand_(application) {}

    void createEndpoint(const QString& opener, const QUrl& address, const QString& name) {
        const auto canPress = [this](const char16_t* button) {
            return [this, button] { return hand_.canPress(QString::fromUtf16(button)); };
        };
        waitFor("the button for a new endpoint", [&] { return hand_.canPress(opener); });
        hand_.press(opener);
        waitFor("the dialog", canPress(u"builtInReceiver"));
        if (address.isEmpty())
            hand_.press(u"builtInReceiver"_s);
        else
            hand_.type(u"url"_s, address.toString());
        hand_.type(u"name"_s, name);
        waitFor("the endpoint's fields", canPress(u"submit"));
        hand_.press(u"submit"_s);
        waitFor("the secret", canPress(u"copySecret"));
        hand_.press(u"copySecret"_s);
        waitFor("the end of the dialog", canPress(u"done"));
        hand_.press(u"done"_s);
        waitFor("the new endpoint", canPress(u"sendTestEvent"));
    }

    /// Fills the log as the sync does, with so many settled deliveries of the endpoints that are there.
    void fillLog(int rows) {
        const Instant begun = services_.clock().now();
        int stored = 0;
        for (int first = 0; first < rows; first += 500) {
            const int count = std::min(500, rows - first);
            put(first, count, begun - seconds(60 + 10 * first), seconds(10), [&stored, count] { stored += count; });
        }
        waitFor("the log to be filled", [&] { return stored == rows; });
        application_.window().deliveries().refresh();
        application_.window().endpoints().refresh();
    }

    /// As somebody does who keeps Ctrl+End pressed.
    void readToTheEnd(int rows) {
        hand_.press(u"placeDeliveries"_s);
        waitFor("the end of the log", [this, rows] {
            Hand::key(table(), Qt::Key_End, {}, Qt::ControlModifier);
            return table()->model()->rowCount() >= rows;
        });
    }

    std::vector<Gap> use(int seconds) {
        const std::vector<Act> acts = plan();
        acts_ = 0;
        mostRows_ = 0;
        Watch watch;
        QEventLoop loop;
        QTimer hand;
        connect(&hand, &QTimer::timeout, this, [&] {
            const Act act = acts_ % betweenHangingTests == 0 ? hangingTest() : acts[acts_ % acts.size()];
            ++acts_;
            watch.note(act.name);
            act.act();
            mostRows_ = std::max(mostRows_, table()->model()->rowCount());
        });
        QTimer::singleShot(seconds * 1000, &loop, &QEventLoop::quit);
        QThread beside;
        Watch idle; // In a loop of its own with nothing to do: what the machine does to any.
        idle.moveToThread(&beside);
        beside.start();
        QMetaObject::invokeMethod(&idle, &Watch::start, Qt::BlockingQueuedConnection);
        watch.start();
        hand.start(betweenActs);
        loop.exec();
        hand.stop();
        watch.stop();
        QMetaObject::invokeMethod(&idle, &Watch::stop, Qt::BlockingQueuedConnection);
        beside.quit();
        beside.wait();
        idleGaps_ = idle.gaps();
        while (QWidget* dialog = QApplication::activeModalWidget())
            dialog->close();
        return watch.gaps();
    }
    std::vector<Gap> idleGaps() const { return idleGaps_; }
    QString facts() const {
        return u"%1 acts, up to %2 rows in the table, %3 deliveries in the log"_s.arg(acts_).arg(mostRows_).arg(
            hand_.find<QWidget>(u"placeDeliveries"_s)->accessibleDescription());
    }

private:
    /// Deliveries with the numbers from `first` on: that one at `newest`, each of the others so much before.
    void put(int first, int count, Instant newest, std::chrono::milliseconds apart, std::function<void()> done) {
        const auto* model = hand_.find<QListView>(u"endpointList"_s)->model();
        const auto& types = eventCatalogue();
        QList<Delivery> deliveries;
        QList<Event> events;
        for (int i = first; i < first + count; ++i) {
            Delivery delivery;
            delivery.id = u"delivery_bench_%1"_s.arg(i, 6, 10, QChar(u'0'));
            delivery.eventId = u"event_bench_%1"_s.arg(i / 2, 6, 10, QChar(u'0'));
            delivery.endpointId = model->index(i % 2, 0).data(EndpointListModel::IdRole).toString();
            delivery.status = i % 7 == 3 ? DeliveryStatus::Failed : DeliveryStatus::Delivered;
            delivery.createdAt = delivery.scheduledFor = newest - (i - first) * apart;
            delivery.responseStatus = i % 7 == 3 ? 500 : 200;
            delivery.responseMs = 20 + i % 400;
            delivery.responseBody = u"{\"received\": true, \"note\": \"Row %1 of the log\"}"_s.arg(i);
            if (delivery.status == DeliveryStatus::Delivered)
                delivery.deliveredAt = delivery.createdAt;
            deliveries += delivery;
            if (i % 2 == 1)
                continue;
            Event event;
            event.id = delivery.eventId;
            event.type = QString::fromLatin1(types[std::size_t(i / 2) % std::size(types)].name);
            event.created = secondsSinceEpoch(*delivery.createdAt);
            event.body =
                "{'id': '" + event.id.toLatin1() + "', 'data': {'object': {'name': '" + QByteArray(700, 'x') + "'}}}";
            event.body.replace('\'', '"');
            events += event;
        }
        log_.putEvents(events, this, [](const Result<int>&) {});
        log_.putDeliveries(deliveries, this, [done = std::move(done)](const Result<int>& stored) {
            if (!stored)
                qFatal("The log could not be filled: %s", qPrintable(stored.error().message));
            done();
        });
    }
    void manyArrive() {
        put(numbered_, manyAtOnce, services_.clock().now(), std::chrono::milliseconds(1),
            [this] { application_.window().deliveries().refresh(); });
        numbered_ += manyAtOnce;
    }
    DeliveryTable* table() const { return hand_.find<DeliveryTable>(u"deliveriesTable"_s); }
    Act hangingTest() {
        return {u"send a test to the receiver that hangs"_s, [this] { sendTest(0); }};
    }
    void sendTest(int endpoint) {
        const auto before = application_.window().place();
        hand_.press(u"placeEndpoints"_s);
        hand_.chooseEndpoint(endpoint);
        if (hand_.canPress(u"sendTestEvent"_s))
            hand_.press(u"sendTestEvent"_s);
        if (before == MainWindow::Place::Deliveries)
            hand_.press(u"placeDeliveries"_s);
    }
    void resize(int width, int height) { application_.window().resize(width, height); }

    std::vector<Act> plan() {
        std::vector<Act> acts;
        const auto add = [&acts](const QString& name, std::function<void()> act) {
            acts.push_back({name, std::move(act)});
        };
        const auto addTimes = [&add](int times, const QString& name, const std::function<void(int)>& act) {
            for (int i = 0; i < times; ++i)
                add(name, [act, i] { act(i); });
        };
        add(u"open Deliveries"_s, [this] { hand_.press(u"placeDeliveries"_s); });
        add(u"Ctrl+End"_s, [this] { Hand::key(table(), Qt::Key_End, {}, Qt::ControlModifier); });
        addTimes(10, u"previous row"_s, [this](int) { Hand::key(table(), Qt::Key_Up); });
        add(u"send a test to the built-in receiver"_s, [this] { sendTest(1); });
        add(u"%1 deliveries arrive at once"_s.arg(manyAtOnce), [this] { manyArrive(); });
        addTimes(4, u"page up"_s, [this](int) { Hand::key(table(), Qt::Key_PageUp); });
        add(u"refresh"_s, [this] { application_.window().deliveries().refresh(); });
        add(u"Ctrl+Home"_s, [this] { Hand::key(table(), Qt::Key_Home, {}, Qt::ControlModifier); });
        addTimes(8, u"next row"_s, [this](int) { Hand::key(table(), Qt::Key_Down); });
        addTimes(4, u"open a tab of the delivery"_s, [this](int i) { hand_.openTab(u"deliveryTabs"_s, i); });
        addTimes(6, u"turn the wheel"_s, [this](int) { Hand::turnWheel(table(), -240); });
        addTimes(6, u"Ctrl+End"_s, [this](int) { Hand::key(table(), Qt::Key_End, {}, Qt::ControlModifier); });
        addTimes(3, u"page up"_s, [this](int) { Hand::key(table(), Qt::Key_PageUp); });
        add(u"type in the filter"_s, [this] { hand_.type(u"searchDeliveries"_s, u"delivery"_s); });
        add(u"type in the filter"_s, [this] { hand_.type(u"searchDeliveries"_s, u"row 19"_s); });
        addTimes(5, u"look at what was filtered"_s, [this](int) { Hand::key(table(), Qt::Key_Down); });
        add(u"clear the filter"_s, [this] { hand_.type(u"searchDeliveries"_s, {}); });
        addTimes(5, u"look at what was filtered"_s, [this](int) { Hand::key(table(), Qt::Key_Down); });
        for (const QString& status : {u"failed"_s, u"delivered"_s, QString()}) {
            add(u"filter by status"_s, [this, status] { hand_.chooseInMenu(u"filterStatus"_s, status); });
            addTimes(3, u"next row"_s, [this](int) { Hand::key(table(), Qt::Key_Down); });
        }
        addTimes(6, u"resize at Deliveries"_s, [this](int i) { resize(1000 + 60 * i, 640 + 30 * i); });
        add(u"open Endpoints"_s, [this] { hand_.press(u"placeEndpoints"_s); });
        addTimes(4, u"choose an endpoint"_s, [this](int i) { hand_.chooseEndpoint(i % 2); });
        addTimes(6, u"open a tab of the endpoint"_s, [this](int i) { hand_.openTab(u"endpointTabs"_s, i); });
        add(u"open the first tab of the endpoint"_s, [this] { hand_.openTab(u"endpointTabs"_s, 0); });
        addTimes(6, u"resize at Endpoints"_s, [this](int i) { resize(1300 - 60 * i, 800 - 30 * i); });
        add(u"send a test to the built-in receiver"_s, [this] { sendTest(1); });
        add(u"open the dialog for an endpoint"_s, [this] { hand_.press(u"createEndpoint"_s); });
        add(u"close the dialog"_s, [this] {
            if (hand_.canPress(u"cancel"_s))
                hand_.press(u"cancel"_s);
        });
        add(u"open Deliveries"_s, [this] { hand_.press(u"placeDeliveries"_s); });
        add(u"refresh"_s, [this] { application_.window().deliveries().refresh(); });
        add(u"open Endpoints"_s, [this] { hand_.press(u"placeEndpoints"_s); });
        return acts;
    }

    Application& application_;
    Services& services_;
    History log_;              ///< A second way to the copy: what the sync would write.
    int numbered_ = 1'000'000; ///< Those that arrive meanwhile, apart from those of the long log.
    Hand hand_;
    std::size_t acts_ = 0;
    int mostRows_ = 0;
    std::vector<Gap> idleGaps_;
};

/// Prints the figures; whether the bar holds.
bool report(const QString& log, std::vector<Gap> gaps, const std::vector<Gap>& idle) {
    QTextStream out(stdout);
    out.setRealNumberNotation(QTextStream::FixedNotation);
    out.setRealNumberPrecision(1);
    const auto longest = [&gaps](auto measure) {
        std::sort(gaps.begin(), gaps.end(), [&](const Gap& a, const Gap& b) { return measure(a) > measure(b); });
    };
    const auto line = [&](const char* which, auto measure) {
        longest(measure);
        const auto over = std::count_if(gaps.begin(), gaps.end(), [&](const Gap& gap) { return measure(gap) > bar; });
        out << "  " << which << ": longest " << measure(gaps.front()) << " ms, p99.9 "
            << measure(gaps[gaps.size() / 1000]) << " ms, over 50 ms: " << int(over) << Qt::endl;
    };
    out << log << ": " << int(gaps.size()) << " turns of the event loop" << Qt::endl;
    const auto stall =
        std::max_element(idle.begin(), idle.end(), [](const Gap& a, const Gap& b) { return a.own() < b.own(); });
    line("with waiting for a processor   ", [](const Gap& gap) { return gap.passed; });
    line("without waiting for a processor", [](const Gap& gap) { return gap.own(); });
    out << "  an idle loop beside it, likewise: longest " << stall->own() << " ms" << Qt::endl;
    for (std::size_t i = 0; i < std::min<std::size_t>(5, gaps.size()); ++i) {
        const Gap& gap = gaps[i];
        out << "    " << gap.own() << " ms (worked " << gap.worked << ", waited for a processor " << gap.waited
            << "): " << gap.doing << Qt::endl;
    }
    return gaps.front().own() <= bar;
}

} // namespace

int main(int argc, char** argv) {
    umask(0077);
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr); // As in the program's own main().
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    if (qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"))
        qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    QApplication qt(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption length(u"seconds"_s, u"How long the window is used."_s, u"n"_s, u"10"_s);
    const QCommandLineOption size(u"rows"_s, u"Deliveries in the long log."_s, u"n"_s, u"20000"_s);
    parser.addOptions({length, size});
    parser.addHelpOption();
    parser.process(qt);

    QTcpServer hanging; // Takes connections and what they bring, and never answers.
    if (!hanging.listen(QHostAddress::LocalHost))
        qFatal("No port for the receiver that hangs");
    const QTemporaryDir folder;
    Services::Options options;
    options.dataFolder = folder.path();
    Services services(options);
    if (!services.takeDataFolder())
        qFatal("No folder for the data");
    Application application(qt, services,
                            std::make_unique<QSettings>(folder.filePath(u"settings.ini"_s), QSettings::IniFormat),
                            {SecretPlace::SealedFile, {}, {}});
    bool isReady = false;
    QObject::connect(&application, &Application::ready, &qt, [&isReady] { isReady = true; });
    application.show();
    waitFor("sandbox and receiver", [&] { return isReady; });

    Session session(application, services);
    session.createEndpoint(u"createFirstEndpoint"_s, QUrl(u"http://127.0.0.1:%1/hangs"_s.arg(hanging.serverPort())),
                           u"Hangs"_s);
    session.createEndpoint(u"createEndpoint"_s, {}, u"Answers"_s);
    int taken = 0;
    QObject::connect(&hanging, &QTcpServer::newConnection, &qt, [&taken] { ++taken; });
    const auto measure = [&](const QString& log) {
        taken = 0;
        const std::vector<Gap> gaps = session.use(parser.value(length).toInt());
        return report(log + u" (%1; %2 messages hang)"_s.arg(session.facts()).arg(taken), gaps, session.idleGaps());
    };
    bool holds = measure(u"Short log"_s);
    const int rows = parser.value(size).toInt();
    session.fillLog(rows);
    holds = measure(u"Long log"_s) && holds;
    session.readToTheEnd(rows);
    holds = measure(u"Long log, read to its end"_s) && holds;
    QTextStream(stdout) << (holds ? "The bar holds: no gap of Waybill's own over 50 ms."
                                  : "The bar is MISSED: a gap of Waybill's own is over 50 ms.")
                        << Qt::endl;
    return holds ? 0 : 1;
}

#include "responsiveness.moc"
