// SPDX-License-Identifier: MIT
#pragma once

#include <QUrl>

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

ReceiverService receiverServiceOf(const QUrl& address);
/// Whether it can take an event as the account sends it. An unknown service may.
bool understandsEvents(ReceiverService service);

} // namespace waybill
