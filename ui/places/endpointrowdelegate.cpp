// SPDX-License-Identifier: MIT
#include "places/endpointrowdelegate.h"

#include "models/endpointlistmodel.h"
#include "theme/tokens.h"
#include "widgets/sparkbars.h"

#include <QPainter>

namespace waybill {

namespace {
constexpr int dotSide = 9;
constexpr int barPitch = 7;
constexpr int barsWidth = barPitch * healthShown;

int lineHeight() {
    return QFontMetrics(textFont(type::small)).height() + 1;
}

QList<SparkBar> barsOf(const QList<DeliveryStatus>& latest) {
    QList<SparkBar> bars;
    for (const DeliveryStatus status : latest.last(qMin<qsizetype>(latest.size(), healthShown)))
        bars.append(status == DeliveryStatus::Delivered ? SparkBar::Arrived : SparkBar::Failed);
    return bars;
}
} // namespace

void EndpointRowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Tokens& t = currentTokens(option.widget);
    const bool selected = option.state & QStyle::State_Selected;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillRect(option.rect, selected                                 ? t.accentSoft
                                   : option.state & QStyle::State_MouseOver ? t.surfaceSunken
                                                                            : t.surface);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.border);
    if (option.state & QStyle::State_HasFocus)
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height() - 1), t.accent);

    const auto mirrored = [&](const QRect& area) { return QStyle::visualRect(option.direction, option.rect, area); };
    const int left = option.rect.left() + space::l;
    const int textLeft = left + dotSide + space::s + 2;
    const QList<SparkBar> bars = barsOf(index.data(EndpointListModel::LatestRole).value<QList<DeliveryStatus>>());
    const int textRight = option.rect.right() - space::l - (bars.isEmpty() ? 0 : barsWidth + space::m);
    int top = option.rect.top() + space::m;

    const auto status = index.data(EndpointListModel::StatusRole).value<StatusWords>();
    const QFont nameFont = textFont(type::body, QFont::DemiBold);
    const int nameHeight = QFontMetrics(nameFont).height() + 1;
    const QRect dot(left, top + (nameHeight - dotSide) / 2, dotSide, dotSide);
    painter->setPen(Qt::NoPen);
    painter->setBrush(pillText(status.kind, t));
    painter->drawEllipse(mirrored(dot));

    const auto line = [&](const QString& text, const QFont& font, const QColor& colour, int height, int right) {
        const QRect area(textLeft, top, right - textLeft, height);
        painter->setFont(font);
        painter->setPen(colour);
        painter->drawText(mirrored(area),
                          int(QStyle::visualAlignment(option.direction, Qt::AlignLeft | Qt::AlignVCenter)) |
                              Qt::TextSingleLine,
                          QFontMetrics(font).elidedText(text, Qt::ElideRight, area.width()));
        top += height;
    };
    line(index.data().toString(), nameFont, t.text, nameHeight, textRight);
    line(index.data(EndpointListModel::AddressRole).toString(), textFont(type::small), t.textMuted, lineHeight(),
         textRight);
    line(index.data(EndpointListModel::LineRole).toString(), textFont(type::small), t.textMuted, lineHeight(),
         option.rect.right() - space::l);

    if (!bars.isEmpty()) {
        const int width = barPitch * int(bars.size());
        const QRect area(option.rect.right() - space::l - width, option.rect.top() + space::m + 2, width, 22);
        paintSparkBars(painter, mirrored(area), bars, t);
    }
    painter->restore();
}

QSize EndpointRowDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {200, QFontMetrics(textFont(type::body, QFont::DemiBold)).height() + 1 + 2 * lineHeight() + 2 * space::m};
}

} // namespace waybill
