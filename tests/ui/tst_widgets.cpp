// SPDX-License-Identifier: MIT
#include "widgets/banner.h"
#include "widgets/copybutton.h"
#include "widgets/elidedlabel.h"
#include "widgets/emptystate.h"
#include "widgets/errorstate.h"
#include "widgets/jsonlayout.h"
#include "widgets/payloadview.h"
#include "widgets/pill.h"
#include "widgets/skeleton.h"
#include "widgets/tabstrip.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QThreadPool>
#include <QVBoxLayout>

using namespace waybill;
using namespace Qt::StringLiterals;

class TestWidgets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void jsonIsIndentedAndNothingElseChanged_data();
    void jsonIsIndentedAndNothingElseChanged();
    void whatIsNotJsonStaysAsItIs_data();
    void whatIsNotJsonStaysAsItIs();
    void spansPointAtTheirTokens();
    void spansFollowABrokenLine();
    void aLargePayloadIsCutAtACharacter();
    void aLargePayloadIsLaidOutLaterAndTheLastOneWins();
    void aViewMayGoBeforeItsTextComes();
    void copyingSaysSoAndGoesBack();
    void aCopyButtonKeepsItsOwnName();
    void anEmptyCopyButtonIsDisabled();
    void anElidedLabelShowsForeignTextAsText();
    void aLabelOfTwoLinesWrapsBeforeItShortens();
    void anErrorShowsItsRequestId();
    void aSkeletonWaitsBeforeItIsDrawn();
    void tabsAnswerTheKeyboard();
    void theRingOfATabLeavesItsWordsAlone();
    void aBannerCanBeClosed();
    void anEmptyStateOffersItsButton();
    void aPillKeepsItsShapeOnASelectedRow();
    void aPillIsReadOut();
};

void TestWidgets::jsonIsIndentedAndNothingElseChanged_data() {
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QString>("expected");
    QTest::newRow("numbers keep their digits")
        << "{\"a\":1.10,\"b\":12345678901234567890,\"c\":-0e+5}"_ba
        << u"{\n  \"a\": 1.10,\n  \"b\": 12345678901234567890,\n  \"c\": -0e+5\n}"_s;
    QTest::newRow("a repeated key stays") << "{\"a\":1,\"a\":2}"_ba << u"{\n  \"a\": 1,\n  \"a\": 2\n}"_s;
    QTest::newRow("the order stays") << "{\"z\":1,\"a\":2}"_ba << u"{\n  \"z\": 1,\n  \"a\": 2\n}"_s;
    QTest::newRow("escapes stay") << "[\"\\u00e9\\\"x\"]"_ba << u"[\n  \"\\u00e9\\\"x\"\n]"_s;
    QTest::newRow("empty ones stay small")
        << "{ \"a\" : [ ] , \"b\" : { } }"_ba << u"{\n  \"a\": [],\n  \"b\": {}\n}"_s;
    QTest::newRow("words") << "[true,false,null]"_ba << u"[\n  true,\n  false,\n  null\n]"_s;
}

void TestWidgets::jsonIsIndentedAndNothingElseChanged() {
    QFETCH(QByteArray, input);
    QFETCH(QString, expected);
    const LaidOutPayload result = layOutPayload(input);
    QVERIFY(result.isJson);
    QCOMPARE(result.text, expected);
}

void TestWidgets::whatIsNotJsonStaysAsItIs_data() {
    QTest::addColumn<QByteArray>("input");
    QTest::newRow("empty") << ""_ba;
    QTest::newRow("text") << "upstream unavailable"_ba;
    QTest::newRow("html") << "<html><b>no</b></html>"_ba;
    QTest::newRow("cut off") << "{\"a\": [1, 2"_ba;
    QTest::newRow("open string") << "[\"a\\"_ba;
    QTest::newRow("more after it") << "{} {}"_ba;
    QTest::newRow("comma too many") << "[1,]"_ba;
    QTest::newRow("zero in front") << "[01]"_ba;
    QTest::newRow("too deep") << QByteArray(5000, '[');
}

void TestWidgets::whatIsNotJsonStaysAsItIs() {
    QFETCH(QByteArray, input);
    const LaidOutPayload result = layOutPayload(input);
    QVERIFY(!result.isJson);
    QVERIFY(result.spans.isEmpty());
    QCOMPARE(QString(result.text).remove(u'\n'), QString::fromUtf8(input));
}

