// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "models/deliverytablemodel.h"
#include "models/endpointlistmodel.h"
#include "places/curlcommand.h"
#include "places/journey.h"
#include "places/phasesbar.h"
#include "widgets/elidedlabel.h"
#include "widgets/pill.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
struct Line {
    QString id;
    int value = 0;
    friend bool operator==(const Line&, const Line&) = default;
};

class Lines final : public KeyedRows<Line> {
public:
    explicit Lines(const Clock& clock) : KeyedRows(clock, nullptr) {}
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 1; }
    QVariant data(const QModelIndex& index, int role) const override {
        return role == Qt::DisplayRole ? at(index.row()).id : QVariant();
    }
    using KeyedRows::swapIn;

protected:
    QString keyOf(const Line& row) const override { return row.id; }
};

QList<Line> linesOf(const QString& ids, int value = 0) {
    QList<Line> list;
    for (const QChar id : ids)
        list.append({id, value});
    return list;
}

QString idsOf(const Lines& lines) {
    QString ids;
    for (const Line& line : lines.rows())
        ids += line.id;
    return ids;
}

Delivery deliveryOf(int number, DeliveryStatus status, int attempt, Instant at) {
    Delivery delivery;
    delivery.id = u"delivery_%1"_s.arg(number, 4, 10, QChar(u'0'));
    delivery.eventId = u"event_1"_s;
    delivery.endpointId = u"endpoint_1"_s;
    delivery.status = status;
    delivery.statusText = status == DeliveryStatus::Delivered ? u"delivered"_s : u"failed"_s;
    delivery.attempt = attempt;
    delivery.scheduledFor = at;
    delivery.createdAt = at;
    if (status == DeliveryStatus::Delivered)
        delivery.deliveredAt = at;
    return delivery;
}
const Instant start = *instantFromIso8601(u"2026-10-12T08:00:00Z"_s);
} // namespace

class TestModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void swappedRowsAreTheFreshOnes_data();
    void swappedRowsAreTheFreshOnes();
    void selectionStaysWithItsRow();
    void equalRowsAreLeftAlone();
    void theLogIsReadPageByPage();
    void aRefreshKeepsWhatIsLoaded();
    void foreignTextInTooltipsIsNotMarkup();
    void aDisabledEndpointOwnsUpToItsRetries();
    void aFailingEndpointSaysForHowLongAndWhatComes();
    void anEventThatIsNotKnownYetIsNotCalledByItsId();
    void aForeignStatusInTheJourneyIsNotMarkup();
    void theJourneyCountsDownWithTheTable();
    void theOutlookFollowsTheSchedule_data();
    void theOutlookFollowsTheSchedule();
    void phasesThatWereNotNeededAreLeftOut();
    void phasesEndWhereTheAttemptBroke_data();
    void phasesEndWhereTheAttemptBroke();
    void theCommandHidesTheSignatureAndQuotesTheRest();

private:
    MovableClock clock_{start};
};

void TestModels::swappedRowsAreTheFreshOnes_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::newRow("filled") << u""_s << u"abc"_s;
    QTest::newRow("emptied") << u"abc"_s << u""_s;
    QTest::newRow("new at the top") << u"abc"_s << u"xyabc"_s;
    QTest::newRow("new in between and gone") << u"abcd"_s << u"axcy"_s;
    QTest::newRow("turned round") << u"abcd"_s << u"dcba"_s;
    QTest::newRow("all others") << u"abc"_s << u"xyz"_s;
}

void TestModels::swappedRowsAreTheFreshOnes() {
    QFETCH(const QString, before);
    QFETCH(const QString, after);
    Lines lines(clock_);
    const QAbstractItemModelTester tester(&lines, QAbstractItemModelTester::FailureReportingMode::QtTest);
    lines.swapIn(linesOf(before));
    QCOMPARE(idsOf(lines), before);
    lines.swapIn(linesOf(after, 7));
    QCOMPARE(idsOf(lines), after);
    for (const Line& line : lines.rows())
        QCOMPARE(line.value, 7);
}

