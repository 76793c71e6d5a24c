// SPDX-License-Identifier: MIT
#pragma once

#include "http/httpmessage.h"

#include <QString>

namespace waybill {

/// The request as a command for a POSIX shell. The signature is masked: it would let whoever reads the command send it
/// as the account.
QString curlCommand(const QString& url, const HttpHeaders& headers, const QByteArray& body);

} // namespace waybill
