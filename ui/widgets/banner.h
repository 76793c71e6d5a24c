// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/copying.h"
#include "widgets/pill.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace waybill {

/// A message inside the window, with at most one action, until it is closed.
class Banner : public QFrame, public Copyable {
    Q_OBJECT
public:
    explicit Banner(QWidget* parent = nullptr);

    /// Shows the banner; an empty `action` shows no button.
    void setMessage(PillKind kind, const QString& text, const QString& action = {});
    QString text() const;
    QString copiedText() const override;
    void setClosable(bool closable);
    /// Over other things: with a line around it.
    void setFloating(bool floating);
    QPushButton* actionButton() const { return m_action; }

Q_SIGNALS:
    void acted();
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    PillKind m_kind = PillKind::Info;
    bool m_isFloating = false;
    QLabel* m_text;
    QPushButton* m_action;
    QPushButton* m_close;
};

} // namespace waybill
