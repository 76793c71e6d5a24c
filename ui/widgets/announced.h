// SPDX-License-Identifier: MIT
#pragma once

class QAbstractButton;

namespace waybill {

/// What a checkable button is to somebody who listens, where that is no check box: a tab that is selected or not,
/// something that folds or unfolds, or a button whose words say what it will do.
enum class Announced { Tab = 1, Fold, Button };
void announceAs(QAbstractButton* button, Announced what);

} // namespace waybill
