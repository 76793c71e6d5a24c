// SPDX-License-Identifier: MIT
#include "insight/receiverservice.h"

#include <QTest>

using namespace waybill;

class TestReceiverService : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAddressTellsItsService_data();
    void anAddressTellsItsService();
};

void TestReceiverService::anAddressTellsItsService_data() {
    QTest::addColumn<QUrl>("address");
    QTest::addColumn<int>("service");
    QTest::addColumn<bool>("understands");
    const auto row = [](const char* address, ReceiverService service, bool understands) {
        QTest::newRow(address) << QUrl(QString::fromLatin1(address)) << int(service) << understands;
    };
    row("https://hooks.zapier.com/hooks/catch/1/a/", ReceiverService::Zapier, true);
    row("https://HOOKS.zapier.com/hooks/catch/1/a/", ReceiverService::Zapier, true);
    row("https://hook.eu1.make.com/abc", ReceiverService::Make, true);
    row("https://team.app.n8n.cloud/webhook/1", ReceiverService::N8n, true);
    row("https://team.app.n8n.cloud/webhook-test/1", ReceiverService::N8nTest, true);
    row("https://flows.example.org/webhook-test/1", ReceiverService::N8nTest, true);
    row("https://eo1.m.pipedream.net", ReceiverService::Pipedream, true);
    row("https://webhook.site/1", ReceiverService::WebhookSite, true);
    row("https://1.webhook.site/", ReceiverService::WebhookSite, true);
    row("https://hooks.slack.com/services/T/B/x", ReceiverService::Slack, false);
    row("https://discord.com/api/webhooks/1/x", ReceiverService::Discord, false);
    row("https://discord.com/channels/1", ReceiverService::Unknown, true);
    row("https://team.webhook.office.com/webhookb2/1", ReceiverService::MicrosoftTeams, false);
    row("https://chat.googleapis.com/v1/spaces/1/messages", ReceiverService::GoogleChat, false);
    row("https://hooks.zapier.com.example.org/", ReceiverService::Unknown, true);
    row("https://eu2.make.com/1/scenarios/5/edit", ReceiverService::Unknown, true); // Where one edits, not receives.
    row("https://team.app.n8n.cloud/workflow/7f", ReceiverService::Unknown, true);
    row("https://notmake.com/", ReceiverService::Unknown, true);
    row("https://example.org/?u=https://hooks.slack.com/", ReceiverService::Unknown, true);
}

void TestReceiverService::anAddressTellsItsService() {
    QFETCH(QUrl, address);
    QFETCH(int, service);
    QFETCH(bool, understands);
    QCOMPARE(int(receiverServiceOf(address)), service);
    QCOMPARE(understandsEvents(receiverServiceOf(address)), understands);
}

QTEST_APPLESS_MAIN(TestReceiverService)
#include "tst_receiverservice.moc"
