// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "clock/shiftedclock.h"
#include "contract/random.h"
#include "places/deliverytable.h"
#include "places/filterbutton.h"
#include "sandbox/timemachine.h"
#include "secrets/sessionvault.h"
#include "support/pictures.h"
#include "support/spoken.h"
#include "theme/theme.h"
#include "widgets/banner.h"
#include "widgets/commandnote.h"
#include "widgets/elidedlabel.h"
#include "window/bringingbutton.h"
#include "window/clockbutton.h"
#include "window/mainwindow.h"
#include "window/olderrows.h"
#include "words/engine.h"
#include "words/obstacles.h"

#include <QAccessible>
#include <QApplication>
#include <QContextMenuEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSplitter>
#include <QStatusBar>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const Instant start = *instantFromIso8601(u"2026-10-12T08:00:00Z"_s);

Theme& theme() {
    static Theme one(*qApp);
    return one;
}

QColor strongestColourOf(const QIcon& icon) {
    const QImage drawing = icon.pixmap(QSize(48, 48)).toImage();
    QColor strongest(Qt::transparent);
    for (int y = 0; y < drawing.height(); ++y)
        for (int x = 0; x < drawing.width(); ++x)
            if (const QColor here = drawing.pixelColor(x, y); here.alpha() > strongest.alpha())
                strongest = here;
    return strongest;
}

/// The window on a folder of its own, with nothing behind it but the copy.
struct Desk {
    QTemporaryDir folder;
    MovableClock clock{start};
    SystemRandom random;
    SessionVault vault;
    History history{folder.filePath(u"history.db"_s), clock};
    Receiver receiver{folder.filePath(u"receiver.db"_s), vault, clock, random};
    QSettings settings{folder.filePath(u"settings.ini"_s), QSettings::IniFormat};
    QObject context;
    std::unique_ptr<MainWindow> window;

    void open() {
        window =
            std::make_unique<MainWindow>(new EndpointsPlace(history, clock),
                                         new DeliveriesPlace(history, nullptr, receiver, clock), history, settings);
        window->show();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
    }
    template <typename T>
    T* find(const QString& name) {
        T* found = window->findChild<T*>(name);
        if (!found)
            qFatal("There is no %s", qPrintable(name));
        return found;
    }
    bool sees(const QString& words) {
        const auto labels = window->findChildren<QLabel*>();
        return std::any_of(labels.cbegin(), labels.cend(), [&words](const QLabel* label) {
            return label->isVisible() && label->text().contains(words);
        });
    }
    void press(const QString& name) { QTest::mouseClick(find<QAbstractButton>(name), Qt::LeftButton); }

    void fill() {
        fillEndpoints();
        fillDeliveries();
    }
    void fillEndpoints() {
        QList<Endpoint> endpoints(2);
        endpoints[0].id = u"endpoint_1"_s;
        endpoints[0].url = u"https://hooks.example.org/a"_s;
        endpoints[0].description = u"Design alerts"_s;
        endpoints[1].id = u"endpoint_2"_s;
        endpoints[1].url = u"https://ingest.example.org/b"_s;
        endpoints[1].description = u"Research"_s;
        for (int i = 0; i < 2; ++i) {
            endpoints[i].enabledEvents = {u"*"_s};
            endpoints[i].statusText = u"enabled"_s;
            endpoints[i].createdAt = start - seconds(100 - i);
        }
        history.replaceEndpoints(endpoints, &context, [](const Result<void>& written) { QVERIFY(written); });
    }
    void fillDeliveries() {
        QList<Delivery> deliveries;
        for (int i = 0; i < 4; ++i) {
            Delivery delivery;
            delivery.id = u"delivery_%1"_s.arg(i);
            delivery.eventId = u"event_%1"_s.arg(i);
            delivery.endpointId = i % 2 ? u"endpoint_2"_s : u"endpoint_1"_s;
            delivery.status = i == 3 ? DeliveryStatus::Abandoned : DeliveryStatus::Delivered;
            delivery.statusText = i == 3 ? u"abandoned"_s : u"delivered"_s;
            delivery.createdAt = delivery.scheduledFor = start - seconds(40 - i);
            delivery.responseStatus = i == 3 ? 404 : 200;
            if (i < 3)
                delivery.deliveredAt = delivery.createdAt;
            deliveries.append(delivery);
        }
        history.putDeliveries(deliveries, &context, [](const Result<int>& written) { QVERIFY(written); });
    }
};

/// A sandbox with much to do, three days from now.
class BusySandbox : public SandboxControls {
public:
    explicit BusySandbox(const Clock& clock) : clock_(clock) {}
    void readSentRequest(const QString&, QObject*, Done<SentRequest>) override {}
    void endOverlap(const QString&, QObject*, Done<void>) override {}
    EngineState engineState() const override {
        EngineState state;
        state.scheduled = 1'284;
        state.nextDue = std::max(clock_.now(), start) + std::chrono::hours(72);
        return state;
    }
    const Clock& clock() const override { return clock_; }
    TimeMachine* timeMachine() override { return nullptr; }
    void readBringing(const QString&, QObject*, Done<Bringing>) override {}
    void bring(const QString&, const BringingStep&, QObject*, Done<Bringing>) override {}
    void readBrought(const QString&, int, QObject*, Done<QList<BroughtEvent>>) override {}
    void readSources(QObject*, Done<QStringList>) override {}
    void forgetSource(const QString&, QObject*, Done<void>) override {}
    void readAuthority(const QString&, QObject*, Done<CertificateAuthority>) override {}
    void setAuthority(const QString&, const CertificateAuthority&, QObject*, Done<void>) override {}

private:
    const Clock& clock_;
};