void TestWidgets::spansPointAtTheirTokens() {
    const LaidOutPayload result = layOutPayload("{\"k\":\"v\",\"n\":[42,null]}"_ba);
    QStringList tokens;
    for (const JsonSpan& span : result.spans)
        tokens.append(result.text.sliced(span.start, span.length));
    QCOMPARE(tokens, (QStringList{u"\"k\""_s, u"\"v\""_s, u"\"n\""_s, u"42"_s, u"null"_s}));
    QCOMPARE(result.spans.first().part, JsonPart::Key);
    QCOMPARE(result.spans.last().part, JsonPart::Keyword);
}

void TestWidgets::spansFollowABrokenLine() {
    const QByteArray word(5000, 'x');
    const LaidOutPayload result = layOutPayload("[\""_ba + word + "\",7]"_ba);
    QVERIFY(result.isJson);
    const auto at = [&result](int index) {
        return result.text.sliced(result.spans[index].start, result.spans[index].length).remove(u'\n');
    };
    QCOMPARE(at(0), u'"' + QString::fromLatin1(word) + u'"');
    QCOMPARE(at(1), u"7"_s);
    for (const QString& line : result.text.split(u'\n'))
        QVERIFY(line.size() <= 2000);
}

void TestWidgets::aLargePayloadIsCutAtACharacter() {
    const LaidOutPayload result = layOutPayload(QString(100, u'é').toUtf8(), 51);
    QVERIFY(result.isCut);
    QCOMPARE(result.text, QString(25, u'é'));
}

