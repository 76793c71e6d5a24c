// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"

#include <QByteArray>
#include <QString>

namespace waybill {

/// The whole of a file that is meant for this person alone. What others could read is closed to them first; see
/// `isOpenToOthers` where that cannot be done. A link that somebody else made is not followed, and nothing but a file
/// is read. Storage; the error's `details` say what is wrong.
Result<QByteArray> readPrivateFile(const QString& path, qint64 largest);

/// Whether others could read or write this file.
bool isOpenToOthers(const QString& path);

/// Old or new, never a mixture; nobody else can open it at any moment, whatever the umask.
Result<void> replacePrivateFile(const QString& path, QByteArrayView bytes);

} // namespace waybill
