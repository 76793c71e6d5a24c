// SPDX-License-Identifier: MIT
#include "openwindow.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;

class TestOpenWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("XDG_RUNTIME_DIR", runtime_.path().toUtf8()); }

    void aSecondStartBringsTheFirstToTheFront();
    void withoutAWindowNothingIsFound();
    void aSocketLeftByAKilledWaybillIsNoObstacle();
    void windowsOfOtherFoldersAreLeftAlone();

private:
    QTemporaryDir runtime_;
    QTemporaryDir folder_;
};

void TestOpenWindow::aSecondStartBringsTheFirstToTheFront() {
    OpenWindow window(folder_.path());
    window.listen();
    QSignalSpy asked(&window, &OpenWindow::askedToShow);
    QVERIFY(OpenWindow::bringToFront(folder_.path()));
    QTRY_COMPARE(asked.count(), 1);
}

void TestOpenWindow::withoutAWindowNothingIsFound() {
    QVERIFY(!OpenWindow::bringToFront(folder_.path()));
}

void TestOpenWindow::aSocketLeftByAKilledWaybillIsNoObstacle() {
    OpenWindow killed(folder_.path());
    killed.listen();
    OpenWindow window(folder_.path());
    window.listen();
    QSignalSpy asked(&window, &OpenWindow::askedToShow);
    QVERIFY(OpenWindow::bringToFront(folder_.path()));
    QTRY_COMPARE(asked.count(), 1);
}

void TestOpenWindow::windowsOfOtherFoldersAreLeftAlone() {
    OpenWindow window(folder_.path());
    window.listen();
    QTemporaryDir other;
    QVERIFY(!OpenWindow::bringToFront(other.path()));
}

QTEST_GUILESS_MAIN(TestOpenWindow)
#include "tst_openwindow.moc"
