// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"

#include <QUrl>

namespace waybill {

/// The address that a text stands for, https or http, normalised once: white space around it goes, a usual port is left
/// out, an empty path is "/", and what browsers and curl take although it has no place in a URL ({ } | ^ ` " < >, a
/// lone
/// %, a backslash in the query, letters beyond ASCII) is escaped. InvalidRequest with a sentence that names the cause:
/// blanks, line breaks and hidden characters inside, a scheme that is missing, another or there twice, slashes or a
/// host that are missing, a host that cannot be one, name and password, ports, backslashes, a fragment, the length.
Result<QUrl> readAddress(const QString& text);

} // namespace waybill