/// Its log opens after the window.
class StartingSandbox final : public BusySandbox {
public:
    using BusySandbox::BusySandbox;
    void readSentRequest(const QString&, QObject* context, Done<SentRequest> done) override {
        const ErrorKind why = hasStarted ? ErrorKind::NotFound : ErrorKind::Storage;
        QMetaObject::invokeMethod(
            context, [done, why] { done(failure(why, u"It has no such request."_s)); }, Qt::QueuedConnection);
    }
    bool hasStarted = false;
};
} // namespace

class TestPlaces : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void iconsStandOutAfterAChangeOfColours();
    void emptyPlacesOfferTheFirstStep();
    void theFirstEndpointIsShownAndItsButtonsAsk();
    void aFailingEndpointSaysWhy();
    void aDisabledEndpointSaysWhyAndTheWayBack();
    void aRotationLeavesItsTrace();
    void aLongNameMovesNoButton();
    void aTestOfAChosenTypeIsAskedFor();
    void aTestOnItsWayKeepsTheFocus();
    void aFilterThatHidesAllCanBeCleared();
    void aFilterShowsThatItFilters();
    void theSelectedDeliveryIsExplained();
    void whatNeverArrivedIsNotCalledSent();
    void theSmallestWindowShowsEveryColumnAndSixRows();
    void severalDeliveriesAreReplayedTogether();
    void aNewRowIsChosenOnlyWhereTheFilterShowsIt();
    void afterAFilterARowIsSelected();
    void aRowIsReplayedFromItsMenu();
    void theWindowComesBackAsItWasLeft();
    void keysReachThePlaces();
    void noKeyOfTheWindowIsTakenTwice();
    void readingBackwardsIsSaidQuietlyAndCanBeStopped_data();
    void readingBackwardsIsSaidQuietlyAndCanBeStopped();
    void theStatusBarFitsTheSmallestWindow_data();
    void theStatusBarFitsTheSmallestWindow();
    void everyStateOfAnAccountCanBeRead_data();
    void everyStateOfAnAccountCanBeRead();
    void everyControlHasANameToReadOut();
    void whatIsReadOutIsPlainText();
    void whatCannotBeReadYetIsNotCalledLost();
    void noRowsMeanNothingWhileTheLogIsBeingRead();
};

void TestPlaces::initTestCase() {
    theme().setMode(Theme::Mode::Light);
}

void TestPlaces::iconsStandOutAfterAChangeOfColours() {
    Desk desk;
    desk.fill();
    desk.open();
    QTRY_COMPARE(desk.window->endpoints().selectedId(), u"endpoint_1"_s);
    desk.press(u"placeDeliveries"_s);
    QTRY_VERIFY(desk.find<QPushButton>(u"replay"_s)->isEnabled());
    for (const Theme::Mode mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
        for (const QString& place : {u"placeEndpoints"_s, u"placeDeliveries"_s}) {
            desk.press(place);
            theme().setMode(mode);
            QCoreApplication::processEvents();
            int seen = 0;
            for (const auto* button : desk.window->findChildren<QPushButton*>()) {
                if (button->icon().isNull() || !button->isEnabled() || !button->isVisible())
                    continue;
                const bool isPrimary = button->property("waybillButton") == u"primary"_s;
                const QColor ground = isPrimary ? theme().tokens().accent : theme().tokens().surface;
                const double found = contrast(strongestColourOf(button->icon()), ground);
                QVERIFY2(found >= 3, qPrintable(button->objectName() + u' ' + QString::number(found)));
                seen += isPrimary ? 1 : 0;
            }
            QVERIFY(seen > 0);
        }
    }
}

void TestPlaces::emptyPlacesOfferTheFirstStep() {
    Desk desk;
    desk.open();
    const QSignalSpy create(&desk.window->endpoints(), &EndpointsPlace::createRequested);
    QTRY_VERIFY(desk.find<QPushButton>(u"createFirstEndpoint"_s)->isVisible());
    desk.press(u"createFirstEndpoint"_s);
    QCOMPARE(create.count(), 1);
    const QSignalSpy test(&desk.window->deliveries(), &DeliveriesPlace::testRequested);
    desk.press(u"placeDeliveries"_s);
    QTRY_VERIFY(desk.find<QPushButton>(u"sendFirstTest"_s)->isVisible());
    QVERIFY(!desk.find<QPushButton>(u"replay"_s)->isEnabled());
    QCOMPARE(desk.find<QPushButton>(u"sendFirstTest"_s)->text(), u"Create endpoint"_s); // There is none to test.
    desk.press(u"sendFirstTest"_s);
    QCOMPARE(test.count(), 1);
    desk.fillEndpoints();
    QTRY_COMPARE(desk.find<QPushButton>(u"sendFirstTest"_s)->text(), u"Send test event"_s);
}

