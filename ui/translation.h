// SPDX-License-Identifier: MIT
#pragma once

class QCoreApplication;

namespace waybill {

/// Loads the words of the computer's language, or the English plural forms where there are none yet.
void installTranslation(QCoreApplication& application);

} // namespace waybill
