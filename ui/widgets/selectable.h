// SPDX-License-Identifier: MIT
#pragma once

class QLabel;

namespace waybill {

/// The label's text can be selected and copied: what is copied is the text alone, without the marks around what is
/// foreign in it.
void makeSelectable(QLabel* label);

} // namespace waybill
