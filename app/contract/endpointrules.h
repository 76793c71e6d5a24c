// SPDX-License-Identifier: MIT
#pragma once

#include "contract/endpoint.h"
#include "contract/result.h"

#include <QUrl>

namespace waybill {

/// `https://` anywhere, `http://` for loopback hosts only (localhost, 127.0.0.0/8, [::1]). Trims white space around it.
/// The error has `param` "url" and says how to mend it. User info, fragments, control characters and bad ports are
/// refused.
Result<QUrl> checkEndpointUrl(const QString& text);
/// 1 to 50 names of the catalogue, or `*` alone. `param` is "enabled_events".
Result<QStringList> checkEnabledEvents(const QStringList& names);
Result<void> checkDescription(const QString& description);
Result<void> checkApiVersion(const QString& apiVersion);
/// The whole draft, the first error wins; answers the draft with its URL normalised.
Result<EndpointDraft> checkDraft(EndpointDraft draft);
Result<EndpointChanges> checkChanges(EndpointChanges changes);

} // namespace waybill
