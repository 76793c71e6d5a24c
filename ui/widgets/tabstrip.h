// SPDX-License-Identifier: MIT
#pragma once

#include <QTabBar>

namespace waybill {

/// Underlined words; arrow keys, Home and End move between them.
class TabStrip : public QTabBar {
    Q_OBJECT
public:
    explicit TabStrip(QWidget* parent = nullptr);
    /// Room beside the words for the focus ring: what lies below begins this far from the strip's edge.
    static constexpr int edge = 6;

protected:
    void paintEvent(QPaintEvent* event) override;
    QSize tabSizeHint(int index) const override;
    QSize minimumTabSizeHint(int index) const override;
};

} // namespace waybill
