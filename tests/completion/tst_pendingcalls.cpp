// SPDX-License-Identifier: MIT
#include "completion/pendingcalls.h"

#include <QTest>

#include <memory>

using namespace waybill;

class TestPendingCalls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        calls_ = {};
        context_ = std::make_unique<QObject>();
        answers_.clear();
    }

    void handsTheAnswerToTheOneWhoAsked() {
        const quint64 first = ask();
        const quint64 second = ask();
        QVERIFY(first != second);
        QVERIFY(answers_.isEmpty());
        calls_.finish<int>(second, 2);
        QCOMPARE(answers_, (QList<Answer>{{second, 2}}));
        calls_.finish<int>(first, 1);
        QCOMPARE(answers_, (QList<Answer>{{second, 2}, {first, 1}}));
    }

    void handsOnAnErrorAsItIs() {
        Error error;
        error.kind = ErrorKind::Storage;
        error.details = QStringLiteral("disk full");
        Result<int> heard = 0;
        const quint64 number = calls_.add<int>(context_.get(), [&heard](Result<int> result) { heard = result; });
        calls_.finish<int>(number, failure(error));
        QVERIFY(!heard);
        QCOMPARE(heard.error(), error);
    }

    void answersOnce() {
        const quint64 number = ask();
        QVERIFY(calls_.contains(number));
        calls_.finish<int>(number, 1);
        QVERIFY(!calls_.contains(number));
        calls_.finish<int>(number, 2);
        QCOMPARE(answers_, (QList<Answer>{{number, 1}}));
    }

    void keepsQuietWhenTheCallerHasGone() {
        const quint64 number = ask();
        context_.reset();
        calls_.finish<int>(number, 1);
        QVERIFY(answers_.isEmpty());
        QVERIFY(!calls_.contains(number));
    }

    void keepsQuietOnceCancelled() {
        const quint64 number = ask();
        calls_.cancel(number);
        QVERIFY(!calls_.contains(number));
        calls_.finish<int>(number, 1);
        QVERIFY(answers_.isEmpty());
    }

    void ignoresANumberThatItNeverGave() {
        const quint64 number = ask();
        calls_.finish<int>(number + 1, 1);
        calls_.cancel(number + 1);
        QVERIFY(answers_.isEmpty());
        QVERIFY(calls_.contains(number));
    }

    void forgetsWhatTheAnswerHeldOnTo_data() {
        QTest::addColumn<bool>("cancelled");
        QTest::newRow("answered") << false;
        QTest::newRow("cancelled") << true;
    }
    void forgetsWhatTheAnswerHeldOnTo() {
        QFETCH(bool, cancelled);
        auto held = std::make_shared<int>(0);
        const std::weak_ptr<int> watch = held;
        const quint64 number = calls_.add<int>(context_.get(), [held = std::move(held)](const Result<int>&) {});
        QVERIFY(!watch.expired());
        if (cancelled)
            calls_.cancel(number);
        else
            calls_.finish<int>(number, 1);
        QVERIFY(watch.expired());
    }

    void mayBeAskedAgainFromWithinAnAnswer() {
        quint64 second = 0;
        const quint64 first = calls_.add<int>(context_.get(), [this, &second](const Result<int>&) { second = ask(); });
        calls_.finish<int>(first, 1);
        QVERIFY(calls_.contains(second));
        calls_.finish<int>(second, 2);
        QCOMPARE(answers_, (QList<Answer>{{second, 2}}));
    }

    void theCallerMayGoWhileItIsAnswered() {
        const quint64 number = calls_.add<int>(context_.get(), [this](const Result<int>&) { context_.reset(); });
        const quint64 other = ask();
        calls_.finish<int>(number, 1);
        calls_.finish<int>(other, 2);
        QVERIFY(answers_.isEmpty());
    }

private:
    using Answer = std::pair<quint64, int>;
    quint64 ask() {
        const auto number = std::make_shared<quint64>(0);
        *number = calls_.add<int>(context_.get(), [this, number](Result<int> result) {
            answers_.append({*number, result.value()});
        });
        return *number;
    }

    PendingCalls calls_;
    std::unique_ptr<QObject> context_;
    QList<Answer> answers_;
};

QTEST_GUILESS_MAIN(TestPendingCalls)
#include "tst_pendingcalls.moc"
