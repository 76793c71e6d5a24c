// SPDX-License-Identifier: MIT
#pragma once

#include <QPushButton>

namespace waybill {

/// A button whose words are shortened where there is no room for all of them.
class ElidedButton : public QPushButton {
    Q_OBJECT
public:
    explicit ElidedButton(QWidget* parent = nullptr);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int aroundWords() const;
};

} // namespace waybill
