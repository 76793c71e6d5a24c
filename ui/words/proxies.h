// SPDX-License-Identifier: MIT
#pragma once

#include "contract/proxyfailure.h"
#include "words/answers.h"

namespace waybill {

/// What the proxy did, and what a person can do about it.
AttemptWords wordsFor(const ProxyFailure& failure);
QString nextStepFor(ProxyFailure::Kind kind);

} // namespace waybill
