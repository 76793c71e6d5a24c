// SPDX-License-Identifier: MIT
// Bringing an account's events here, as a person reads and operates it.
#include "clock/movableclock.h"
#include "dialogs/broughteventtable.h"
#include "dialogs/catchupdialog.h"
#include "contract/foreigntext.h"
#include "support/pictures.h"
#include "widgets/banner.h"
#include "window/bringingbutton.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const Instant now = *instantFromIso8601(u"2026-11-03T14:30:00Z"_s);
Instant before(std::chrono::minutes minutes) {
    return now - minutes;
}
constexpr std::chrono::minutes minute{1};
constexpr std::chrono::minutes hour{60};

BroughtEvent broughtEvent(int number, BroughtResult result, int endpoints = 0) {
    const QString types[] = {u"evaluation.completed"_s, u"rating.created"_s, u"autouser.run.failed"_s};
    return {u"evt_%1"_s.arg(number, 4, 10, QChar(u'0')),
            types[number % 3],
            before(number * 7 * minute),
            before(number * 7 * minute) + seconds(4),
            result,
            endpoints};
}

QList<BroughtEvent> someEvents() {
    return {broughtEvent(0, BroughtResult::Handed, 2),  broughtEvent(1, BroughtResult::NoEndpointTakesIt),
            broughtEvent(2, BroughtResult::Handed, 1),  broughtEvent(3, BroughtResult::AlreadyHere),
            broughtEvent(4, BroughtResult::Unreadable), broughtEvent(5, BroughtResult::TooLarge),
            broughtEvent(6, BroughtResult::Handed, 1),  broughtEvent(7, BroughtResult::Handed, 1)};
}

Error errorOf(ErrorKind kind, const QString& requestId = {}) {
    Error error;
    error.kind = kind;
    error.requestId = requestId;
    return error;
}

BringingState off() {
    BringingState state;
    state.endpoints = 2;
    return state;
}

BringingState on() {
    BringingState state = off();
    state.record.isOn = true;
    state.record.since = before(268 * minute);
    state.record.lookedAt = now - seconds(6);
    return state;
}

BringingState busy() {
    BringingState state = on();
    state.record.seen = 1'248;
    state.record.handed = 1'240;
    state.record.skipped = {{BroughtResult::NoEndpointTakesIt, 5}, {BroughtResult::TooLarge, 3}};
    return state;
}

const BringingGap late{GapKind::LookedLate, before(8 * hour), before(4 * hour), 12};
const BringingGap lost{GapKind::NoLongerListed, before(80 * hour), before(2 * hour), 0};
} // namespace

class TestCatchUpDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }
    void init() { theme_ = std::make_unique<Theme>(*qApp); }
    void cleanup() { theme_.reset(); }

    void anEventSaysWhatBecameOfIt_data();
    void anEventSaysWhatBecameOfIt();
    void whatARowLacksIsSaid();
    void aGapSaysWhatOfWhichTimeIsMissing_data();
    void aGapSaysWhatOfWhichTimeIsMissing();
    void theLookIsToldAsItIs_data();
    void theLookIsToldAsItIs();
    void theWholeIsToldInAFewWords_data();
    void theWholeIsToldInAFewWords();

    void aRowIsToldWithItsExactTimes();
    void newRowsComeInFront();
    void foreignNamesAreNotMarkup();

    void everyStateIsDesigned_data();
    void everyStateIsDesigned();
    void theButtonStartsAndStops();
    void aRefusedKeyIsReplacedFromHere();
    void anEndpointIsMadeFromHere();
    void aShortLookDoesNotFlicker();
    void anOldGapIsHistory();
    void theIdOfAnEventIsCopied();
    void rowsAreCopied();
    void everyControlHasAName();

    void theStatusBarNamesTheAccount();
    void theStatusBarCountsSeveralAccounts();
    void aLongNameDoesNotWidenTheStatusBar();

