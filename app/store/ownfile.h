// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"

#include <QString>

struct stat;

namespace waybill {

/// What stands in the way after a call of the system that failed, as one of the codes of `storage`.
QStringView faultOfSystem(int error);

/// The system's error that writing at `path` would meet now, as far as its disk says: for a failure of which only the
/// fact is known. 0 where it would meet none.
int errorOfDisk(const QString& path);

/// Whether a link, or what a link leads to, may be followed: the person's own links are, and the system's. One that
/// somebody else planted would have Waybill write where that one wants. No link at all is fine.
bool isTrustedLink(const QString& path);

/// Whether it belongs to this person, or to who owns the folder around it (a volume that a container was given).
bool isOwn(const struct stat& file, const QString& folder);

/// Refuses, in words, what Waybill must not use as its own file: a link, a folder, a pipe or a device, or what belongs
/// to somebody else, who could read it. What is not there yet is fine. Opens nothing.
Result<void> refuseForeign(const QString& path);

} // namespace waybill
