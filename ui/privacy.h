// SPDX-License-Identifier: MIT
#pragma once

#include "contract/secret.h"

namespace waybill {

/// No core file is written of this process, and one that is written all the same holds none of its memory. Where
/// WAYBILL_CORE_DUMPS is 1, it does nothing: for developers.
void keepOutOfCoreFiles();

/// A secret that the person gave in the environment, and takes it out of there, so that neither /proc nor a program
/// that Waybill starts has it. Before there are threads. Empty where there is none.
Secret takeFromEnvironment(const char* name);

} // namespace waybill
