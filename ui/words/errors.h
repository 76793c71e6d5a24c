// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"

namespace waybill {

struct ErrorWords {
    QString title;
    QString text;     ///< What happened and what it means.
    QString nextStep; ///< What can be done.
};

ErrorWords wordsFor(const Error& error);

} // namespace waybill
