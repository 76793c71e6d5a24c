// SPDX-License-Identifier: MIT
#include "completion/requesthandle.h"

#include <QObject>
#include <QTest>

using namespace waybill;

class TestRequestHandle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cancelsOnce() {
        int cancelled = 0;
        RequestHandle handle([&cancelled] { ++cancelled; });
        QCOMPARE(cancelled, 0);
        handle.cancel();
        handle.cancel();
        QCOMPARE(cancelled, 1);
    }

    void lettingItGoDoesNotCancel() {
        int cancelled = 0;
        {
            const RequestHandle handle([&cancelled] { ++cancelled; });
        }
        QCOMPARE(cancelled, 0);
    }

    void anEmptyOneHasNothingToCancel() {
        RequestHandle handle;
        handle.cancel();
    }

    void mayBeReplacedWhileItCancels() {
        RequestHandle handle;
        handle = RequestHandle([&handle] { handle = RequestHandle(); });
        handle.cancel();
    }
};

QTEST_GUILESS_MAIN(TestRequestHandle)
#include "tst_requesthandle.moc"