void TestModels::selectionStaysWithItsRow() {
    Lines lines(clock_);
    lines.swapIn(linesOf(u"abcd"_s));
    QItemSelectionModel selection(&lines);
    selection.select(lines.index(2, 0), QItemSelectionModel::ClearAndSelect);
    lines.swapIn(linesOf(u"xydcb"_s, 1));
    QCOMPARE(selection.selectedIndexes().size(), 1);
    QCOMPARE(selection.selectedIndexes().first().data().toString(), u"c"_s);
}

void TestModels::equalRowsAreLeftAlone() {
    Lines lines(clock_);
    lines.swapIn(linesOf(u"abc"_s));
    const QSignalSpy changes(&lines, &QAbstractItemModel::dataChanged);
    const QSignalSpy inserts(&lines, &QAbstractItemModel::rowsInserted);
    const QSignalSpy resets(&lines, &QAbstractItemModel::modelReset);
    lines.swapIn(linesOf(u"abc"_s));
    QCOMPARE(changes.count() + inserts.count() + resets.count(), 0);
}

void TestModels::theLogIsReadPageByPage() {
    const QTemporaryDir folder;
    History history(folder.filePath(u"history.db"_s), clock_);
    QList<Delivery> log;
    for (int i = 0; i < 25; ++i)
        log.append(deliveryOf(i, DeliveryStatus::Delivered, 1, start + seconds(i)));
    history.putDeliveries(log, this, [](const Result<int>& written) { QVERIFY(written); });
    DeliveryTableModel model(history, clock_);
    model.setPage(10, DeliveryTableModel::Extent::Everything);
    model.refresh();
    QTRY_COMPARE(model.rowCount(), 10);
    QCOMPARE(model.at(0).delivery.id, u"delivery_0024"_s);
    QTRY_VERIFY(model.canFetchMore({}));
    model.fetchMore({});
    QTRY_COMPARE(model.rowCount(), 20);
    model.fetchMore({});
    QTRY_COMPARE(model.rowCount(), 25);
    QVERIFY(!model.canFetchMore({}));
    QCOMPARE(model.at(24).delivery.id, u"delivery_0000"_s);
}

void TestModels::aRefreshKeepsWhatIsLoaded() {
    const QTemporaryDir folder;
    History history(folder.filePath(u"history.db"_s), clock_);
    QList<Delivery> log;
    for (int i = 0; i < 25; ++i)
        log.append(deliveryOf(i, DeliveryStatus::Delivered, 1, start + seconds(i)));
    history.putDeliveries(log, this, [](const Result<int>&) {});
    DeliveryTableModel model(history, clock_);
    model.setPage(10, DeliveryTableModel::Extent::Everything);
    model.refresh();
    QTRY_VERIFY(model.canFetchMore({}));
    model.fetchMore({});
    QTRY_COMPARE(model.rowCount(), 20);
    const QPersistentModelIndex watched = model.index(15, 0);
    const QString id = watched.data(DeliveryTableModel::IdRole).toString();
    history.putDeliveries({deliveryOf(99, DeliveryStatus::Delivered, 1, start + seconds(99))}, this,
                          [](const Result<int>&) {});
    QTRY_COMPARE(model.at(0).delivery.id, u"delivery_0099"_s);
    QVERIFY(model.rowCount() >= 20);
    QCOMPARE(watched.data(DeliveryTableModel::IdRole).toString(), id);
    QCOMPARE(watched.row(), 16);
}

void TestModels::foreignTextInTooltipsIsNotMarkup() {
    const QTemporaryDir folder;
    History history(folder.filePath(u"history.db"_s), clock_);
    Endpoint endpoint;
    endpoint.id = u"endpoint_1"_s;
    endpoint.url = u"https://example.org/<img src=x>"_s;
    history.putEndpoint(endpoint, this, [](const Result<void>&) {});
    EndpointListModel model(history, clock_);
    model.refresh();
    QTRY_COMPARE(model.rowCount(), 1);
    const QString tip = model.index(0, 0).data(Qt::ToolTipRole).toString();
    QVERIFY(!tip.contains(u"<img"_s));
    QVERIFY(tip.contains(u"&lt;img"_s));
}