private:
    std::unique_ptr<CatchUpDialog> shown(const BringingState& state, const QList<BroughtEvent>& events = {}) {
        auto dialog = std::make_unique<CatchUpDialog>(u"Acme"_s, clock_, nullptr);
        dialog->setState(state);
        dialog->setBrought(events);
        dialog->show();
        if (!QTest::qWaitForWindowExposed(dialog.get()))
            qFatal("The dialog does not show");
        return dialog;
    }
    template <typename T>
    static T* find(QWidget& dialog, const QString& name) {
        T* found = dialog.findChild<T*>(name);
        if (!found)
            qFatal("There is no %s", qPrintable(name));
        return found;
    }
    static void press(QWidget& dialog, const QString& name) {
        QTest::mouseClick(find<QAbstractButton>(dialog, name), Qt::LeftButton);
    }
    static void pressIn(QWidget& dialog, const QString& banner) {
        QTest::mouseClick(find<Banner>(dialog, banner)->actionButton(), Qt::LeftButton);
    }

    MovableClock clock_{now};
    std::unique_ptr<Theme> theme_;
};

void TestCatchUpDialog::anEventSaysWhatBecameOfIt_data() {
    QTest::addColumn<BroughtResult>("result");
    QTest::addColumn<int>("endpoints");
    QTest::addColumn<QString>("words");
    QTest::newRow("handed") << BroughtResult::Handed << 2 << u"Handed over to 2 endpoint(s)"_s;
    QTest::newRow("nobody takes it") << BroughtResult::NoEndpointTakesIt << 0
                                     << u"No endpoint of the Sandbox takes “\u2068Rating submitted\u2069”"_s;
    QTest::newRow("here") << BroughtResult::AlreadyHere << 0 << u"Already in the Sandbox"_s;
    QTest::newRow("unreadable") << BroughtResult::Unreadable << 0 << u"Could not be read"_s;
    QTest::newRow("large") << BroughtResult::TooLarge << 0 << u"Too large for the Sandbox to deliver"_s;
}

void TestCatchUpDialog::anEventSaysWhatBecameOfIt() {
    QFETCH(BroughtResult, result);
    QFETCH(int, endpoints);
    BroughtEvent event = broughtEvent(1, result, endpoints);
    QTEST(statusOf(event).text, "words");
    QVERIFY(statusOf(event).icon != Icon::None);
    QCOMPARE(statusOf(event).kind == PillKind::Success, result == BroughtResult::Handed);
}

void TestCatchUpDialog::whatARowLacksIsSaid() {
    BroughtEvent event = broughtEvent(1, BroughtResult::Unreadable);
    event.eventId = u"sha256:0123456789abcdef"_s;
    event.type.clear();
    event.created = Instant();
    const auto dialog =
        shown(busy(), {broughtEvent(0, BroughtResult::Handed, 1), event, broughtEvent(2, BroughtResult::Handed, 1)});
    const QAbstractItemModel& model = *find<QTableView>(*dialog, u"broughtEvents"_s)->model();
    QCOMPARE(model.index(1, BroughtEventModel::Type).data().toString(), u"Event without a type"_s);
    QCOMPARE(model.index(1, BroughtEventModel::Happened).data().toString(), u"Not known"_s);
    QVERIFY(model.index(1, BroughtEventModel::Type).data(Qt::ToolTipRole).toString().contains(event.eventId));
    QVERIFY(!model.index(1, BroughtEventModel::Happened).data(Qt::ToolTipRole).toString().contains(u"1970"));
    test::picture(*dialog, u"catchup-unreadable-rows"_s, *theme_);
}

