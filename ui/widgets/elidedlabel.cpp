// SPDX-License-Identifier: MIT
#include "widgets/elidedlabel.h"

#include "contract/foreigntext.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/tip.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>
#include <QStyle>
#include <QTextLayout>

namespace waybill {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

ElidedLabel::ElidedLabel(const QString& text, QWidget* parent) : ElidedLabel(parent) {
    setFullText(text);
}

void ElidedLabel::setFullText(const QString& text, const QString& copied) {
    m_full = text;
    m_copied = copied.isEmpty() ? withoutIsolation(text) : copied;
    setTip(this, text);
    setAccessibleName(text);
    updateGeometry();
    update();
}

QString ElidedLabel::copiedText() const {
    return m_copied;
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode) {
    m_mode = mode;
    update();
}

void ElidedLabel::setMostLines(int lines) {
    m_mostLines = lines;
    QSizePolicy policy = sizePolicy();
    policy.setHeightForWidth(lines > 1);
    policy.setVerticalPolicy(lines > 1 ? QSizePolicy::Minimum : QSizePolicy::Fixed);
    setSizePolicy(policy);
    updateGeometry();
    update();
}

QStringList ElidedLabel::linesIn(int width) const {
    if (m_mostLines == 1)
        return {fontMetrics().elidedText(m_full, m_mode, width)};
    const QString text = m_full.simplified();
    QTextLayout layout(text, font());
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QStringList lines;
    layout.beginLayout();
    while (lines.size() < m_mostLines) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(width);
        const bool isLast = lines.size() + 1 == m_mostLines;
        lines += isLast ? fontMetrics().elidedText(text.mid(line.textStart()), m_mode, width)
                        : text.mid(line.textStart(), line.textLength());
    }
    layout.endLayout();
    return lines;
}

int ElidedLabel::heightForWidth(int width) const {
    if (m_mostLines == 1)
        return -1;
    const QMargins edges = contentsMargins();
    const qsizetype lines = qMax<qsizetype>(1, linesIn(width - edges.left() - edges.right()).size());
    return int(lines) * fontMetrics().height() + edges.top() + edges.bottom();
}

QSize ElidedLabel::sizeHint() const {
    const QMargins edges = contentsMargins();
    return {fontMetrics().horizontalAdvance(m_full) + edges.left() + edges.right() + 1,
            fontMetrics().height() + edges.top() + edges.bottom()};
}

QSize ElidedLabel::minimumSizeHint() const {
    const QSize whole = sizeHint();
    return {qMin(whole.width(), fontMetrics().averageCharWidth() * 6), whole.height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(currentTokens(this).focus, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), radius::small, radius::small);
    }
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, foregroundRole()));
    QRect area = contentsRect();
    const QStringList lines = linesIn(area.width());
    if (lines.size() > 1)
        area.setHeight(fontMetrics().height());
    for (const QString& line : lines) {
        painter.drawText(
            area, int(Qt::AlignVCenter | Qt::TextSingleLine | QStyle::visualAlignment(layoutDirection(), alignment())),
            line);
        area.translate(0, area.height());
    }
}

void ElidedLabel::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(icon(Icon::Copy, menu), tr("&Copy"), this, [this] { copyText(copiedText(), this); });
    menu->popup(event->globalPos());
}

} // namespace waybill