void TestPlaces::theFirstEndpointIsShownAndItsButtonsAsk() {
    Desk desk;
    desk.fill();
    desk.open();
    EndpointsPlace& place = desk.window->endpoints();
    QTRY_COMPARE(place.selectedId(), u"endpoint_1"_s);
    const QSignalSpy test(&place, &EndpointsPlace::testRequested);
    const QSignalSpy enable(&place, &EndpointsPlace::enableRequested);
    const QSignalSpy edit(&place, &EndpointsPlace::editRequested);
    desk.press(u"sendTestEvent"_s);
    desk.press(u"enableEndpoint"_s);
    desk.press(u"editEndpoint"_s);
    QCOMPARE(test.count(), 1);
    QCOMPARE(test.first(), QVariantList({u"endpoint_1"_s, QString()}));
    QCOMPARE(enable.count(), 1);
    QCOMPARE(enable.first(), QVariantList({u"endpoint_1"_s, false}));
    QCOMPARE(edit.count(), 1);
    QCOMPARE(edit.first().first().value<Endpoint>().id, u"endpoint_1"_s);
}

void TestPlaces::aFailingEndpointSaysWhy() {
    Desk desk;
    desk.fill();
    desk.open();
    EndpointsPlace& place = desk.window->endpoints();
    QTRY_COMPARE(place.selectedId(), u"endpoint_1"_s);
    QVERIFY(desk.find<QWidget>(u"failureCause"_s)->isHidden()); // Its last attempt was delivered.
    place.select(u"endpoint_2"_s);
    QTRY_VERIFY(desk.find<QWidget>(u"failureCause"_s)->isVisible());
    QCOMPARE(desk.find<QLabel>(u"failureWords"_s)->text(),
             u"The receiver answered 404. Check the address: the Zap may have been turned off."_s);
    const QSignalSpy edit(&place, &EndpointsPlace::editRequested);
    desk.press(u"editAddress"_s);
    QCOMPARE(edit.count(), 1);
}

void TestPlaces::aLongNameMovesNoButton() {
    Desk desk;
    desk.fill();
    Endpoint endpoint;
    endpoint.id = u"endpoint_3"_s;
    endpoint.url = u"https://"_s + QString(60, u'a') + u".example.org/"_s + QString(200, u'b');
    endpoint.description = u"The quarterly research warehouse in Rotterdam, second attempt, please keep "_s.repeated(3);
    endpoint.createdAt = start;
    desk.history.putEndpoint(endpoint, &desk.context, [](const Result<void>& written) { QVERIFY(written); });
    desk.open();
    EndpointsPlace& place = desk.window->endpoints();
    QTRY_COMPARE(desk.find<QListView>(u"endpointList"_s)->model()->rowCount(), 3);
    const auto* edit = desk.find<QPushButton>(u"editEndpoint"_s);
    const auto* name = desk.find<ElidedLabel>(u"endpointName"_s);
    const auto* splitter = desk.find<QSplitter>(u"endpointsSplitter"_s);
    for (const int width : {1280, 960}) {
        desk.window->resize(width, 800);
        QTRY_VERIFY(edit->mapTo(desk.window.get(), edit->rect().topRight()).x() < width);
        place.select(u"endpoint_1"_s);
        QTRY_COMPARE(name->height(), name->sizeHint().height()); // All is laid out.
        const QPoint before = edit->mapTo(desk.window.get(), QPoint());
        const int least = splitter->widget(1)->minimumSizeHint().width();
        place.select(u"endpoint_3"_s);
        QCoreApplication::processEvents();
        QCOMPARE(edit->mapTo(desk.window.get(), QPoint()), before);
        QCOMPARE(splitter->widget(1)->minimumSizeHint().width(), least);
    }
}

void TestPlaces::aTestOfAChosenTypeIsAskedFor() {
    Desk desk;
    desk.fill();
    desk.open();
    EndpointsPlace& place = desk.window->endpoints();
    QTRY_COMPARE(place.selectedId(), u"endpoint_1"_s);
    const QSignalSpy test(&place, &EndpointsPlace::testRequested);
    auto* type = desk.find<QMenu>(u"testEventMenu"_s)->findChild<QAction*>(u"rating.created"_s);
    QVERIFY(type);
    type->trigger();
    QCOMPARE(test.count(), 1);
    QCOMPARE(test.first().at(1).toString(), u"rating.created"_s);
}

void TestPlaces::aTestOnItsWayKeepsTheFocus() {
    Desk desk;
    desk.fill();
    desk.open();
    EndpointsPlace& place = desk.window->endpoints();
    QTRY_COMPARE(place.selectedId(), u"endpoint_1"_s);
    QVERIFY(QTest::qWaitForWindowActive(desk.window.get()));
    auto* button = desk.find<QPushButton>(u"sendTestEvent"_s);
    button->setFocus();
    place.testNote().begin(u"endpoint_1"_s, u"On its way."_s, [] {});
    QTRY_COMPARE(button->text(), u"Sending…"_s);
    QVERIFY(button->hasFocus());
    place.select(u"endpoint_2"_s); // Another one is not being tested.
    QCOMPARE(button->text(), u"Send &test event"_s);
    place.select(u"endpoint_1"_s);
    QCOMPARE(button->text(), u"Sending…"_s);
    place.testNote().finish(u"endpoint_1"_s);
    place.confirmTest(u"endpoint_1"_s);
    QCOMPARE(button->text(), u"Test event sent"_s);
    place.select(u"endpoint_2"_s);
    QCOMPARE(button->text(), u"Send &test event"_s);
}