void TestCatchUpDialog::aGapSaysWhatOfWhichTimeIsMissing_data() {
    QTest::addColumn<BringingGap>("gap");
    QTest::addColumn<QString>("words");
    QTest::newRow("late") << late
                          << u"Waybill was not looking from 06:30 to 10:30. 12 event(s) of that time came late."_s;
    QTest::newRow("nothing happened") << BringingGap{GapKind::LookedLate, before(8 * hour), before(4 * hour), 0}
                                      << u"Waybill was not looking from 06:30 to 10:30. No event of that time is "
                                         "missing."_s;
    QTest::newRow("another day")
        << lost
        << u"The account no longer lists its events from 31 Oct 06:30 to 3 Nov 12:30: some may be "
           "missing."_s;
    QTest::newRow("yesterday") << BringingGap{GapKind::LookedLate, before(30 * hour), before(28 * hour), 1}
                               << u"Waybill was not looking from 2 Nov 08:30 to 10:30. 1 event(s) of that time came "
                                  "late."_s;
    QTest::newRow("another year")
        << BringingGap{GapKind::NoLongerListed, before(24 * 365 * hour), now, 0}
        << u"The account no longer lists its events from 3 Nov 2025 14:30 to 3 Nov 2026 14:30: "
           "some may be missing."_s;
}

void TestCatchUpDialog::aGapSaysWhatOfWhichTimeIsMissing() {
    QFETCH(BringingGap, gap);
    QTEST(gapText(gap, now), "words");
}

void TestCatchUpDialog::theLookIsToldAsItIs_data() {
    QTest::addColumn<BringingState>("state");
    QTest::addColumn<QString>("words");
    QTest::newRow("never on") << off() << QString();
    QTest::newRow("looked") << on() << u"Checked 6 s ago"_s;
    BringingState state = on();
    state.record.isOn = false;
    QTest::newRow("stopped") << state << u"Last checked 6 s ago"_s;
    state = on();
    state.isLooking = true;
    QTest::newRow("looking") << state << u"Looking for new events…"_s;
    state.waiting = 12;
    QTest::newRow("found") << state << u"Handing over 12 event(s)…"_s;
    state = on();
    state.record.lookedAt.reset();
    QTest::newRow("not yet") << state << u"Not checked yet"_s;
}

void TestCatchUpDialog::theLookIsToldAsItIs() {
    QFETCH(BringingState, state);
    QTEST(lookText(state, now), "words");
}

void TestCatchUpDialog::theWholeIsToldInAFewWords_data() {
    QTest::addColumn<BringingState>("state");
    QTest::addColumn<QString>("status");
    QTest::addColumn<QString>("statusBar");
    QTest::newRow("on") << busy() << u"On"_s << u"Bringing events from \u2068Acme\u2069: 1,240 so far"_s;
    BringingState state = busy();
    state.problem = errorOf(ErrorKind::Unreachable);
    QTest::newRow("offline") << state << u"Offline"_s << u"Events from \u2068Acme\u2069: offline"_s;
    state.problem = errorOf(ErrorKind::Storage);
    QTest::newRow("disk") << state << u"Waiting"_s << u"Events from \u2068Acme\u2069: waiting"_s;
    state.problem = errorOf(ErrorKind::Authentication);
    QTest::newRow("key") << state << u"Needs a new key"_s << u"Events from \u2068Acme\u2069: needs a new key"_s;
}

void TestCatchUpDialog::theWholeIsToldInAFewWords() {
    QFETCH(BringingState, state);
    QTEST(statusOf(state).text, "status");
    QTEST(bringingText(u"Acme"_s, state), "statusBar");
}

void TestCatchUpDialog::aRowIsToldWithItsExactTimes() {
    BroughtEventModel model(clock_);
    QAbstractItemModelTester tester(&model);
    model.setEvents({broughtEvent(1, BroughtResult::Handed, 2)});
    const QModelIndex happened = model.index(0, BroughtEventModel::Happened);
    QCOMPARE(happened.data().toString(), u"7 min ago"_s);
    QVERIFY(happened.data(Qt::ToolTipRole).toString().contains(u"14:23:00"));
    QVERIFY(happened.data(Qt::ToolTipRole).toString().contains(u"14:23:04"));
    QVERIFY(happened.data(Qt::AccessibleTextRole).toString().startsWith(u"Happened: "));
    QVERIFY(model.index(0, BroughtEventModel::Type).data(Qt::ToolTipRole).toString().contains(u"evt_0001"));
}

