// SPDX-License-Identifier: MIT
#pragma once

#include "completion/pendingcalls.h"
#include "completion/requesthandle.h"
#include "http/httpmessage.h"

namespace waybill {

/// The way to an account. An answer of any status is a success here; an Error means that none came.
class Transport {
public:
    virtual ~Transport() = default;
    /// `done` runs at most once, on the caller's thread, never before the call returns, never after `context` or the
    /// transport is gone.
    virtual RequestHandle send(const HttpRequest& request, QObject* context, Done<HttpResponse> done) = 0;
};

} // namespace waybill
