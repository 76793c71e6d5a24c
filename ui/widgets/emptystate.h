// SPDX-License-Identifier: MIT
#pragma once

#include "theme/icons.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace waybill {

/// What will appear here, and the one button that makes it appear.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent = nullptr);
    /// An empty `action` shows no button.
    EmptyState(Icon icon, const QString& title, const QString& sentence, const QString& action,
               QWidget* parent = nullptr);

    void setContent(Icon icon, const QString& title, const QString& sentence, const QString& action = {});
    QPushButton* button() const { return m_button; }

Q_SIGNALS:
    void acted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintPicture();

    Icon m_icon = Icon::None;
    QLabel* m_picture;
    QLabel* m_title;
    QLabel* m_sentence;
    QPushButton* m_button;
};

} // namespace waybill
