// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>

class QAbstractButton;
class QMenu;
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
/// As wide as the widest of these words, so that what stands beside it stays where it is.
void keepRoomFor(QPushButton* button, const QStringList& texts);
/// Pressing it opens the menu below it.
void opensBelow(QPushButton* button, QMenu* menu);

} // namespace waybill
