// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace waybill {

/// A tooltip guesses at rich text; this one shows foreign text as it is.
inline QString plainTip(const QString& text) {
    return text.isEmpty() ? QString()
                          : u"<span>" + text.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")) + u"</span>";
}

} // namespace waybill
