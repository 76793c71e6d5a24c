// SPDX-License-Identifier: MIT
#include "places/placeheader.h"

#include "theme/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

namespace waybill {

PlaceHeader::PlaceHeader(const QString& title, QWidget* parent)
    : QFrame(parent), row_(new QHBoxLayout(this)), note_(new QLabel(this)) {
    auto* name = new QLabel(title, this);
    name->setFont(textFont(type::title, QFont::DemiBold));
    note_->setForegroundRole(QPalette::PlaceholderText);
    note_->setTextFormat(Qt::PlainText);
    note_->hide();
    row_->setContentsMargins(space::l + 2, space::m, space::l + 2, space::m + 1);
    row_->setSpacing(space::s);
    row_->addWidget(name);
    row_->addWidget(note_);
    row_->addStretch(1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void PlaceHeader::setNote(const QString& note) {
    note_->setText(note);
    note_->setVisible(!note.isEmpty());
}

void PlaceHeader::add(QWidget* control, int stretch) {
    row_->addWidget(control, stretch);
}

void PlaceHeader::paintEvent(QPaintEvent*) {
    const Tokens& t = currentTokens(this);
    QPainter painter(this);
    painter.fillRect(rect(), t.surface);
    painter.fillRect(QRect(0, height() - 1, width(), 1), t.border);
}

} // namespace waybill
