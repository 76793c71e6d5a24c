// SPDX-License-Identifier: MIT
#pragma once

namespace waybill {

/// Raises this process's limit of open files to what the system allows it, at most a few thousand: hundreds of attempts
/// under way, what is kept open for the next ones, and the connections of our own servers together pass the usual
/// thousand. Where it cannot be raised, it stays as it is: attempts that find no room fail and are tried again.
void allowManyConnections();

} // namespace waybill