void TestCatchUpDialog::newRowsComeInFront() {
    BroughtEventModel model(clock_);
    QAbstractItemModelTester tester(&model);
    model.setEvents({broughtEvent(2, BroughtResult::Handed, 1)});
    const QPersistentModelIndex kept(model.index(0, 0));
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setEvents({broughtEvent(1, BroughtResult::Handed, 1), broughtEvent(2, BroughtResult::Handed, 1)});
    QCOMPARE(kept.row(), 1);
    QVERIFY(reset.isEmpty());
}

void TestCatchUpDialog::foreignNamesAreNotMarkup() {
    BroughtEventModel model(clock_);
    BroughtEvent event = broughtEvent(1, BroughtResult::NoEndpointTakesIt);
    event.type = u"<b>bold</b>"_s;
    model.setEvents({event});
    for (int column = 0; column < BroughtEventModel::ColumnCount; ++column)
        QVERIFY(!model.index(0, column).data(Qt::ToolTipRole).toString().contains(u"<b>"));
}

void TestCatchUpDialog::everyStateIsDesigned_data() {
    QTest::addColumn<BringingState>("state");
    QTest::addColumn<QList<BroughtEvent>>("events");
    QTest::addColumn<QStringList>("visible");
    QTest::addColumn<QStringList>("hidden");
    const auto row = [](const char* name, const BringingState& state, const QList<BroughtEvent>& events,
                        const QStringList& visible,
                        const QStringList& hidden) { QTest::newRow(name) << state << events << visible << hidden; };
    const QString noTakers = u"bringingNoTakers"_s;
    const QString problem = u"bringingProblem"_s;
    const QString gaps = u"bringingGaps"_s;
    const QString table = u"broughtEvents"_s;
    const QString takers = u"bringingTakers"_s;
    row("off", off(), {}, {takers}, {noTakers, problem, gaps, table});
    BringingState state = off();
    state.endpoints = 0;
    row("no-endpoint", state, {}, {noTakers}, {takers, problem, gaps, table});
    row("on-empty", on(), {}, {takers}, {noTakers, problem, gaps, table});
    row("on-rows", busy(), someEvents(), {takers, table}, {noTakers, problem, gaps});
    state = busy();
    state.record.isOn = false;
    row("stopped", state, someEvents(), {takers, table}, {noTakers, problem, gaps});
    state = busy();
    state.problem = errorOf(ErrorKind::Authentication, u"req_7f3a91"_s);
    row("key-refused", state, someEvents(), {problem, table}, {noTakers, gaps});
    state.problem = errorOf(ErrorKind::Unreachable);
    row("offline", state, someEvents(), {problem, table}, {noTakers, gaps});
    row("offline-empty", state, {}, {problem}, {noTakers, gaps, table});
    state.problem = errorOf(ErrorKind::RateLimit);
    row("paused", state, someEvents(), {problem, table}, {noTakers, gaps});
    state = busy();
    state.record.gaps = {late, lost};
    row("late", state, someEvents(), {gaps, table}, {noTakers, problem});
    state.record.gaps = {lost, late};
    state.record.gaps = {{GapKind::LookedLate, before(3 * hour), before(hour), 0}};
    row("late-without-events", state, someEvents(), {table}, {noTakers, problem, gaps});
    state.record.gaps = {lost, late};
    row("lost", state, someEvents(), {gaps, table}, {noTakers, problem});
    state.endpoints = 0;
    state.problem = errorOf(ErrorKind::Api, u"req_7f3a91"_s);
    row("everything", state, someEvents(), {noTakers, problem, gaps, table}, {takers});
}

void TestCatchUpDialog::everyStateIsDesigned() {
    QFETCH(BringingState, state);
    QFETCH(QList<BroughtEvent>, events);
    QFETCH(QStringList, visible);
    QFETCH(QStringList, hidden);
    const auto dialog = shown(state, events);
    for (const QString& name : visible)
        QVERIFY2(find<QWidget>(*dialog, name)->isVisible(), qPrintable(name));
    for (const QString& name : hidden)
        QVERIFY2(!find<QWidget>(*dialog, name)->isVisible(), qPrintable(name));
    QVERIFY2(dialog->height() <= 600, qPrintable(QString::number(dialog->height())));
    test::picture(*dialog, u"catchup-"_s + QString::fromUtf8(QTest::currentDataTag()), *theme_);
}