void TestPlaces::aFilterThatHidesAllCanBeCleared() {
    Desk desk;
    desk.fill();
    desk.open();
    auto* list = desk.find<QListView>(u"endpointList"_s);
    QTRY_COMPARE(list->model()->rowCount(), 2);
    QTest::keyClicks(desk.find<QLineEdit>(u"filterEndpoints"_s), u"zzz"_s);
    QTRY_VERIFY(desk.find<QPushButton>(u"clearEndpointFilter"_s)->isVisible());
    QVERIFY(!desk.sees(u"Choose one"_s)); // There is none to choose.
    desk.press(u"clearEndpointFilter"_s);
    QCOMPARE(list->model()->rowCount(), 2);
    QVERIFY(list->isVisible());

    desk.press(u"placeDeliveries"_s);
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    QTRY_COMPARE(table->model()->rowCount(), 4);
    DeliveryFilter filter;
    filter.status = DeliveryStatus::Failed;
    desk.window->deliveries().setFilter(filter);
    QTRY_VERIFY(desk.find<QPushButton>(u"clearDeliveryFilter"_s)->isVisible());
    QVERIFY(!desk.sees(u"Choose one"_s));
    desk.press(u"clearDeliveryFilter"_s);
    QTRY_COMPARE(table->model()->rowCount(), 4);
}

void TestPlaces::aFilterShowsThatItFilters() {
    FilterButton button(u"Status"_s, u"Any status"_s);
    button.setChoices({{u"failed"_s, u"Failed"_s}});
    const auto colours = [&button] {
        const QImage look = button.grab().toImage();
        return QPair(look.pixelColor(look.width() / 2, 0), look.pixelColor(3, look.height() / 2));
    };
    const Tokens& tokens = theme().tokens();
    QCOMPARE(colours().second, tokens.surface);
    button.setValue(u"failed"_s);
    QCOMPARE(colours(), QPair(tokens.accent, tokens.accentSoft));
    button.setValue({});
    QCOMPARE(colours().second, tokens.surface);
}

void TestPlaces::theSelectedDeliveryIsExplained() {
    Desk desk;
    desk.fill();
    desk.open();
    desk.press(u"placeDeliveries"_s);
    desk.window->deliveries().select(u"delivery_3"_s);
    QTRY_COMPARE(desk.find<DeliveryTable>(u"deliveriesTable"_s)->currentId(), u"delivery_3"_s);
    desk.find<QTabBar>(u"deliveryTabs"_s)->setCurrentIndex(1);
    QTRY_VERIFY(desk.find<QLabel>(u"answerWords"_s)->text().contains(u"404"_s));
    QCOMPARE(desk.find<Pill>(u"answerStatus"_s)->text(), u"404"_s);
    QVERIFY(!desk.find<Pill>(u"signatureVerdict"_s)->text().isEmpty());
}

void TestPlaces::whatNeverArrivedIsNotCalledSent() {
    Desk desk;
    desk.fill();
    AttemptOutcome refused;
    refused.failure = AttemptFailure::Refused;
    Delivery delivery;
    delivery.id = u"delivery_refused"_s;
    delivery.eventId = u"event_refused"_s;
    delivery.endpointId = u"endpoint_1"_s;
    delivery.status = DeliveryStatus::Failed;
    delivery.statusText = u"failed"_s;
    delivery.createdAt = delivery.scheduledFor = start;
    delivery.error = describeFailure(refused);
    delivery.failure = reportOf(refused);
    Event event;
    event.id = delivery.eventId;
    event.type = u"rating.created"_s;
    event.body = "{}"_ba;
    desk.history.putDeliveries({delivery}, &desk.context, [](const Result<int>& written) { QVERIFY(written); });
    desk.history.putEvents({event}, &desk.context, [](const Result<int>& written) { QVERIFY(written); });
    desk.open();
    desk.press(u"placeDeliveries"_s);
    desk.window->deliveries().select(delivery.id);
    QTRY_COMPARE(desk.find<QLabel>(u"sentNote"_s)->text(),
                 u"This would have been sent, but no connection could be made."_s);
    QCOMPARE(desk.find<QLabel>(u"signatureSentence"_s)->text(), u"Not checked: it never arrived."_s);
    QCOMPARE(desk.find<ElidedLabel>(u"requestLine"_s)->fullText(), u"POST \u2068https://hooks.example.org/a\u2069"_s);
    QCOMPARE(desk.find<QLabel>(u"answerNextStep"_s)->text(), u"Start the receiver, or check the port."_s);
}

void TestPlaces::theSmallestWindowShowsEveryColumnAndSixRows() {
    Desk desk;
    desk.fill();
    desk.open();
    desk.press(u"placeDeliveries"_s);
    desk.window->resize(960, 600);
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    QTRY_COMPARE(table->model()->rowCount(), 4);
    QTRY_COMPARE(desk.window->size(), QSize(960, 600));
    for (int column = 0; column < DeliveryTableModel::ColumnCount; ++column)
        QVERIFY2(!table->isColumnHidden(column), qPrintable(QString::number(column)));
    QTRY_VERIFY2(table->viewport()->height() >= 6 * table->rowHeight(0),
                 qPrintable(QString::number(table->viewport()->height())));
    QVERIFY(desk.find<QWidget>(u"deliverySplitter"_s)->height() >= 180);
}

