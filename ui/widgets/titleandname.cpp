// SPDX-License-Identifier: MIT
#include "widgets/titleandname.h"

#include <QPainter>
#include <QStyle>

namespace waybill {

void paintTitleAndName(QPainter* painter, const QRect& area, const QString& title, const QString& name,
                       const QStyleOptionViewItem& option) {
    const Tokens& t = currentTokens(option.widget);
    const int flags =
        int(QStyle::visualAlignment(option.direction, Qt::AlignLeft | Qt::AlignVCenter)) | Qt::TextSingleLine;
    const auto write = [&](const QRect& room, const QFont& font, const QColor& colour, const QString& text) {
        painter->setFont(font);
        painter->setPen(colour);
        painter->drawText(QStyle::visualRect(option.direction, area, room), flags,
                          QFontMetrics(font).elidedText(text, Qt::ElideRight, room.width()));
    };
    write(area, option.font, t.text, title);
    if (name.isEmpty())
        return;
    const QFont code = codeFont(type::tiny);
    const int used = option.fontMetrics.horizontalAdvance(title) + space::s;
    // A name of which only the beginning can be read says nothing.
    if (area.width() - used >= QFontMetrics(code).horizontalAdvance(name))
        write(area.adjusted(used, 0, 0, 0), code, t.textMuted, name);
}

} // namespace waybill
