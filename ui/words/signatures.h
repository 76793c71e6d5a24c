// SPDX-License-Identifier: MIT
#pragma once

#include "contract/signature.h"

namespace waybill {

struct SignatureWords {
    QString title;
    QString sentence;
};

SignatureWords wordsFor(const SignatureCheck& check);

} // namespace waybill