void TestPlaces::aDisabledEndpointSaysWhyAndTheWayBack() {
    Desk desk;
    desk.fill();
    Endpoint endpoint;
    endpoint.id = u"endpoint_1"_s;
    endpoint.url = u"https://hooks.example.org/a"_s;
    endpoint.enabledEvents = {u"*"_s};
    endpoint.status = EndpointStatus::Disabled;
    endpoint.statusText = u"disabled"_s;
    endpoint.trace.disabledAt = start - seconds(120);
    endpoint.trace.disabledBy = Actor::GoneRule;
    desk.history.putEndpoint(endpoint, &desk.context, [](const Result<void>& put) { QVERIFY(put); });
    desk.open();
    desk.window->endpoints().select(endpoint.id);
    QTRY_VERIFY(desk.sees(u"410 Gone"_s));
    const QSignalSpy enable(&desk.window->endpoints(), &EndpointsPlace::enableRequested);
    desk.press(u"enableAgain"_s);
    QCOMPARE(enable.count(), 1);
    QCOMPARE(enable.first().first().toString(), endpoint.id);
    endpoint.status = EndpointStatus::Enabled;
    endpoint.statusText = u"enabled"_s;
    desk.history.putEndpoint(endpoint, &desk.context, [](const Result<void>& put) { QVERIFY(put); });
    QTRY_VERIFY(!desk.sees(u"410 Gone"_s));
}

void TestPlaces::aRotationLeavesItsTrace() {
    Desk desk;
    desk.fill();
    Endpoint endpoint;
    endpoint.id = u"endpoint_1"_s;
    endpoint.url = u"https://hooks.example.org/a"_s;
    endpoint.enabledEvents = {u"*"_s};
    endpoint.trace.rotatedAt = start - seconds(120);
    endpoint.trace.rotatedBy = Actor::Waybill;
    endpoint.trace.previousSecretValidUntil = start + std::chrono::hours(24);
    desk.history.putEndpoint(endpoint, &desk.context, [](const Result<void>& put) { QVERIFY(put); });
    desk.open();
    EndpointsPlace& place = desk.window->endpoints();
    place.setEndsOverlap(true);
    place.select(endpoint.id);
    auto* tabs = desk.find<QTabBar>(u"endpointTabs"_s);
    tabs->setCurrentIndex(tabs->count() - 1);
    QTRY_VERIFY(desk.sees(u"Rotated with this Waybill"_s));
    QVERIFY(desk.sees(u"the old secret, too"_s));
    const QSignalSpy end(&place, &EndpointsPlace::endOverlapRequested);
    desk.press(u"endOverlap"_s);
    QCOMPARE(end.count(), 1);
    endpoint.trace.previousSecretValidUntil = start;
    desk.history.putEndpoint(endpoint, &desk.context, [](const Result<void>& put) { QVERIFY(put); });
    QTRY_VERIFY(!desk.find<QWidget>(u"endOverlap"_s)->isVisible());
}

void TestPlaces::severalDeliveriesAreReplayedTogether() {
    Desk desk;
    desk.fill();
    desk.open();
    desk.press(u"placeDeliveries"_s);
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    QTRY_COMPARE(table->model()->rowCount(), 4);
    const QSignalSpy replay(&desk.window->deliveries(), &DeliveriesPlace::replayRequested);
    table->selectAll();
    desk.press(u"replay"_s);
    QCOMPARE(replay.count(), 1);
    QCOMPARE(replay.first().first().toStringList().size(), 4);

    QVERIFY(QTest::qWaitForWindowActive(desk.window.get()));
    QTest::keyClick(desk.window.get(), Qt::Key_R, Qt::ControlModifier);
    QCOMPARE(replay.count(), 2);
    desk.press(u"placeEndpoints"_s); // What cannot be seen is not replayed.
    QTest::keyClick(desk.window.get(), Qt::Key_R, Qt::ControlModifier);
    QCOMPARE(replay.count(), 2);
}

void TestPlaces::aNewRowIsChosenOnlyWhereTheFilterShowsIt() {
    Desk desk;
    desk.fill();
    desk.open();
    desk.press(u"placeDeliveries"_s);
    DeliveriesPlace& place = desk.window->deliveries();
    DeliveryFilter filter;
    filter.endpointId = u"endpoint_2"_s;
    place.setFilter(filter);
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QVERIFY(table->select(u"delivery_1"_s));
    const auto put = [&desk](const QString& id, const QString& endpointId) {
        Delivery replay;
        replay.id = id;
        replay.eventId = u"event_1"_s;
        replay.endpointId = endpointId;
        replay.statusText = u"pending"_s;
        replay.createdAt = replay.scheduledFor = start;
        desk.history.putDeliveries({replay}, &desk.context, [](const Result<int>& written) { QVERIFY(written); });
    };
    place.selectIfShown(u"replay_hidden"_s);
    put(u"replay_hidden"_s, u"endpoint_1"_s);
    put(u"replay_other"_s, u"endpoint_2"_s);
    QTRY_COMPARE(table->model()->rowCount(), 3); // The filter stays.
    QCOMPARE(table->currentId(), u"delivery_1"_s);
    place.selectIfShown(u"replay_shown"_s);
    put(u"replay_shown"_s, u"endpoint_2"_s);
    QTRY_COMPARE(table->currentId(), u"replay_shown"_s);
}