void TestCatchUpDialog::theButtonStartsAndStops() {
    const auto dialog = shown(off(), someEvents());
    QSignalSpy started(dialog.get(), &CatchUpDialog::startRequested);
    QSignalSpy stopped(dialog.get(), &CatchUpDialog::stopRequested);
    QTest::keyClick(dialog.get(), Qt::Key_Return);
    QCOMPARE(started.count(), 1);
    dialog->setState(on());
    QCOMPARE(dialog->focusWidget()->objectName(), u"close"_s); // Enter once more ends nothing.
    press(*dialog, u"toggleBringing"_s);
    QCOMPARE(stopped.count(), 1);
    find<QWidget>(*dialog, u"broughtEvents"_s)->setFocus();
    QTest::keyClick(dialog.get(), Qt::Key_Return); // Enter closes.
    QVERIFY(!dialog->isVisible());
    QCOMPARE(stopped.count(), 1);
    QCOMPARE(started.count(), 1);
}

void TestCatchUpDialog::aRefusedKeyIsReplacedFromHere() {
    BringingState state = busy();
    state.problem = errorOf(ErrorKind::Authentication);
    const auto dialog = shown(state);
    QSignalSpy asked(dialog.get(), &CatchUpDialog::newKeyRequested);
    pressIn(*dialog, u"bringingProblem"_s);
    QCOMPARE(asked.count(), 1);
    state.isKeyKept = false;
    dialog->setState(state);
    QVERIFY(!find<Banner>(*dialog, u"bringingProblem"_s)->actionButton()->isVisible());
    dialog->setState(busy());
    QVERIFY(!find<Banner>(*dialog, u"bringingProblem"_s)->isVisible());
}

void TestCatchUpDialog::anEndpointIsMadeFromHere() {
    BringingState state = off();
    state.endpoints = 0;
    const auto dialog = shown(state);
    QSignalSpy asked(dialog.get(), &CatchUpDialog::endpointRequested);
    pressIn(*dialog, u"bringingNoTakers"_s);
    QCOMPARE(asked.count(), 1);
    dialog->setState(off());
    QVERIFY(!find<Banner>(*dialog, u"bringingNoTakers"_s)->isVisible());
}

void TestCatchUpDialog::aShortLookDoesNotFlicker() {
    const auto dialog = shown(on());
    const auto* look = find<QLabel>(*dialog, u"bringingLook"_s);
    BringingState state = on();
    state.isLooking = true;
    dialog->setState(state);
    QCOMPARE(look->text(), u"Checked 6 s ago"_s);
    QTRY_COMPARE(look->text(), u"Looking for new events…"_s); // It takes long.
    dialog->setState(on());
    QCOMPARE(look->text(), u"Checked 6 s ago"_s);
}

void TestCatchUpDialog::anOldGapIsHistory() {
    BringingState state = busy();
    state.record.gaps = {{GapKind::LookedLate, before(60 * hour), before(50 * hour), 3},
                         {GapKind::NoLongerListed, before(90 * hour), before(80 * hour), 0}};
    const auto dialog = shown(state, someEvents());
    QVERIFY(!find<Banner>(*dialog, u"bringingGaps"_s)->isVisible());
    press(*dialog, u"allGaps"_s);
    const auto* list = find<QListWidget>(*dialog, u"gapList"_s);
    QVERIFY(list->isVisible());
    QCOMPARE(list->count(), 2);
    test::picture(*dialog, u"catchup-all-gaps"_s, *theme_);
    press(*dialog, u"allGaps"_s);
    QVERIFY(find<QWidget>(*dialog, u"broughtEvents"_s)->isVisible());
}

