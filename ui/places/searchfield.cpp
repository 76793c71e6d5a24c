// SPDX-License-Identifier: MIT
#include "places/searchfield.h"

#include "theme/icons.h"

#include <QAction>
#include <QKeyEvent>

namespace waybill {

SearchField::SearchField(const QString& hint, const QString& meaning, QWidget* parent) : QLineEdit(parent) {
    setPlaceholderText(hint);
    setAccessibleName(meaning);
    setToolTip(meaning);
    setClearButtonEnabled(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    addAction(icon(Icon::Search, this), LeadingPosition);
    rest_.setSingleShot(true);
    rest_.setInterval(150);
    connect(this, &QLineEdit::textChanged, &rest_, qOverload<>(&QTimer::start));
    connect(&rest_, &QTimer::timeout, this, [this] { Q_EMIT searched(text().trimmed()); });
}

void SearchField::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace waybill