void TestPlaces::afterAFilterARowIsSelected() {
    Desk desk;
    desk.fill();
    desk.open();
    desk.press(u"placeDeliveries"_s);
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    QTRY_COMPARE(table->selectedIds(), QStringList{u"delivery_3"_s});
    DeliveryFilter filter;
    filter.status = DeliveryStatus::Delivered; // Takes the selected row away.
    desk.window->deliveries().setFilter(filter);
    QTRY_COMPARE(table->selectedIds(), QStringList{u"delivery_2"_s});
    QVERIFY(desk.find<QPushButton>(u"replay"_s)->isEnabled());
}

void TestPlaces::aRowIsReplayedFromItsMenu() {
    Desk desk;
    desk.fill();
    desk.open();
    desk.press(u"placeDeliveries"_s);
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    QTRY_COMPARE(table->model()->rowCount(), 4);
    QVERIFY(table->select(u"delivery_2"_s));
    const QSignalSpy replay(&desk.window->deliveries(), &DeliveriesPlace::replayRequested);
    QContextMenuEvent key(QContextMenuEvent::Keyboard, QPoint(), table->mapToGlobal(QPoint()));
    QApplication::sendEvent(table, &key);
    auto* menu = table->findChild<QMenu*>();
    QVERIFY(menu);
    auto* action = desk.find<QAction>(u"replayRows"_s);
    QVERIFY(menu->actions().contains(action));
    action->trigger();
    menu->close();
    QCOMPARE(replay.count(), 1);
    QCOMPARE(replay.first().first().toStringList(), QStringList{u"delivery_2"_s});
}

void TestPlaces::theWindowComesBackAsItWasLeft() {
    Desk desk;
    desk.fill();
    desk.open();
    QTRY_COMPARE(desk.window->endpoints().selectedId(), u"endpoint_1"_s);
    desk.window->endpoints().select(u"endpoint_2"_s);
    desk.press(u"placeDeliveries"_s);
    DeliveryFilter filter;
    filter.endpointId = u"endpoint_2"_s;
    desk.window->deliveries().setFilter(filter);
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QVERIFY(table->select(u"delivery_1"_s));
    desk.window->close();
    desk.window.reset();

    desk.open();
    QCOMPARE(desk.window->place(), MainWindow::Place::Deliveries);
    table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QTRY_COMPARE(table->currentId(), u"delivery_1"_s);
    QTRY_COMPARE(desk.window->endpoints().selectedId(), u"endpoint_2"_s);
}

