// SPDX-License-Identifier: MIT
#pragma once

#include <QList>

class QWidget;

namespace waybill {

/// The visible widgets below `root` that the Tab key reaches, in the order in which their places are read: row by row
/// where whole rows lie one below the other, else column by column, and so on in each part.
QList<QWidget*> tabOrder(const QWidget* root);
/// Moves the keyboard to the next or the one before, round the ends; false where there is nobody to go to.
bool moveFocus(QWidget* window, bool next);
/// Gives it the keyboard and scrolls it into sight.
void focusAndShow(QWidget* widget, Qt::FocusReason reason);

} // namespace waybill
