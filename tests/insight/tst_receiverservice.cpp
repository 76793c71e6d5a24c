// SPDX-License-Identifier: MIT
#include "insight/pastedaddress.h"
#include "insight/receiverservice.h"

#include <QTest>

using namespace waybill;

class TestReceiverService : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAddressTellsItsService_data();
    void anAddressTellsItsService();
    void aPageIsToldFromAnInbox_data();
    void aPageIsToldFromAnInbox();
    void anAddressIsFoundInWhatWasPasted_data();
    void anAddressIsFoundInWhatWasPasted();
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
    row("https://webhook.site/", ReceiverService::Unknown, true); // No inbox is named.
    row("https://webhook.site", ReceiverService::Unknown, true);
    row("https://webhook.site/login", ReceiverService::Unknown, true);
    row("https://docs.webhook.site/", ReceiverService::Unknown, true);
    row("https://hooks.zapier.com/", ReceiverService::Unknown, true);
    row("https://hook.us2.make.com/x", ReceiverService::Make, true);
    row("https://hook.eu1.make.celonis.com/x", ReceiverService::Make, true);
    row("https://hook.eu1.make.com/", ReceiverService::Unknown, true);
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

void TestReceiverService::aPageIsToldFromAnInbox_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("service"); // Unknown: not a page.
    QTest::addColumn<QString>("inbox");
    const auto row = [](const char* text, ReceiverService service, const char* inbox = "") {
        QTest::newRow(text) << QString::fromLatin1(text) << int(service) << QString::fromLatin1(inbox);
    };
    const auto none = ReceiverService::Unknown;
    const auto site = ReceiverService::WebhookSite;
#define ID "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab"
    row("https://webhook.site/#!/view/" ID, site, "https://webhook.site/" ID);
    row("https://webhook.site/#!/view/" ID "/9f1c2d3e-aaaa-4bbb-8ccc-1234567890ab/1", site, "https://webhook.site/" ID);
    row("https://webhook.site/#!/" ID "/1", site, "https://webhook.site/" ID);
    row("https://webhook.site/#/" ID, site, "https://webhook.site/" ID);
    row("https://webhook.site/#!/edit/" ID, site, "https://webhook.site/" ID);
    row("https://webhook.site/#!/view/my-inbox", site, "https://webhook.site/my-inbox");
    row("https://webhook.site/token/" ID "/requests", site, "https://webhook.site/" ID);
    row("https://webhook.site/" ID "#!/view", site, "https://webhook.site/" ID);
    row("https://webhook.site/", site);
    row("https://webhook.site", site);
    row("https://www.webhook.site/", site);
    row("https://webhook.site/login", site);
    row("https://webhook.site/" ID, none);
    row("https://webhook.site/" ID "/orders", none);
    row("https://" ID ".webhook.site/", none);
    row("https://zapier.com/editor/123/published", ReceiverService::Zapier);
    row("https://zapier.com/webintent/create-zap", ReceiverService::Zapier);
    row("https://www.zapier.com/app/zaps", ReceiverService::Zapier);
    row("https://hooks.zapier.com/", ReceiverService::Zapier);
    row("https://hooks.zapier.com/hooks/catch/1/a/", none);
    row("https://eu1.make.com/12/scenarios/345/edit", ReceiverService::Make);
    row("https://www.make.com/en", ReceiverService::Make);
    row("https://hook.eu1.make.com/", ReceiverService::Make);
    row("https://hook.eu1.make.com/abc", none);
    row("https://pipedream.com/@me/hello-p_abc/edit", ReceiverService::Pipedream);
    row("https://pipedream.com/workflows", ReceiverService::Pipedream);
    row("https://eo1.m.pipedream.net/", none);
    row("https://team.app.n8n.cloud/workflow/7f", ReceiverService::N8n);
    row("https://team.app.n8n.cloud/projects/a/workflows", ReceiverService::N8n);
    row("https://team.app.n8n.cloud/", ReceiverService::N8n);
    row("https://n8n.example.org/workflow/12", ReceiverService::N8n);
    row("https://flows.example.org/workflow/aBcDeFgHiJkLmNoP", ReceiverService::N8n);
    row("https://flows.example.org/home/workflows", ReceiverService::N8n);
    row("https://team.app.n8n.cloud/webhook/1", none);
    row("https://n8n.example.org/webhook-test/1", none);
    row("https://example.org/workflow/start", none);
    row("https://notzapier.com/editor", none);
    row("https://example.com/?u=https://webhook.site/", none);
    row("webhook.site", none);
#undef ID
}

void TestReceiverService::aPageIsToldFromAnInbox() {
    QFETCH(QString, text);
    QFETCH(int, service);
    QFETCH(QString, inbox);
    const auto page = servicePageIn(text);
    QCOMPARE(int(page ? page->service : ReceiverService::Unknown), service);
    QCOMPARE(page ? page->inbox.toString() : QString(), inbox);
    if (page && !page->inbox.isEmpty())
        QVERIFY(!servicePageIn(page->inbox.toString()));
}

void TestReceiverService::anAddressIsFoundInWhatWasPasted_data() {
    QTest::addColumn<QString>("pasted");
    QTest::addColumn<QString>("address");
    const auto row = [](const char* pasted, const char* address = "https://example.com/hook") {
        QTest::newRow(pasted) << QString::fromUtf8(pasted) << QString::fromUtf8(address);
    };
    row("https://example.com/hook");
    row("  https://example.com/hook \n");
    row("\xef\xbb\xbfhttps://example.com/hook\xe2\x80\x8b");
    row("\"https://example.com/hook\"");
    row("'https://example.com/hook'");
    row("“https://example.com/hook”");
    row("‘https://example.com/hook’");
    row("„https://example.com/hook“");
    row("«https://example.com/hook»");
    row("`https://example.com/hook`");
    row("<https://example.com/hook>");
    row("(https://example.com/hook)");
    row("[https://example.com/hook]");
    row("<\"https://example.com/hook\">,");
    row("[the hook](https://example.com/hook)");
    row("[https://example.com/hook](https://example.com/hook)");
    row("<https://example.com/hook|our hook>");
    row("https://example.com/hook.");
    row("https://example.com/hook,");
    row("https://example.com/hook;");
    row("https://example.com/hook\"");
    row("Webhook URL: https://example.com/hook");
    row("POST https://example.com/hook");
    row("curl -X POST https://example.com/hook");
    row("curl -X POST 'https://example.com/hook' -d '{}'");
    row("curl --url=https://example.com/hook -d x");
    row("HTTPS://example.com/Hook", "HTTPS://example.com/Hook");
    row("https://example.com/a_(b)", "https://example.com/a_(b)");
    row("https://example.com/a?b[]", "https://example.com/a?b[]");
    row("https://example.com/token_", "https://example.com/token_");
    row("https://exam ple.com/hook", "https://exam ple.com/hook"); // Who wrote it has to say.
    row("https://a.example/ https://b.example/", "https://a.example/ https://b.example/");
    row("example.com/hook", "example.com/hook");
    row("https:/", "https:/");
    row("", "");
}

void TestReceiverService::anAddressIsFoundInWhatWasPasted() {
    QFETCH(QString, pasted);
    QTEST(addressInPasted(pasted), "address");
}

QTEST_APPLESS_MAIN(TestReceiverService)
#include "tst_receiverservice.moc"
