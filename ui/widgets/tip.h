// SPDX-License-Identifier: MIT
#pragma once

class QString;
class QWidget;

namespace waybill {

/// A tooltip of plain text, whoever wrote it. Read out as the widget's description, which is plain text as well.
void setTip(QWidget* widget, const QString& text);

} // namespace waybill
