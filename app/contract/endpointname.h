// SPDX-License-Identifier: MIT
#pragma once

#include "contract/endpoint.h"

namespace waybill {

/// What a person calls it, in one line: its description, or where there is nothing to see in that, the host of its
/// address.
QString endpointName(const QString& description, const QString& url);
QString endpointName(const Endpoint& endpoint);

} // namespace waybill