void TestCatchUpDialog::theIdOfAnEventIsCopied() {
    const auto dialog = shown(busy(), someEvents());
    auto* table = find<BroughtEventTable>(*dialog, u"broughtEvents"_s);
    const QPoint row = table->visualRect(table->model()->index(2, 0)).center();
    QContextMenuEvent asked(QContextMenuEvent::Mouse, row, table->viewport()->mapToGlobal(row));
    QApplication::sendEvent(table->viewport(), &asked);
    auto* menu = table->findChild<QMenu*>(u"broughtEventMenu"_s);
    QVERIFY(menu);
    menu->findChild<QAction*>(u"copyEventId"_s)->trigger();
    menu->close();
    QCOMPARE(QApplication::clipboard()->text(), u"evt_0002"_s);
}

void TestCatchUpDialog::rowsAreCopied() {
    const auto dialog = shown(busy(), someEvents());
    auto* table = find<BroughtEventTable>(*dialog, u"broughtEvents"_s);
    table->selectRow(0);
    table->selectionModel()->select(table->model()->index(1, 0),
                                    QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QTest::keySequence(table, QKeySequence::Copy);
    const QStringList lines = QApplication::clipboard()->text().split(u'\n');
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines.at(0).startsWith(u"evt_0000\tevaluation.completed\t2026-11-03T14:30:00"));
    QVERIFY(lines.at(1).endsWith(u"No endpoint of the Sandbox takes “Rating submitted”"));
}

void TestCatchUpDialog::everyControlHasAName() {
    BringingState state = busy();
    state.record.gaps = {late};
    state.endpoints = 0;
    state.problem = errorOf(ErrorKind::Authentication);
    const auto dialog = shown(state, someEvents());
    int controls = 0;
    for (QWidget* widget : dialog->findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus)
            continue;
        ++controls;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        QVERIFY2(face && !face->text(QAccessible::Name).isEmpty(),
                 qPrintable(QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName()));
    }
    QVERIFY(controls >= 5);
}

void TestCatchUpDialog::theStatusBarNamesTheAccount() {
    BringingButton button;
    button.setEntries({}, {});
    QVERIFY(!button.isVisible());
    QSignalSpy chosen(&button, &BringingButton::chosen);
    button.setEntries({{u"account_1"_s, bringingText(u"R&D"_s, busy()), false}}, {});
    QCOMPARE(button.accessibleName(), u"Bringing events from \u2068R&D\u2069: 1,240 so far"_s);
    QCOMPARE(withoutIsolation(button.text()), u"Bringing events from R&&D: 1,240 so far"_s);
    QTest::keyClick(&button, Qt::Key_Space);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.first().first().toString(), u"account_1"_s);
}

void TestCatchUpDialog::theStatusBarCountsSeveralAccounts() {
    BringingButton button;
    QSignalSpy chosen(&button, &BringingButton::chosen);
    button.setEntries({{u"account_1"_s, u"One"_s, false}, {u"account_2"_s, u"Two"_s, true}}, bringingText(2, 30));
    QCOMPARE(button.text(), u"Bringing events from 2 account(s): 30 so far"_s);
    QTest::keyClick(&button, Qt::Key_Space);
    auto* menu = button.findChild<QMenu*>();
    QVERIFY(menu);
    menu->actions().at(1)->trigger();
    menu->close();
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.first().first().toString(), u"account_2"_s);
}

void TestCatchUpDialog::aLongNameDoesNotWidenTheStatusBar() {
    BringingButton button;
    const QString text = bringingText(QString(80, u'W'), busy());
    button.setEntries({{u"account_1"_s, text, false}}, {});
    QVERIFY2(button.sizeHint().width() <= 340, qPrintable(QString::number(button.sizeHint().width())));
    QVERIFY(button.text().endsWith(u"so far"));
    QCOMPARE(button.accessibleName(), text);
}

QTEST_MAIN(TestCatchUpDialog)
#include "tst_catchupdialog.moc"
