// SPDX-License-Identifier: MIT
// The whole program in its window: the built-in receiver, whose port another program has.
#include "support/person.h"
#include "support/pictures.h"
#include "translation.h"
#include "widgets/banner.h"

#include <QPushButton>
#include <QTcpServer>
#include <QTemporaryDir>

#include <sys/stat.h>

using namespace waybill;
using namespace waybill::test;
using namespace Qt::StringLiterals;

class TestInbox : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReceiverThatMovedIsToldAndItsEndpointsAreUpdatedInOneStep();
    void anEndpointThatIsBroughtToTheReceiverIsChecked();
};

void TestInbox::aReceiverThatMovedIsToldAndItsEndpointsAreUpdatedInOneStep() {
    const QTemporaryDir folder;
    QTcpServer stranger;
    quint16 before = 0;
    {
        Person person(folder.path());
        before = quint16(person.services().receiver().url().port());
        person.createAtTheReceiver(u"Design alerts"_s);
        person.createAtTheReceiver(u"Ratings"_s);
    }
    QVERIFY(stranger.listen(QHostAddress::LocalHost, before));
    Person person(folder.path());
    const Receiver& receiver = person.services().receiver();
    QVERIFY(receiver.url().port() != before);
    Banner& banner = person.window().banner();
    QTRY_VERIFY2_WITH_TIMEOUT(banner.text().contains(u"2 endpoints"_s), qPrintable(banner.text()), patience);
    QVERIFY(banner.text().contains(QString::number(before)));
    QTRY_VERIFY_WITH_TIMEOUT(person.canPress(u"sendTestEvent"_s), patience);
    person.press(u"sendTestEvent"_s);
    QTRY_VERIFY_WITH_TIMEOUT(person.services().sandbox().engineState().isHeldBack, patience);
    QVERIFY2(banner.text().contains(u"2 endpoints"_s), qPrintable(banner.text()));
    picture(person.window(), u"receiver-moved"_s, person.waybill().theme());
    QTest::mouseClick(banner.actionButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(person.services().sandbox().endpointsAstray().isEmpty(), patience);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    QVERIFY(!stranger.hasPendingConnections());
    QTRY_VERIFY2_WITH_TIMEOUT(!banner.text().contains(u"endpoint"_s), qPrintable(banner.text()), patience);
    picture(person.window(), u"receiver-updated"_s, person.waybill().theme());
}

void TestInbox::anEndpointThatIsBroughtToTheReceiverIsChecked() {
    const QTemporaryDir folder;
    Person person(folder.path());
    person.createAt(u"http://127.0.0.1:9/elsewhere"_s, u"Wanders"_s);
    person.press(u"editEndpoint"_s);
    QTRY_VERIFY(person.sees(u"builtInReceiver"_s));
    person.press(u"builtInReceiver"_s);
    person.press(u"submit"_s);
    QTRY_VERIFY(!QApplication::activeModalWidget());
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
}

int main(int argc, char** argv) {
    umask(0077);
    QApplication application(argc, argv);
    installTranslation(application);
    TestInbox test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_inbox.moc"
