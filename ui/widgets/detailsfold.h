// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QPlainTextEdit;
class QPushButton;

namespace waybill {

/// Technical text behind a button "Details", closed at first; hidden where there is none.
class DetailsFold final : public QWidget {
    Q_OBJECT
public:
    explicit DetailsFold(QWidget* parent = nullptr);
    void setText(const QString& text);

private:
    QPushButton* m_fold;
    QPlainTextEdit* m_text;
};

} // namespace waybill
