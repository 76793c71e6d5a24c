// SPDX-License-Identifier: MIT
#include "widgets/card.h"

#include "theme/tokens.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace waybill {

Card::Card(QWidget* parent) : Card(QString(), parent) {}

Card::Card(const QString& title, QWidget* parent)
    : QFrame(parent), m_title(new QLabel(this)), m_content(new QVBoxLayout) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::l, space::l, space::l, space::l);
    column->setSpacing(space::s);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setFont(textFont(type::heading, QFont::DemiBold));
    column->addWidget(m_title);
    m_content->setSpacing(space::xs);
    column->addLayout(m_content);
    setTitle(title);
}

void Card::setTitle(const QString& title) {
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    setAccessibleName(title);
}

QString Card::title() const {
    return m_title->text();
}

void Card::paintEvent(QPaintEvent*) {
    const Tokens& t = currentTokens(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(t.surface);
    painter.setPen(t.border);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius::large, radius::large);
}

} // namespace waybill
