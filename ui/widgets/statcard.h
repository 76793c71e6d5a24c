// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/card.h"
#include "widgets/copying.h"

namespace waybill {

/// One number with its name above and a note below.
class StatCard : public Card, public Copyable {
    Q_OBJECT
public:
    explicit StatCard(const QString& title, QWidget* parent = nullptr);

    void setValue(const QString& value, const QString& note);
    QString value() const;
    QString note() const;
    QString copiedText() const override;

private:
    QLabel* m_name;
    QLabel* m_value;
    QLabel* m_note;
};

} // namespace waybill