void TestPlaces::keysReachThePlaces() {
    Desk desk;
    desk.fill();
    desk.open();
    QTRY_COMPARE(desk.window->endpoints().selectedId(), u"endpoint_1"_s);
    desk.window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(desk.window.get()));
    QTest::keyClick(desk.window.get(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(desk.window->place(), MainWindow::Place::Deliveries);
    QTest::keyClick(desk.window.get(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(desk.find<QLineEdit>(u"searchDeliveries"_s)->hasFocus());
    QTest::keyClick(desk.window.get(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(desk.window->place(), MainWindow::Place::Endpoints);
    QTRY_VERIFY(desk.find<QListView>(u"endpointList"_s)->hasFocus());
    QTest::keyClick(desk.find<QListView>(u"endpointList"_s), Qt::Key_Down);
    QCOMPARE(desk.window->endpoints().selectedId(), u"endpoint_2"_s);
}

void TestPlaces::noKeyOfTheWindowIsTakenTwice() {
    Desk desk;
    desk.fill();
    desk.open();
    QTRY_COMPARE(desk.window->endpoints().selectedId(), u"endpoint_1"_s);
    for (const QString& place : {u"placeEndpoints"_s, u"placeDeliveries"_s}) {
        desk.press(place);
        QHash<QKeySequence, QString> taken;
        const auto take = [&taken](const QString& text) {
            const QKeySequence key = QKeySequence::mnemonic(text);
            if (key.isEmpty())
                return;
            QVERIFY2(!taken.contains(key), qPrintable(text + u" and " + taken.value(key)));
            taken.insert(key, text);
        };
        for (const QAction* menu : desk.window->menuBar()->actions())
            take(menu->text());
        for (const auto* button : desk.window->findChildren<QAbstractButton*>())
            if (button->isVisible())
                take(button->text());
    }
}

void TestPlaces::readingBackwardsIsSaidQuietlyAndCanBeStopped_data() {
    QTest::addColumn<Reach>("reach");
    QTest::addColumn<QString>("status"); // What the status bar says,
    QTest::addColumn<QString>("verb");   // offers,
    QTest::addColumn<QString>("foot");   // and the list says at its foot.
    const Instant back = *instantFromIso8601(u"2026-10-03T12:00:00Z"_s);
    const Instant year = *instantFromIso8601(u"2025-11-03T12:00:00Z"_s);
    QTest::newRow("complete") << Reach{Backwards::Complete, false, 12'400, {}} << QString() << QString() << QString();
    QTest::newRow("reading") << Reach{Backwards::Reading, false, 12'400, back}
                             << u"Reading older deliveries: 12,400 row(s), back to 3 Oct"_s << u"Pause"_s << QString();
    QTest::newRow("events") << Reach{Backwards::Reading, true, 1, year}
                            << u"Reading older events: 1 row(s), back to 3 Nov 2025"_s << u"Pause"_s << QString();
    QTest::newRow("paused") << Reach{Backwards::Paused, false, 12'400, back}
                            << u"Older deliveries paused: 12,400 row(s), back to 3 Oct"_s << u"Resume"_s << QString();
    QTest::newRow("cancelled") << Reach{Backwards::Cancelled, false, 12'400, back} << QString() << QString()
                               << u"Older deliveries have not been read. The log here goes back to 3 Oct."_s;
}

void TestPlaces::readingBackwardsIsSaidQuietlyAndCanBeStopped() {
    QFETCH(Reach, reach);
    QFETCH(QString, status);
    QFETCH(QString, verb);
    QFETCH(QString, foot);
    Desk desk;
    desk.fill();
    desk.open();
    desk.window->goTo(MainWindow::Place::Deliveries);
    QTRY_VERIFY(desk.find<QWidget>(u"deliveriesTable"_s)->isVisible());
    desk.window->setReceiverText(u"Receiver: 127.0.0.1:8443"_s);
    desk.window->setClockText(u"Up to date with the account: 12 October 2026 at 14:32:08 UTC"_s);
    const QSize before = desk.window->deliveries().size();
    OlderRows& older = desk.window->olderRows();
    older.setReach(reach, start);
    desk.window->deliveries().showReach(reach);
    if (reach.backwards == Backwards::Reading)
        QVERIFY(!older.isVisible()); // It may be over in a moment.
    QTRY_COMPARE(older.isVisible(), !status.isEmpty());
    if (!status.isEmpty())
        QCOMPARE(desk.find<ElidedLabel>(u"olderRowsText"_s)->fullText(), status);
    const auto* footWidget = desk.find<QWidget>(u"deliveriesFoot"_s);
    QCOMPARE(footWidget->isVisible(), !foot.isEmpty());
    QVERIFY(foot.isEmpty() || desk.sees(foot));
    QCOMPARE(desk.window->deliveries().size(), before); // Nothing moves.
    test::picture(*desk.window, u"older-"_s + QString::fromUtf8(QTest::currentDataTag()), theme());

    QSignalSpy paused(&older, &OlderRows::pauseRequested);
    QSignalSpy resumed(&older, &OlderRows::resumeRequested);
    QSignalSpy cancelled(&older, &OlderRows::cancelRequested);
    QSignalSpy wanted(&desk.window->deliveries(), &DeliveriesPlace::olderRequested);
    if (!status.isEmpty()) {
        QCOMPARE(desk.find<QAbstractButton>(u"pauseOlderRows"_s)->text(), verb);
        desk.press(u"pauseOlderRows"_s);
        desk.press(u"cancelOlderRows"_s);
    }
    if (!foot.isEmpty())
        desk.press(u"readOlder"_s);
    QCOMPARE(paused.count(), reach.backwards == Backwards::Reading ? 1 : 0);
    QCOMPARE(resumed.count(), reach.backwards == Backwards::Paused ? 1 : 0);
    QCOMPARE(cancelled.count(), status.isEmpty() ? 0 : 1);
    QCOMPARE(wanted.count(), foot.isEmpty() ? 0 : 1);
    older.setReach({}, start);
    QVERIFY(!older.isVisible());
}

void TestPlaces::theStatusBarFitsTheSmallestWindow_data() {
    QTest::addColumn<bool>("isSandbox");
    QTest::newRow("of a connected account") << false;
    QTest::newRow("of the sandbox with a moved clock") << true;
}

void TestPlaces::theStatusBarFitsTheSmallestWindow() {
    QFETCH(bool, isSandbox);
    Desk desk;
    desk.open();
    ShiftedClock clock(desk.clock);
    BusySandbox sandbox(clock);
    TimeMachine machine(clock, sandbox);
    MainWindow& window = *desk.window;
    window.setReceiverText(u"Receiver: 127.0.0.1:58443"_s);
    window.olderRows().setReach({Backwards::Paused, false, 1'234'567, start}, start);
    window.bringing().setEntries({{u"a"_s, u"Bringing events from My team: 1,284 so far"_s, false}}, {});
    QStringList names{u"receiverText"_s, u"pauseOlderRows"_s, u"cancelOlderRows"_s, u"bringing"_s};
    if (isSandbox) {
        machine.jumpToNextAttempt();
        window.clock().setMachine(&machine);
        window.setEngineText(engineText(sandbox.engineState(), clock.now()));
        names << u"engineText"_s << u"clockButton"_s << u"backToRealTime"_s;
    } else {
        window.setClockText(u"Up to date with the account: 12 Oct 14:32"_s);
        names << u"clockText"_s;
    }
    window.resize(window.minimumSize());
    const QWidget* bar = window.statusBar();
    const auto whatDoesNotFit = [&]() -> QString {
        QList<QRect> places;
        for (const QString& name : names) {
            const auto* widget = desk.find<QWidget>(name);
            const QRect place(widget->mapTo(bar, QPoint()), widget->size());
            if (!bar->rect().contains(place) || widget->width() < widget->minimumSizeHint().width() ||
                std::ranges::any_of(places, [&](const QRect& other) { return other.intersects(place); }))
                return name;
            places += place;
        }
        return {};
    };
    QTRY_COMPARE(whatDoesNotFit(), QString());
    QCOMPARE(window.size(), window.minimumSize());
    test::picture(window, isSandbox ? u"status-bar-sandbox"_s : u"status-bar-account"_s, theme());
}

void TestPlaces::everyStateOfAnAccountCanBeRead_data() {
    QTest::addColumn<QString>("state");
    for (int obstacle = 0; obstacle <= int(Obstacle::Other); ++obstacle)
        QTest::addRow("%d", obstacle) << u"Enterprise · "_s + stateOf(Obstacle(obstacle)).words;
}

void TestPlaces::everyStateOfAnAccountCanBeRead() {
    QFETCH(QString, state);
    Desk desk;
    desk.open();
    desk.window->resize(desk.window->minimumSize());
    desk.window->accounts().setAccounts({{u"a"_s, u"My team"_s, state, PillKind::Warning}}, u"a"_s);
    const auto* label = desk.find<ElidedLabel>(u"accountState"_s);
    const auto fits = [&] {
        const QRect room = label->contentsRect();
        const QRect needed =
            label->fontMetrics().boundingRect(QRect(0, 0, room.width(), 1'000), Qt::TextWordWrap, state);
        return needed.width() <= room.width() && needed.height() <= room.height();
    };
    QTRY_VERIFY2(fits(), qPrintable(state));
    QVERIFY(desk.window->accounts().rect().contains(label->geometry()));
}

void TestPlaces::everyControlHasANameToReadOut() {
    Desk desk;
    desk.fill();
    desk.open();
    QTRY_COMPARE(desk.window->endpoints().selectedId(), u"endpoint_1"_s);
    for (const QWidget* widget : desk.window->findChildren<QWidget*>()) {
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const bool isField = qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QTabBar*>(widget) ||
                             qobject_cast<const QTableView*>(widget) || qobject_cast<const QListView*>(widget);
        const bool waitsForWords = qobject_cast<const Banner*>(widget->parentWidget()) && !widget->isVisible();
        if (widget->focusPolicy() == Qt::NoFocus || (!button && !isField) || waitsForWords)
            continue;
        const bool isNamed = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
        QVERIFY2(isNamed || widget->isHidden(),
                 qPrintable(widget->objectName() + u' ' +
                            QString::fromLatin1(widget->parentWidget()->metaObject()->className())));
    }
}

void TestPlaces::whatIsReadOutIsPlainText() {
    Desk desk;
    desk.fill();
    Endpoint hostile;
    hostile.id = u"endpoint_3"_s;
    const QString name = QString(test::hostileText()).remove(u"<b>R&D</b>"_s); // Those would be heard as they are.
    hostile.url = u"https://example.org/\u202e"_s;
    hostile.description = name;
    hostile.enabledEvents = {u"evaluation.created"_s, name};
    hostile.statusText = u"enabled"_s;
    hostile.createdAt = start;
    desk.history.putEndpoint(hostile, &desk.context, [](const Result<void>& written) { QVERIFY(written); });
    desk.open();
    desk.window->endpoints().select(u"endpoint_3"_s);
    QTRY_COMPARE(desk.window->endpoints().selectedId(), u"endpoint_3"_s);
    for (const QString& place : {u"placeEndpoints"_s, u"placeDeliveries"_s}) {
        desk.press(place);
        QCoreApplication::processEvents();
        const QString faults = test::faultsHeardIn(*desk.window);
        QVERIFY2(faults.isEmpty(), qPrintable(faults));
        QAccessibleInterface* tab = QAccessible::queryAccessibleInterface(desk.find<QWidget>(place));
        QCOMPARE(tab->role(), QAccessible::PageTab);
        QVERIFY(tab->state().selected);
    }
}

void TestPlaces::whatCannotBeReadYetIsNotCalledLost() {
    Desk desk;
    desk.fill();
    Event event;
    event.id = u"event_3"_s;
    event.type = u"rating.created"_s;
    event.body = "{}";
    desk.history.putEvents({event}, &desk.context, [](const Result<int>& written) { QVERIFY(written); });
    StartingSandbox sandbox(desk.clock);
    DeliveriesPlace place(desk.history, &sandbox, desk.receiver, desk.clock);
    place.select(u"delivery_3"_s);
    place.show();
    const auto* note = place.findChild<QLabel*>(u"sentNote"_s);
    QTRY_COMPARE(note->text(), u"This is the event. Its headers are still being read."_s);
    sandbox.hasStarted = true;
    place.readAgain();
    QTRY_COMPARE(note->text(), u"This is the event. The headers of this attempt were not kept."_s);
}

void TestPlaces::noRowsMeanNothingWhileTheLogIsBeingRead() {
    Desk desk;
    desk.fillEndpoints();
    desk.open();
    EndpointsPlace& place = desk.window->endpoints();
    QTRY_COMPARE(place.selectedId(), u"endpoint_1"_s);
    QTRY_VERIFY(desk.sees(u"Nothing was sent here yet."_s));
    Reach reach;
    reach.backwards = Backwards::Reading;
    place.showReach(reach);
    QVERIFY(!desk.sees(u"Nothing was sent here yet."_s));
    QVERIFY(desk.sees(u"Its deliveries are still being read."_s));
    QVERIFY(!desk.sees(u"nothing was sent"_s));
    place.showReach({});
    QVERIFY(desk.sees(u"Nothing was sent here yet."_s));
}

QTEST_MAIN(TestPlaces)
#include "tst_places.moc"
