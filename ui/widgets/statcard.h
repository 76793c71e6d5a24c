// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/card.h"

namespace waybill {

/// One number with its name above and a note below.
class StatCard : public Card {
    Q_OBJECT
public:
    explicit StatCard(const QString& title, QWidget* parent = nullptr);

    void setValue(const QString& value, const QString& note);
    QString value() const;
    QString note() const;

private:
    QLabel* m_name;
    QLabel* m_value;
    QLabel* m_note;
};

} // namespace waybill
