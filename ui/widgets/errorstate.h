// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace waybill {

class CopyButton;

/// What happened, what can be done, and what to quote when asking for help.
class ErrorState : public QWidget {
    Q_OBJECT
public:
    explicit ErrorState(QWidget* parent = nullptr);

    void setError(const Error& error);
    QPushButton* retryButton() const { return m_retry; }

Q_SIGNALS:
    void retried();

private:
    QLabel* m_picture;
    QLabel* m_title;
    QLabel* m_text;
    QLabel* m_requestId;
    CopyButton* m_copyRequestId;
    QPushButton* m_retry;
    QPushButton* m_fold;
    QPlainTextEdit* m_details;
};

} // namespace waybill
