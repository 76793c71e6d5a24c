// SPDX-License-Identifier: MIT
#pragma once

#include "contract/endpoint.h"
#include "contract/result.h"

#include <QUrl>

namespace waybill {

/// `https://` anywhere, `http://` for loopback hosts only (localhost and names below it, 127.0.0.0/8, [::1]); what
/// browsers and curl take is taken and normalised, see `readAddress`. The error has `param` "url" and says what is
/// wrong and how to mend it.
Result<QUrl> checkEndpointUrl(const QString& text);
/// 1 to 50 names of the catalogue, or `*` alone. `param` is "enabled_events".
Result<QStringList> checkEnabledEvents(const QStringList& names);
Result<void> checkDescription(const QString& description);
Result<void> checkApiVersion(const QString& apiVersion);
/// The whole draft, the first error wins; answers the draft with its URL normalised.
Result<EndpointDraft> checkDraft(EndpointDraft draft);
Result<EndpointChanges> checkChanges(EndpointChanges changes);

} // namespace waybill
