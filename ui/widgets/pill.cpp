// SPDX-License-Identifier: MIT
#include "widgets/pill.h"

#include <QAccessible>
#include <QFontMetrics>
#include <QPainter>
#include <QStyle>

namespace waybill {

namespace {
constexpr int height = 20;
constexpr int edge = 9;
constexpr int iconSide = 12;
QFont pillFont() {
    return textFont(type::small, QFont::DemiBold);
}
} // namespace

QColor pillText(PillKind kind, const Tokens& t) {
    switch (kind) {
    case PillKind::Success:
        return t.success;
    case PillKind::Warning:
        return t.warning;
    case PillKind::Danger:
        return t.danger;
    case PillKind::Info:
        return t.info;
    case PillKind::Neutral:
        break;
    }
    return t.neutral;
}

QColor pillGround(PillKind kind, const Tokens& t) {
    switch (kind) {
    case PillKind::Success:
        return t.successSoft;
    case PillKind::Warning:
        return t.warningSoft;
    case PillKind::Danger:
        return t.dangerSoft;
    case PillKind::Info:
        return t.infoSoft;
    case PillKind::Neutral:
        break;
    }
    return t.neutralSoft;
}

QSize pillSize(Icon icon, const QString& text) {
    int width = 2 * edge;
    if (icon != Icon::None)
        width += iconSide;
    if (icon != Icon::None && !text.isEmpty())
        width += space::xs;
    const QFontMetrics metrics(pillFont());
    return {width + metrics.horizontalAdvance(text), qMax(height, metrics.height() + 2)};
}

void paintPill(QPainter* painter, const QRect& area, PillKind kind, Icon icon, const QString& text,
               const Tokens& tokens, Qt::LayoutDirection direction, PillEdge outline) {
    const QSize size = pillSize(icon, text).boundedTo(QSize(area.width(), 1000));
    const QRect pill = QStyle::alignedRect(direction, Qt::AlignLeft | Qt::AlignVCenter, size, area);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QColor colour = pillText(kind, tokens);
    const bool isOutlined = outline == PillEdge::Outlined;
    const qreal inset = isOutlined ? 0.5 : 0;
    painter->setPen(isOutlined ? QPen(colour, 1) : QPen(Qt::NoPen));
    painter->setBrush(pillGround(kind, tokens));
    painter->drawRoundedRect(QRectF(pill).adjusted(inset, inset, -inset, -inset), pill.height() / 2.0,
                             pill.height() / 2.0);
    QRect rest = pill.adjusted(edge, 0, -edge, 0);
    if (icon != Icon::None) {
        const QRect mark =
            QStyle::alignedRect(direction, Qt::AlignLeft | Qt::AlignVCenter, QSize(iconSide, iconSide), rest);
        paintIcon(*painter, mark, icon, colour);
        const int used = iconSide + space::xs;
        rest = direction == Qt::LeftToRight ? rest.adjusted(used, 0, 0, 0) : rest.adjusted(0, 0, -used, 0);
    }
    painter->setFont(pillFont());
    painter->setPen(colour);
    const QString shown = QFontMetrics(pillFont()).elidedText(text, Qt::ElideRight, rest.width() + 1);
    painter->drawText(rest,
                      Qt::AlignVCenter | Qt::TextSingleLine | Qt::TextDontClip |
                          (direction == Qt::LeftToRight ? Qt::AlignLeft : Qt::AlignRight),
                      shown);
    painter->restore();
}

Pill::Pill(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Pill::setStatus(PillKind kind, Icon icon, const QString& text) {
    m_kind = kind;
    m_icon = icon;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Pill::sizeHint() const {
    return pillSize(m_icon, m_text);
}

void Pill::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintPill(&painter, rect(), m_kind, m_icon, m_text, currentTokens(this), layoutDirection());
}

} // namespace waybill
