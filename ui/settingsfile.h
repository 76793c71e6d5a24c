// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"

#include <QSettings>

#include <memory>

namespace waybill {

/// The settings of the window, checked before anything is touched. With a folder of its own everything is in there;
/// else they are where the platform keeps them. A file that cannot be read, is damaged, holds something of a wrong type
/// or comes from a newer Waybill is refused with a sentence for standard error, and left as it is.
Result<std::unique_ptr<QSettings>> openSettings(const QString& dataFolder);

} // namespace waybill
