// SPDX-License-Identifier: MIT
// For source files.
#pragma once

#include "contract/result.h"

// Early return of what went wrong; the error is already a sentence.
#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        if (auto tried = (call); !tried)                                                                               \
            return failure(tried.error());                                                                             \
    } while (false)
