// SPDX-License-Identifier: MIT
#include "widgets/statcard.h"

#include "theme/tokens.h"

#include <QLabel>
#include <QVBoxLayout>

namespace waybill {

StatCard::StatCard(const QString& title, QWidget* parent)
    : Card(parent), m_name(new QLabel(title, this)), m_value(new QLabel(this)), m_note(new QLabel(this)) {
    for (QLabel* label : {m_name, m_value, m_note}) {
        label->setTextFormat(Qt::PlainText);
        contentLayout()->addWidget(label);
    }
    contentLayout()->setSpacing(2);
    m_name->setForegroundRole(QPalette::PlaceholderText);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_value->setFont(textFont(type::display, QFont::DemiBold));
    m_value->setText(QStringLiteral("–"));
    setAccessibleName(title);
}

void StatCard::setValue(const QString& value, const QString& note) {
    m_value->setText(value);
    m_note->setText(note);
    setAccessibleDescription(value + u", " + note);
}

QString StatCard::value() const {
    return m_value->text();
}
QString StatCard::copiedText() const {
    return tr("%1: %2 (%3)", "name, value and note of a number").arg(m_name->text(), value(), note());
}
QString StatCard::note() const {
    return m_note->text();
}

} // namespace waybill
