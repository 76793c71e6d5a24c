// SPDX-License-Identifier: MIT
#pragma once

#include <QTimer>
#include <QWidget>

namespace waybill {

/// Grey lines where a list will be, shown only when the wait is longer than 300 ms. It does not move.
class Skeleton : public QWidget {
    Q_OBJECT
public:
    explicit Skeleton(QWidget* parent = nullptr);

    void setRows(int rows);
    bool isDrawn() const { return m_isDrawn; }
    QSize sizeHint() const override;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    int m_rows = 6;
    bool m_isDrawn = false;
    QTimer m_patience;
};

} // namespace waybill
