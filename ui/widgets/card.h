// SPDX-License-Identifier: MIT
#pragma once

#include <QFrame>

class QLabel;
class QVBoxLayout;

namespace waybill {

/// A rounded surface with a title (hidden where it is empty) and room for content.
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(QWidget* parent = nullptr);
    explicit Card(const QString& title, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    QString title() const;
    QVBoxLayout* contentLayout() const { return m_content; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel* m_title;
    QVBoxLayout* m_content;
};

} // namespace waybill
