// SPDX-License-Identifier: MIT
#pragma once

class QAbstractButton;
class QPushButton;

namespace waybill {

void makePlain(QPushButton* button);
/// The one thing to do here.
void makePrimary(QPushButton* button);
/// Takes something away for good.
void makeDanger(QPushButton* button);
/// Something is chosen here that changes what is shown.
void makeActive(QPushButton* button);
/// One of those in the status bar, which keeps its height whatever is in it.
inline constexpr int statusLineHeight = 24;
void makeStatusLine(QAbstractButton* button);
/// No frame until pointed at.
void makeQuiet(QPushButton* button);

} // namespace waybill
