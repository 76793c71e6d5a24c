// SPDX-License-Identifier: MIT
#include "widgets/emptystate.h"

#include "theme/tokens.h"
#include "widgets/buttons.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace waybill {

EmptyState::EmptyState(QWidget* parent) : EmptyState(Icon::None, {}, {}, {}, parent) {}

EmptyState::EmptyState(Icon icon, const QString& title, const QString& sentence, const QString& action, QWidget* parent)
    : QWidget(parent)
    , m_picture(new QLabel(this))
    , m_title(new QLabel(this))
    , m_sentence(new QLabel(this))
    , m_button(new QPushButton(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::xl);
    column->setSpacing(space::s);
    column->addStretch();
    m_title->setFont(textFont(type::heading, QFont::DemiBold));
    m_sentence->setForegroundRole(QPalette::PlaceholderText);
    m_sentence->setMinimumWidth(200);
    m_sentence->setMaximumWidth(420);
    for (QLabel* label : {m_picture, m_title, m_sentence}) {
        label->setTextFormat(Qt::PlainText);
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(label == m_sentence);
    }
    column->addWidget(m_picture, 0, Qt::AlignHCenter);
    column->addWidget(m_title, 0, Qt::AlignHCenter);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(m_sentence, 8);
    row->addStretch(1);
    column->addLayout(row);
    column->addSpacing(space::s);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addStretch();
    makePrimary(m_button);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::acted);
    setContent(icon, title, sentence, action);
}

void EmptyState::setContent(Icon icon, const QString& title, const QString& sentence, const QString& action) {
    m_icon = icon;
    m_title->setText(title);
    m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
    m_button->setText(action);
    m_button->setVisible(!action.isEmpty());
    m_picture->setVisible(icon != Icon::None);
    paintPicture();
}

void EmptyState::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintPicture();
}

void EmptyState::paintPicture() {
    const qreal ratio = devicePixelRatioF();
    m_picture->setPixmap(waybill::icon(m_icon, currentTokens(this).textMuted).pixmap(QSize(40, 40), ratio));
}

} // namespace waybill