void TestWidgets::aLargePayloadIsLaidOutLaterAndTheLastOneWins() {
    PayloadView view;
    QSignalSpy shown(&view, &PayloadView::shown);
    const QByteArray large = "[\""_ba + QByteArray(100'000, 'a') + "\"]"_ba;
    view.setPayload(large);
    QCOMPARE(shown.count(), 0);
    QVERIFY(shown.wait(test::patience));
    QVERIFY(view.toPlainText().startsWith(u"[\n"));
    view.setPayload(large);
    view.setPayload("short"_ba);
    QCOMPARE(view.toPlainText(), u"short"_s);
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::sendPostedEvents();
    QCOMPARE(view.toPlainText(), u"short"_s);
}

void TestWidgets::aViewMayGoBeforeItsTextComes() {
    {
        PayloadView view;
        view.setPayload(QByteArray(100'000, 'a'));
    }
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::sendPostedEvents();
}

void TestWidgets::copyingSaysSoAndGoesBack() {
    CopyButton button;
    button.setCopiedText(u"whd_1"_s);
    button.click();
    QCOMPARE(QApplication::clipboard()->text(), u"whd_1"_s);
    QCOMPARE(button.text(), u"Copied"_s);
    QTRY_COMPARE(button.text(), u"Copy"_s);
}

void TestWidgets::aCopyButtonKeepsItsOwnName() {
    CopyButton button;
    QCOMPARE(button.accessibleName(), u"Copy"_s);
    button.setAccessibleName(u"Copy the address"_s);
    button.setToolTip(u"Copy the address"_s);
    button.setLabel({});
    QCOMPARE(button.accessibleName(), u"Copy the address"_s);
    QCOMPARE(button.toolTip(), u"Copy the address"_s);
    button.setCopiedText(u"https://example.org"_s);
    button.click();
    QCOMPARE(button.accessibleName(), u"Copied"_s);
    button.click(); // Again, before it rests.
    QTRY_COMPARE(button.accessibleName(), u"Copy the address"_s);
    QCOMPARE(button.toolTip(), u"Copy the address"_s);
}

void TestWidgets::anEmptyCopyButtonIsDisabled() {
    CopyButton button;
    QVERIFY(!button.isEnabled());
    button.setCopiedText(u"x"_s);
    QVERIFY(button.isEnabled());
}

void TestWidgets::anElidedLabelShowsForeignTextAsText() {
    ElidedLabel label(u"<b>bold</b>"_s);
    QCOMPARE(label.textFormat(), Qt::PlainText);
    QVERIFY(!label.toolTip().contains(u"<b>"));
    QVERIFY(label.minimumSizeHint().width() < label.sizeHint().width());
}

void TestWidgets::aLabelOfTwoLinesWrapsBeforeItShortens() {
    ElidedLabel label(u"Nothing listens at the receiver's address, and nobody knows why that may be"_s);
    const int whole = label.sizeHint().width();
    const int line = label.fontMetrics().height();
    label.setMostLines(2);
    QVERIFY(label.hasHeightForWidth());
    QCOMPARE(label.heightForWidth(whole), line);
    QCOMPARE(label.heightForWidth(whole * 2 / 3), 2 * line);
    QCOMPARE(label.heightForWidth(whole / 4), 2 * line);
    QWidget page;
    auto* column = new QVBoxLayout(&page);
    auto* inside = new ElidedLabel(label.fullText(), &page);
    inside->setMostLines(2);
    column->addWidget(inside);
    column->addStretch(1);
    page.resize(whole * 2 / 3, 10 * line);
    page.show();
    QCOMPARE(inside->height(), 2 * line);
}

void TestWidgets::anErrorShowsItsRequestId() {
    ErrorState state;
    Error error;
    error.requestId = u"req_42"_s;
    state.setError(error);
    QSignalSpy retried(&state, &ErrorState::retried);
    state.retryButton()->click();
    QCOMPARE(retried.count(), 1);
    QCOMPARE(state.findChild<CopyButton*>()->copiedText(), u"req_42"_s);
    for (const QLabel* label : state.findChildren<QLabel*>())
        if (!label->text().isEmpty())
            QCOMPARE(label->textFormat(), Qt::PlainText);
}

void TestWidgets::aSkeletonWaitsBeforeItIsDrawn() {
    Skeleton skeleton;
    skeleton.show();
    QVERIFY(!skeleton.isDrawn());
    QTRY_VERIFY(skeleton.isDrawn());
    skeleton.hide();
    QVERIFY(!skeleton.isDrawn());
}

void TestWidgets::tabsAnswerTheKeyboard() {
    TabStrip tabs;
    tabs.addTab(u"Overview"_s);
    tabs.addTab(u"Deliveries"_s);
    tabs.show();
    tabs.setFocus();
    QTest::keyClick(&tabs, Qt::Key_Right);
    QCOMPARE(tabs.currentIndex(), 1);
    QTest::keyClick(&tabs, Qt::Key_Left);
    QCOMPARE(tabs.currentIndex(), 0);
}

void TestWidgets::theRingOfATabLeavesItsWordsAlone() {
    TabStrip tabs;
    tabs.addTab(u"Overview"_s);
    tabs.addTab(u"Deliveries"_s);
    const QFontMetrics metrics(textFont(type::body));
    int beside = 0;
    for (int index = 0; index < 2; ++index) {
        tabs.setCurrentIndex(index);
        const int spare = tabs.tabRect(index).width() - metrics.horizontalAdvance(tabs.tabText(index));
        QVERIFY(spare >= 2 * TabStrip::edge);
        QVERIFY(index == 0 || qAbs(spare - beside) <= 1); // Even gaps, whichever is chosen.
        beside = spare;
    }
}

void TestWidgets::aBannerCanBeClosed() {
    Banner banner;
    QVERIFY(banner.isHidden());
    banner.setMessage(PillKind::Warning, u"The account asks for a pause."_s, u"Try again"_s);
    QVERIFY(!banner.isHidden());
    QSignalSpy acted(&banner, &Banner::acted);
    banner.actionButton()->click();
    QCOMPARE(acted.count(), 1);
    QSignalSpy closed(&banner, &Banner::closed);
    banner.findChildren<QPushButton*>().last()->click();
    QCOMPARE(closed.count(), 1);
    QVERIFY(banner.isHidden());
}

void TestWidgets::anEmptyStateOffersItsButton() {
    EmptyState state(Icon::Inbox, u"No deliveries yet"_s, u"They appear here."_s, u"Send test event"_s);
    QSignalSpy acted(&state, &EmptyState::acted);
    QVERIFY(!state.button()->isHidden());
    state.button()->click();
    QCOMPARE(acted.count(), 1);
    state.setContent(Icon::Inbox, u"Nothing"_s, {});
    QVERIFY(state.button()->isHidden());
}

void TestWidgets::aPillKeepsItsShapeOnASelectedRow() {
    for (const Tokens* tokens : {&lightTokens(), &darkTokens()}) {
        const QSize size = pillSize(Icon::None, u"Scheduled"_s);
        QImage image(size, QImage::Format_RGB32);
        image.fill(tokens->accentSoft);
        QPainter painter(&image);
        paintPill(&painter, image.rect(), PillKind::Info, Icon::None, u"Scheduled"_s, *tokens, Qt::LeftToRight,
                  PillEdge::Outlined);
        QVERIFY(contrast(image.pixelColor(size.width() / 2, 0), tokens->accentSoft) >= 3);
    }
}

void TestWidgets::aPillIsReadOut() {
    Pill pill;
    pill.setStatus(PillKind::Success, Icon::Check, u"Delivered"_s);
    QCOMPARE(pill.accessibleName(), u"Delivered"_s);
    QCOMPARE(pill.sizeHint(), pillSize(Icon::Check, u"Delivered"_s));
}

QTEST_MAIN(TestWidgets)
#include "tst_widgets.moc"
