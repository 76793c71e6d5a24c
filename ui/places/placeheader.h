// SPDX-License-Identifier: MIT
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;

namespace waybill {

/// The line above a place: its name, and at the right what can be done in it.
class PlaceHeader final : public QFrame {
    Q_OBJECT
public:
    explicit PlaceHeader(const QString& title, QWidget* parent = nullptr);
    void setNote(const QString& note);
    /// After the title's stretch.
    void add(QWidget* control, int stretch = 0);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QHBoxLayout* row_;
    QLabel* note_;
};

} // namespace waybill
