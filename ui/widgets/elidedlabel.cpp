// SPDX-License-Identifier: MIT
#include "widgets/elidedlabel.h"

#include "theme/icons.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>
#include <QStyle>

namespace waybill {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

ElidedLabel::ElidedLabel(const QString& text, QWidget* parent) : ElidedLabel(parent) {
    setFullText(text);
}

void ElidedLabel::setFullText(const QString& text) {
    m_full = text;
    // A tooltip guesses at rich text, so foreign text is escaped.
    setToolTip(text.isEmpty() ? QString() : u"<span>" + text.toHtmlEscaped() + u"</span>");
    setAccessibleName(text);
    updateGeometry();
    update();
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode) {
    m_mode = mode;
    update();
}

QSize ElidedLabel::sizeHint() const {
    const QMargins edges = contentsMargins();
    return {fontMetrics().horizontalAdvance(m_full) + edges.left() + edges.right() + 1,
            fontMetrics().height() + edges.top() + edges.bottom()};
}

QSize ElidedLabel::minimumSizeHint() const {
    return {fontMetrics().averageCharWidth() * 6, sizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, foregroundRole()));
    const QRect area = contentsRect();
    painter.drawText(
        area, int(Qt::AlignVCenter | Qt::TextSingleLine | QStyle::visualAlignment(layoutDirection(), alignment())),
        fontMetrics().elidedText(m_full, m_mode, area.width()));
}

void ElidedLabel::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(icon(Icon::Copy, menu), tr("&Copy"), this,
                    [text = m_full] { QApplication::clipboard()->setText(text); });
    menu->popup(event->globalPos());
}

} // namespace waybill
