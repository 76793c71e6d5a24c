// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace waybill {

/// What does not work with a key that lacks this scope: "creating, changing, deleting and testing endpoints".
QString whatNeedsScope(const QString& scope);

} // namespace waybill
