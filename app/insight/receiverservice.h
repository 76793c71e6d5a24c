// SPDX-License-Identifier: MIT
#pragma once

#include <QUrl>

#include <optional>

namespace waybill {

/// Whose address an endpoint has, as far as the address tells.
enum class ReceiverService {
    Unknown,
    Zapier,
    Make,
    N8n,
    N8nTest, ///< n8n's test address: it answers only while somebody presses "Listen for test event".
    Pipedream,
    WebhookSite,
    // These take messages in a format of their own and refuse or ignore an event.
    Slack,
    Discord,
    MicrosoftTeams,
    GoogleChat,
};

/// Only for an address that takes messages: a page of the service is Unknown.
ReceiverService receiverServiceOf(const QUrl& address);
/// Whether it can take an event as the account sends it. An unknown service may.
bool understandsEvents(ReceiverService service);

/// A page of a service that a person looks at, where the address of one of its inboxes was meant.
struct ServicePage {
    ReceiverService service = ReceiverService::Unknown;
    QUrl inbox; ///< What was meant, where the page's address tells; else empty.
};
/// Of a text as it was pasted: what tells may stand behind the #.
std::optional<ServicePage> servicePageIn(const QString& text);

} // namespace waybill
