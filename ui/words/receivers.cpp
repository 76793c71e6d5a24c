// SPDX-License-Identifier: MIT
#include "words/receivers.h"

#include "contract/foreigntext.h"

#include <QCoreApplication>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
QString words(const char* text) {
    return QCoreApplication::translate("Receivers", text);
}
QString ownFormat(const QString& name) {
    return words(QT_TRANSLATE_NOOP("Receivers",
                                   "%1 takes messages in a format of its own and will not understand these events. Put "
                                   "Zapier, Make, n8n or Pipedream in between, and use the address from there."))
        .arg(name);
}
} // namespace

ReceiverWords wordsFor(ReceiverService service) {
#define W(text) words(QT_TRANSLATE_NOOP("Receivers", text))
    switch (service) {
    case ReceiverService::Zapier:
        return {
            u"Zapier"_s,
            W("In Zapier, begin a Zap with “Webhooks by Zapier” and “Catch Hook”, and paste its address here."),
            W("Looks like a Zapier catch hook. Next: create the endpoint, send a test event, then turn the Zap on.")};
    case ReceiverService::Make:
        return {u"Make"_s,
                W("In Make, begin a scenario with “Webhooks” and “Custom webhook”, and paste its address here."),
                W("Looks like a Make webhook. Next: press “Run once” there, then send a test event.")};
    case ReceiverService::N8n:
        return {
            u"n8n"_s,
            W("In n8n, begin a workflow with a “Webhook” node (method POST), and paste its production address here."),
            W("Looks like an n8n webhook. Next: switch the workflow to active, then send a test event.")};
    case ReceiverService::N8nTest:
        return {u"n8n"_s,
                {},
                W("This is n8n's test address: it answers only after “Listen for test event” was pressed there. For "
                  "real events use the production address.")};
    case ReceiverService::Pipedream:
        return {u"Pipedream"_s,
                W("In Pipedream, begin a workflow with “HTTP / Webhook requests”, and paste its address here."),
                W("Looks like a Pipedream webhook. Next: deploy the workflow, then send a test event.")};
    case ReceiverService::WebhookSite:
        return {u"webhook.site"_s,
                W("Open webhook.site in a browser and paste “Your unique URL” here. Anyone who has "
                  "that address can read what arrives."),
                W("Looks like webhook.site. Next: keep that page open and send a test event. Anyone who has this "
                  "address can read what arrives.")};
    case ReceiverService::Slack:
        return {u"Slack"_s, {}, ownFormat(u"Slack"_s)};
    case ReceiverService::Discord:
        return {u"Discord"_s, {}, ownFormat(u"Discord"_s)};
    case ReceiverService::MicrosoftTeams:
        return {u"Microsoft Teams"_s, {}, ownFormat(u"Microsoft Teams"_s)};
    case ReceiverService::GoogleChat:
        return {u"Google Chat"_s, {}, ownFormat(u"Google Chat"_s)};
    case ReceiverService::Unknown:
        break;
    }
#undef W
    return {};
}

QString wordsFor(const ServicePage& page) {
    if (!page.inbox.isEmpty())
        return words(
                   QT_TRANSLATE_NOOP("Receivers",
                                     "This is a page of %1 for looking at messages. The address to send them to is %2"))
            .arg(wordsFor(page.service).name, isolated(page.inbox.toString()));
    switch (page.service) {
    case ReceiverService::Zapier:
        return words(QT_TRANSLATE_NOOP(
            "Receivers", "This is a page of Zapier, not the address of a hook. Copy that from the “Catch Hook” step of "
                         "the Zap; it begins with https://hooks.zapier.com/hooks/."));
    case ReceiverService::Make:
        return words(QT_TRANSLATE_NOOP(
            "Receivers", "This is a page of Make, not the address of a webhook. Copy that from the “Webhooks” module "
                         "of the scenario; it begins with https://hook."));
    case ReceiverService::Pipedream:
        return words(QT_TRANSLATE_NOOP(
            "Receivers", "This is a page of Pipedream, not the address of a workflow. Copy that from the trigger of "
                         "the workflow; its host ends in m.pipedream.net."));
    case ReceiverService::N8n:
        return words(QT_TRANSLATE_NOOP(
            "Receivers", "This looks like n8n's editor, not like the address of a webhook. Copy the production "
                         "address from the “Webhook” node; it has /webhook/ in it."));
    default:
        return words(QT_TRANSLATE_NOOP(
            "Receivers", "This is a page of webhook.site, and no inbox is named in it. Copy “Your unique URL” from "
                         "there."));
    }
}

} // namespace waybill
