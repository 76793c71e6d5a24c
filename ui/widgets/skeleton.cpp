// SPDX-License-Identifier: MIT
#include "widgets/skeleton.h"

#include "theme/tokens.h"

#include <QPainter>

namespace waybill {

namespace {
constexpr int rowHeight = 36;
}

Skeleton::Skeleton(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Loading"));
    m_patience.setSingleShot(true);
    m_patience.setInterval(300);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_isDrawn = true;
        update();
    });
}

void Skeleton::setRows(int rows) {
    m_rows = rows;
    updateGeometry();
    update();
}

QSize Skeleton::sizeHint() const {
    return {240, m_rows * rowHeight};
}

void Skeleton::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_patience.start();
}

void Skeleton::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_patience.stop();
    m_isDrawn = false;
}

void Skeleton::paintEvent(QPaintEvent*) {
    if (!m_isDrawn)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(currentTokens(this).border);
    for (int row = 0; row < m_rows; ++row) {
        const int width = (this->width() - 2 * space::l) * (row % 3 == 0 ? 80 : row % 3 == 1 ? 64 : 72) / 100;
        const int left = isRightToLeft() ? this->width() - space::l - width : space::l;
        painter.drawRoundedRect(QRect(left, row * rowHeight + space::m, width, space::m), space::xs, space::xs);
    }
}

} // namespace waybill
