// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace waybill {

/// What to say where the built-in receiver is not where it was, or endpoints point to where it is not; empty where all
/// is well. `portBefore` is 0 where it has not moved at this start.
QString inboxText(quint16 portBefore, quint16 port, int endpointsAstray);

} // namespace waybill
