// SPDX-License-Identifier: MIT
#include "openwindow.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <memory>
#include <optional>

using namespace waybill;

class TestOpenWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("XDG_RUNTIME_DIR", runtime_.path().toUtf8()); }

    void aSecondStartBringsTheFirstToTheFrontWithWhatItWasGiven();
    void withoutAWindowNobodyIsFound();
    void oneThatDoesNotAnswerIsNotWaitedForLong();
    void aSocketLeftByAKilledWaybillIsNoObstacle();
    void aFolderIsKnownUnderAnyOfItsNames();

private:
    QTemporaryDir runtime_;
    QTemporaryDir folder_;
};

namespace {
/// As another process asks: it waits while this one answers.
class Visitor {
public:
    explicit Visitor(const QString& folder, const Visit& visit = {}) {
        thread_.reset(QThread::create([this, folder, visit] { answer_ = OpenWindow::bringToFront(folder, visit); }));
        thread_->start();
    }
    ~Visitor() { thread_->wait(); }
    OpenWindow::Answer answer() {
        [this] { QTRY_VERIFY(thread_->isFinished()); }();
        return answer_;
    }

private:
    std::unique_ptr<QThread> thread_;
    OpenWindow::Answer answer_ = OpenWindow::Answer::Nobody;
};
} // namespace

void TestOpenWindow::aSecondStartBringsTheFirstToTheFrontWithWhatItWasGiven() {
    OpenWindow window(folder_.path());
    window.listen();
    std::optional<Visit> visited;
    connect(&window, &OpenWindow::visited, this, [&](const Visit& visit) { visited = visit; });
    Visitor visitor(folder_.path(), {"token-1", QStringLiteral("https://a.example"), Secret("ak_live_a")});
    QCOMPARE(visitor.answer(), OpenWindow::Answer::Shown);
    QVERIFY(visited);
    QCOMPARE(visited->activationToken, QByteArray("token-1"));
    QCOMPARE(visited->baseUrl, QStringLiteral("https://a.example"));
    QCOMPARE(visited->apiKey.reveal(), QByteArray("ak_live_a"));
}

void TestOpenWindow::withoutAWindowNobodyIsFound() {
    QCOMPARE(OpenWindow::bringToFront(folder_.path(), {}), OpenWindow::Answer::Nobody);
    QCOMPARE(OpenWindow::bringToFront(QStringLiteral("/nonexistent"), {}), OpenWindow::Answer::Nobody);
}

void TestOpenWindow::oneThatDoesNotAnswerIsNotWaitedForLong() {
    OpenWindow window(folder_.path());
    window.listen(); // And this thread does not run its loop.
    QCOMPARE(OpenWindow::bringToFront(folder_.path(), {}, std::chrono::milliseconds(10)), OpenWindow::Answer::Silent);
}

void TestOpenWindow::aSocketLeftByAKilledWaybillIsNoObstacle() {
    OpenWindow killed(folder_.path());
    killed.listen();
    OpenWindow window(folder_.path());
    window.listen();
    QSignalSpy visited(&window, &OpenWindow::visited);
    Visitor visitor(folder_.path());
    QCOMPARE(visitor.answer(), OpenWindow::Answer::Shown);
    QCOMPARE(visited.count(), 1);
}

void TestOpenWindow::aFolderIsKnownUnderAnyOfItsNames() {
    OpenWindow window(folder_.path());
    window.listen();
    QTemporaryDir other;
    QCOMPARE(OpenWindow::bringToFront(other.path(), {}), OpenWindow::Answer::Nobody);
    const QString link = other.filePath(QStringLiteral("link"));
    QVERIFY(QFile::link(folder_.path(), link));
    Visitor visitor(link);
    QCOMPARE(visitor.answer(), OpenWindow::Answer::Shown);
}

QTEST_GUILESS_MAIN(TestOpenWindow)
#include "tst_openwindow.moc"