void TestModels::aDisabledEndpointOwnsUpToItsRetries() {
    EndpointSummary summary;
    summary.endpoint.enabledEvents = {u"*"_s};
    summary.endpoint.status = EndpointStatus::Disabled;
    QCOMPARE(endpointLine(summary, start), u"All events · disabled, no new events"_s);
    summary.pendingRetries = 2;
    const QString line = endpointLine(summary, start);
    QVERIFY2(line.startsWith(u"disabled · 2 "_s), qPrintable(line));
}

void TestModels::aFailingEndpointSaysForHowLongAndWhatComes() {
    EndpointSummary summary;
    summary.endpoint.enabledEvents = {u"*"_s};
    summary.failingSince = start - seconds(310);
    summary.nextRetry = deliveryOf(1, DeliveryStatus::Pending, 2, start + seconds(53));
    QCOMPARE(endpointLine(summary, start), u"failing for 5 min · next try in 53 s"_s);
}

void TestModels::anEventThatIsNotKnownYetIsNotCalledByItsId() {
    const QTemporaryDir folder;
    History history(folder.filePath(u"history.db"_s), clock_);
    history.putDeliveries({deliveryOf(1, DeliveryStatus::Pending, 1, start)}, this, [](const Result<int>&) {});
    DeliveryTableModel model(history, clock_);
    model.refresh();
    QTRY_COMPARE(model.rowCount(), 1);
    const QModelIndex cell = model.index(0, DeliveryTableModel::Event);
    QCOMPARE(cell.data().toString(), u"…"_s);
    QVERIFY(cell.data(Qt::ToolTipRole).toString().contains(u"event_1"_s));
    Event event;
    event.id = u"event_1"_s;
    event.type = u"rating.created"_s;
    event.body = "{}"_ba;
    history.putEvents({event}, this, [](const Result<int>&) {});
    QTRY_COMPARE(model.index(0, DeliveryTableModel::Event).data().toString(), u"Rating submitted"_s);
}

void TestModels::theJourneyCountsDownWithTheTable() {
    const QTemporaryDir folder;
    MovableClock clock(start);
    History history(folder.filePath(u"history.db"_s), clock);
    Journey journey(history, clock);
    const Delivery pending = deliveryOf(1, DeliveryStatus::Pending, 2, start + seconds(300));
    journey.show(pending);
    const auto says = [&journey](const QString& words) {
        const auto labels = journey.findChildren<ElidedLabel*>();
        return std::any_of(labels.cbegin(), labels.cend(),
                           [&words](const ElidedLabel* label) { return label->fullText().contains(words); });
    };
    QVERIFY(says(u"in 5 min"_s));
    clock.advance(seconds(120));
    journey.show(pending); // As the table does when it tells its times.
    QVERIFY(says(u"in 3 min"_s));
}

void TestModels::aForeignStatusInTheJourneyIsNotMarkup() {
    const QTemporaryDir folder;
    History history(folder.filePath(u"history.db"_s), clock_);
    Journey journey(history, clock_);
    Delivery delivery = deliveryOf(1, DeliveryStatus::Unknown, 1, start);
    delivery.statusText = u"<img src=x>"_s;
    journey.show(delivery);
    const QList<Pill*> pills = journey.findChildren<Pill*>();
    QVERIFY(!pills.isEmpty());
    QVERIFY(pills.first()->toolTip().contains(u"&lt;img"_s));
    QVERIFY(!pills.first()->toolTip().contains(u"<img"_s));
}

void TestModels::theOutlookFollowsTheSchedule_data() {
    QTest::addColumn<DeliveryStatus>("status");
    QTest::addColumn<int>("attempt");
    QTest::addColumn<int>("next");
    QTest::addColumn<int>("secondsToNext");
    QTest::addColumn<int>("later");
    QTest::addColumn<int>("secondsToLast");
    QTest::newRow("delivered") << DeliveryStatus::Delivered << 1 << 0 << 0 << 0 << 0;
    QTest::newRow("abandoned") << DeliveryStatus::Abandoned << 9 << 0 << 0 << 0 << 0;
    QTest::newRow("first failed") << DeliveryStatus::Failed << 1 << 2 << 60 << 7
                                  << 60 + 300 + 1800 + 7200 + 21600 + 3 * 86400;
    QTest::newRow("eighth failed") << DeliveryStatus::Failed << 8 << 9 << 86400 << 0 << 0;
    QTest::newRow("third waits") << DeliveryStatus::Pending << 3 << 0 << 0 << 6 << 1800 + 7200 + 21600 + 3 * 86400;
}

