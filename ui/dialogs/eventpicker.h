// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/card.h"

#include <QStringList>

class QCheckBox;
class QGridLayout;

namespace waybill {

/// Which events an endpoint gets: all of them, new kinds included, or those that are ticked.
class EventPicker final : public Card {
    Q_OBJECT
public:
    explicit EventPicker(QWidget* parent = nullptr);

    /// Names that the catalogue does not know get a box of their own, so that they are not lost.
    void setEvents(const QStringList& names);
    /// `*` alone for all; empty where nothing is ticked.
    QStringList events() const;

Q_SIGNALS:
    void changed();

private:
    QCheckBox* addBox(const QString& name);
    void placeBoxes();
    void takeAll(bool all);
    void takeSome();
    void showState();

    QCheckBox* all_;
    QLabel* note_;
    QList<QCheckBox*> boxes_; ///< Their object names are the names of the events.
    QGridLayout* grid_;
    bool isAll_ = true;
};

} // namespace waybill
