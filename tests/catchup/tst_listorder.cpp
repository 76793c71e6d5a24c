// SPDX-License-Identifier: MIT
#include "catchup/listorder.h"

#include <QTest>

using namespace waybill;

namespace {
/// "a5 b7": events a and b, made in second 5 and 7.
QList<Event> rows(const QString& text) {
    QList<Event> made;
    for (const QString& word : text.split(u' ', Qt::SkipEmptyParts)) {
        Event event;
        event.id = word.left(1);
        event.created = word.mid(1).toLongLong();
        made.append(event);
    }
    return made;
}

QString idsOf(const QList<Event>& events) {
    QString ids;
    for (const Event& event : events)
        ids += event.id;
    return ids;
}
} // namespace

class tst_ListOrder final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void twoPagesTellTheOrder_data() {
        QTest::addColumn<QString>("page");
        QTest::addColumn<QString>("next");
        QTest::addColumn<QString>("order");
        QTest::newRow("newest first") << "a9 b8"
                                      << "c7 d6"
                                      << "newest";
        QTest::newRow("oldest first") << "a1 b2"
                                      << "c3 d4"
                                      << "oldest";
        QTest::newRow("one row each, newest") << "a9"
                                              << "b8"
                                              << "newest";
        QTest::newRow("one row each, oldest") << "a8"
                                              << "b9"
                                              << "oldest";
        QTest::newRow("all of one second") << "a5 b5"
                                           << "c5 d5"
                                           << "";
        QTest::newRow("a second that goes over the edge") << "a5 b5"
                                                          << "c5 d4"
                                                          << "newest";
        QTest::newRow("rows of a page the other way around") << "b8 a9"
                                                             << "d6 c7"
                                                             << "newest";
        QTest::newRow("rows that come again") << "a9 b8"
                                              << "b8 c7"
                                              << "newest";
        QTest::newRow("rows that come again with one that is new") << "b8 c7"
                                                                   << "a9 b8 c7 d6"
                                                                   << "";
        QTest::newRow("nothing follows") << "a9 b8"
                                         << ""
                                         << "";
    }
    void twoPagesTellTheOrder() {
        QFETCH(QString, page);
        QFETCH(QString, next);
        QFETCH(QString, order);
        const auto told = orderOfPages(rows(page), rows(next));
        QCOMPARE(!told                             ? QString()
                 : *told == ListOrder::NewestFirst ? QStringLiteral("newest")
                                                   : QStringLiteral("oldest"),
                 order);
    }

    void whatComesAgainBeforeTheCursorTellsNothing() {
        QCOMPARE(idsOf(rowsBehind(QStringLiteral("c"), rows(QStringLiteral("a9 b8 c7 d6 e5")))), QStringLiteral("de"));
        QCOMPARE(idsOf(rowsBehind(QStringLiteral("x"), rows(QStringLiteral("d6 e5")))), QStringLiteral("de"));
    }

    void aRowWithoutAnIdIsNoneThatACursorNames() {
        QList<Event> listed = rows(QStringLiteral("a9 b8 c7"));
        listed[1].id.clear();
        QCOMPARE(rowsBehind(QString(), listed), listed);
    }

    void whatIsKnownOfOneSecondTellsTheOrder_data() {
        QTest::addColumn<QList<bool>>("isKnown");
        QTest::addColumn<std::optional<ListOrder>>("order");
        using Told = std::optional<ListOrder>;
        QTest::newRow("new ones first") << QList<bool>{false, true, true} << Told(ListOrder::NewestFirst);
        QTest::newRow("new ones last") << QList<bool>{true, true, false} << Told(ListOrder::OldestFirst);
        QTest::newRow("new ones between") << QList<bool>{true, false, true} << Told();
        QTest::newRow("new ones around") << QList<bool>{false, true, false} << Told();
        QTest::newRow("only known ones") << QList<bool>{true, true} << Told();
        QTest::newRow("only new ones") << QList<bool>{false, false} << Told();
        QTest::newRow("none") << QList<bool>{} << Told();
    }
    void whatIsKnownOfOneSecondTellsTheOrder() {
        QFETCH(QList<bool>, isKnown);
        QFETCH(std::optional<ListOrder>, order);
        QCOMPARE(orderOfKnown(isKnown), order);
    }

    void rowsAreBroughtIntoTheOrderOfTime_data() {
        QTest::addColumn<QString>("listed");
        QTest::addColumn<bool>("newestFirst");
        QTest::addColumn<QString>("happened");
        QTest::newRow("newest first") << "d4 c3 b2 a1" << true << "abcd";
        QTest::newRow("oldest first") << "a1 b2 c3 d4" << false << "abcd";
        QTest::newRow("a tie, newest first") << "d4 c3 b3 a1" << true << "abcd";
        QTest::newRow("a tie, oldest first") << "a1 b3 c3 d4" << false << "abcd";
        QTest::newRow("one second, newest first") << "c3 b3 a3" << true << "abc";
        QTest::newRow("one second, oldest first") << "a3 b3 c3" << false << "abc";
        QTest::newRow("a page the other way around") << "a1 b3 c3 d4" << true << "abcd";
        QTest::newRow("one in the wrong place") << "d4 a1 c3 b2" << true << "abcd";
        QTest::newRow("the last does not say when") << "a1 b3 c3 x0" << false << "xabc";
        QTest::newRow("the first does not say when") << "x0 c3 b3 a1" << true << "xabc";
        QTest::newRow("none says when") << "b0 a0" << true << "ab";
        QTest::newRow("none") << "" << true << "";
    }
    void rowsAreBroughtIntoTheOrderOfTime() {
        QFETCH(QString, listed);
        QFETCH(bool, newestFirst);
        QFETCH(QString, happened);
        QCOMPARE(idsOf(inOrderOfTime(rows(listed), newestFirst ? ListOrder::NewestFirst : ListOrder::OldestFirst)),
                 happened);
    }
};

QTEST_GUILESS_MAIN(tst_ListOrder)
#include "tst_listorder.moc"