void TestModels::theOutlookFollowsTheSchedule() {
    QFETCH(const DeliveryStatus, status);
    QFETCH(const int, attempt);
    QFETCH(const int, next);
    QFETCH(const int, secondsToNext);
    QFETCH(const int, later);
    QFETCH(const int, secondsToLast);
    const Outlook outlook = outlookOf({deliveryOf(1, status, attempt, start)});
    QCOMPARE(outlook.nextAttempt.value_or(0), next);
    if (next > 0)
        QVERIFY(outlook.nextAt == start + seconds(secondsToNext));
    QCOMPARE(outlook.laterAttempts, later);
    QCOMPARE(outlook.lastAt.has_value(), later > 0);
    if (later > 0)
        QVERIFY(*outlook.lastAt == start + seconds(secondsToLast));
}

void TestModels::phasesThatWereNotNeededAreLeftOut() {
    AttemptPhases phases;
    phases.connected = 2;
    phases.sent = 3;
    phases.done = 10;
    const QList<Phase> list = phasesOf(phases);
    QCOMPARE(list.size(), 3);
    QCOMPARE(list.at(0).duration.count(), 2);
    QCOMPARE(list.at(2).from.count(), 3);
    QCOMPARE(list.at(2).duration.count(), 7);
}

void TestModels::phasesEndWhereTheAttemptBroke_data() {
    QTest::addColumn<AttemptPhases>("phases");
    QTest::addColumn<AttemptEnd>("end");
    QTest::addColumn<QStringList>("names");
    AttemptPhases phases;
    phases.done = 5;
    QTest::newRow("look-up") << phases << AttemptEnd::Broken << QStringList{u"Finding the address"_s};
    phases.lookedUp = 1;
    QTest::newRow("refused") << phases << AttemptEnd::Broken << QStringList{u"Finding the address"_s, u"Connecting"_s};
    phases.connected = 2;
    QTest::newRow("certificate") << phases << AttemptEnd::BrokenSecure
                                 << QStringList{u"Finding the address"_s, u"Connecting"_s, u"Securing the line"_s};
    phases.sent = 3;
    QTest::newRow("no answer") << phases << AttemptEnd::Broken
                               << QStringList{u"Finding the address"_s, u"Connecting"_s, u"Sending"_s,
                                              u"Waiting for the answer"_s};
    AttemptPhases kept;
    kept.sent = 1;
    kept.firstByte = 2;
    kept.done = 5;
    QTest::newRow("unreadable, kept connection")
        << kept << AttemptEnd::BrokenSecure
        << QStringList{u"Sending"_s, u"Waiting for the answer"_s, u"Reading the answer"_s};
}

void TestModels::phasesEndWhereTheAttemptBroke() {
    QFETCH(const AttemptPhases, phases);
    QFETCH(const AttemptEnd, end);
    QFETCH(const QStringList, names);
    const QList<Phase> list = phasesOf(phases, end);
    QStringList found;
    for (const Phase& phase : list) {
        found += phase.name;
        QCOMPARE(phase.isBroken, &phase == &list.last());
    }
    QCOMPARE(found, names);
    QCOMPARE((list.last().from + list.last().duration).count(), 5);
}

void TestModels::theCommandHidesTheSignatureAndQuotesTheRest() {
    const HttpHeaders headers{{"Content-Type", "application/json"}, {"Autousers-Signature", "t=1,v1=abcdef"}};
    const QString command = curlCommand(u"https://example.org/a"_s, headers, "{\"say\":\"it's $HOME\"}"_ba);
    QVERIFY(!command.contains(u"abcdef"_s));
    QVERIFY(command.contains(u"'Autousers-Signature: <signature>'"_s));
    QVERIFY(command.contains(u"'{\"say\":\"it'\\''s $HOME\"}'"_s));
}

QTEST_MAIN(TestModels)
#include "tst_models.moc"
