// SPDX-License-Identifier: MIT
#include "insight/receiverservice.h"

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
struct Mark {
    const char16_t* host; ///< This host; with a dot in front, any host below it.
    const char16_t* path; ///< What the path begins with.
    ReceiverService service;
};
constexpr Mark marks[] = {
    {u"hooks.zapier.com", u"/", ReceiverService::Zapier},
    {u"hook.make.com", u"/", ReceiverService::Make},
    {u"hook.eu1.make.com", u"/", ReceiverService::Make},
    {u"hook.eu2.make.com", u"/", ReceiverService::Make},
    {u"hook.us1.make.com", u"/", ReceiverService::Make},
    {u"hook.us2.make.com", u"/", ReceiverService::Make},
    {u"hook.integromat.com", u"/", ReceiverService::Make},
    {u".app.n8n.cloud", u"/webhook-test/", ReceiverService::N8nTest},
    {u".app.n8n.cloud", u"/webhook/", ReceiverService::N8n},
    {u".m.pipedream.net", u"/", ReceiverService::Pipedream},
    {u"webhook.site", u"/", ReceiverService::WebhookSite},
    {u".webhook.site", u"/", ReceiverService::WebhookSite},
    {u"hooks.slack.com", u"/", ReceiverService::Slack},
    {u"discord.com", u"/api/webhooks/", ReceiverService::Discord},
    {u"discordapp.com", u"/api/webhooks/", ReceiverService::Discord},
    {u".webhook.office.com", u"/", ReceiverService::MicrosoftTeams},
    {u"outlook.office.com", u"/webhook/", ReceiverService::MicrosoftTeams},
    {u"chat.googleapis.com", u"/", ReceiverService::GoogleChat},
};
} // namespace

ReceiverService receiverServiceOf(const QUrl& address) {
    const QString host = address.host();
    const QString path = address.path().isEmpty() ? u"/"_s : address.path();
    for (const Mark& mark : marks) {
        const QStringView marked(mark.host);
        const bool isHost = marked.startsWith(u'.') ? host.endsWith(marked) : host == marked;
        if (isHost && path.startsWith(QStringView(mark.path)))
            return mark.service;
    }
    // n8n is often run on a host of one's own; its test addresses still tell.
    return path.startsWith(u"/webhook-test/") ? ReceiverService::N8nTest : ReceiverService::Unknown;
}

bool understandsEvents(ReceiverService service) {
    switch (service) {
    case ReceiverService::Slack:
    case ReceiverService::Discord:
    case ReceiverService::MicrosoftTeams:
    case ReceiverService::GoogleChat:
        return false;
    case ReceiverService::Unknown:
    case ReceiverService::Zapier:
    case ReceiverService::Make:
    case ReceiverService::N8n:
    case ReceiverService::N8nTest:
    case ReceiverService::Pipedream:
    case ReceiverService::WebhookSite:
        break;
    }
    return true;
}

} // namespace waybill
