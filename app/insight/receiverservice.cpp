// SPDX-License-Identifier: MIT
#include "insight/receiverservice.h"

#include <QRegularExpression>

#include <algorithm>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
struct Mark {
    const char16_t* host; ///< This host; with a dot in front, any host below it.
    const char16_t* path; ///< What the path begins with.
    ReceiverService service;
};
constexpr Mark marks[] = {
    {u"hooks.zapier.com", u"/hooks/", ReceiverService::Zapier},
    {u".app.n8n.cloud", u"/webhook-test/", ReceiverService::N8nTest},
    {u".app.n8n.cloud", u"/webhook/", ReceiverService::N8n},
    {u".m.pipedream.net", u"/", ReceiverService::Pipedream},
    {u".x.pipedream.net", u"/", ReceiverService::Pipedream},
    {u"hooks.slack.com", u"/", ReceiverService::Slack},
    {u"discord.com", u"/api/webhooks/", ReceiverService::Discord},
    {u"discordapp.com", u"/api/webhooks/", ReceiverService::Discord},
    {u".webhook.office.com", u"/", ReceiverService::MicrosoftTeams},
    {u"outlook.office.com", u"/webhook/", ReceiverService::MicrosoftTeams},
    {u"chat.googleapis.com", u"/", ReceiverService::GoogleChat},
};

bool isBelow(const QString& host, QStringView domain) {
    return host == domain || (host.endsWith(domain) && host.chopped(domain.size()).endsWith(u'.'));
}

// "hook.eu1.make.com", with a zone of any name; the older name of the service; and the one for large companies.
bool isMakeHook(const QString& host) {
    static const QRegularExpression form(
        u"^hook\\.([a-z0-9-]+\\.)?(make\\.com|make\\.celonis\\.com|integromat\\.com)$"_s);
    return form.match(host).hasMatch();
}

QString firstSegment(const QString& path) {
    return path.section(u'/', 1, 1);
}

const QRegularExpression& uuid() {
    static const QRegularExpression form(u"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"_s);
    return form;
}

/// An inbox of webhook.site has an id or a name of a person's own: "webhook.site/<id>", "<id>.webhook.site".
bool isWebhookSiteInbox(const QString& host, const QString& path) {
    static const QStringList pages{u"account"_s, u"control-panel"_s, u"dashboard"_s, u"docs"_s,     u"login"_s,
                                   u"logout"_s,  u"pricing"_s,       u"register"_s,  u"settings"_s, u"terms"_s,
                                   u"token"_s,   u"upgrade"_s,       u"view"_s};
    static const QStringList notInboxes{u"www"_s, u"docs"_s, u"status"_s, u"blog"_s, u"support"_s};
    if (host == u"webhook.site")
        return !firstSegment(path).isEmpty() && !pages.contains(firstSegment(path));
    return host.endsWith(u".webhook.site") && !notInboxes.contains(host.section(u'.', 0, 0));
}

std::optional<ServicePage> webhookSitePage(const QUrl& address) {
    const QString host = address.host();
    const QString fragment = address.fragment(QUrl::FullyEncoded);
    if (!isBelow(host, u"webhook.site") || (isWebhookSiteInbox(host, address.path()) && fragment.isEmpty()))
        return std::nullopt;
    // "#!/view/<id>/<request>", "#!/<id>", and an id in the path of a page.
    static const QRegularExpression ownName(u"^!?/(?:view|edit)/([A-Za-z0-9-]+)"_s);
    QString id = uuid().match(fragment).captured();
    if (id.isEmpty())
        id = uuid().match(address.path()).captured();
    if (id.isEmpty())
        id = ownName.match(fragment).captured(1);
    if (id.isEmpty() && isWebhookSiteInbox(host, address.path()))
        id = host == u"webhook.site" ? firstSegment(address.path()) : QString();
    return ServicePage{ReceiverService::WebhookSite, id.isEmpty() ? QUrl() : QUrl(u"https://webhook.site/" + id)};
}

/// n8n is often run on a host of one's own; the ids of its workflows tell, or the name of the host.
bool isN8nEditor(const QUrl& address) {
    const QString host = address.host();
    const QString path = address.path();
    const bool isCloud = isBelow(host, u"app.n8n.cloud");
    if (isCloud)
        return !path.startsWith(u"/webhook") && !path.startsWith(u"/form");
    static const QRegularExpression workflow(u"^/(projects/[A-Za-z0-9]+/)?workflows?(/|$)"_s);
    static const QRegularExpression withId(u"^/workflow/(new|[A-Za-z0-9]{16})(/|$)"_s);
    static const QRegularExpression home(u"^/home/(workflows|credentials|executions)(/|$)"_s);
    const bool isNamedSo = host.split(u'.').contains(u"n8n");
    return withId.match(path).hasMatch() || home.match(path).hasMatch() ||
           (isNamedSo && (path.isEmpty() || path == u"/" || workflow.match(path).hasMatch()));
}
} // namespace

std::optional<ServicePage> servicePageIn(const QString& text) {
    const QUrl address(text.trimmed());
    const QString host = address.host();
    if (host.isEmpty())
        return std::nullopt;
    if (auto page = webhookSitePage(address))
        return page;
    const bool isZapierHook = host == u"hooks.zapier.com" && address.path().startsWith(u"/hooks/");
    if (isBelow(host, u"zapier.com") && !isZapierHook)
        return ServicePage{ReceiverService::Zapier, {}};
    const bool isMake =
        isBelow(host, u"make.com") || isBelow(host, u"make.celonis.com") || isBelow(host, u"integromat.com");
    if (isMake && (!isMakeHook(host) || firstSegment(address.path()).isEmpty()))
        return ServicePage{ReceiverService::Make, {}};
    if (isBelow(host, u"pipedream.com"))
        return ServicePage{ReceiverService::Pipedream, {}};
    if (isN8nEditor(address))
        return ServicePage{ReceiverService::N8n, {}};
    return std::nullopt;
}

ReceiverService receiverServiceOf(const QUrl& address) {
    const QString host = address.host();
    const QString path = address.path().isEmpty() ? u"/"_s : address.path();
    for (const Mark& mark : marks) {
        const QStringView marked(mark.host);
        const bool isHost = marked.startsWith(u'.') ? host.endsWith(marked) : host == marked;
        if (isHost && path.startsWith(QStringView(mark.path)))
            return mark.service;
    }
    if (isMakeHook(host) && !firstSegment(path).isEmpty())
        return ReceiverService::Make;
    if (isBelow(host, u"webhook.site"))
        return isWebhookSiteInbox(host, path) ? ReceiverService::WebhookSite : ReceiverService::Unknown;
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
