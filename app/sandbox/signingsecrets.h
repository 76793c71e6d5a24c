// SPDX-License-Identifier: MIT
#pragma once

#include "completion/pendingcalls.h"
#include "contract/secret.h"
#include "sandbox/deliveryqueue.h"

namespace waybill {

/// The secrets behind the ids of an endpoint's keys, for the engine. Called on the sandbox's thread.
class SigningSecrets {
public:
    virtual ~SigningSecrets() = default;
    /// The current one first, then the previous one where the keys name it. All of them or an error: an answer with one
    /// left out would be signed for the wrong receivers. `done` runs at most once, on the sandbox's thread, and not
    /// after `context` is gone.
    virtual void read(const SigningKeys& keys, QObject* context, Done<QList<Secret>> done) = 0;
};

} // namespace waybill
