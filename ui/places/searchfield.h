// SPDX-License-Identifier: MIT
#pragma once

#include <QLineEdit>
#include <QTimer>

namespace waybill {

/// A field that says what is looked for once the typing rests.
class SearchField final : public QLineEdit {
    Q_OBJECT
public:
    /// `hint` is short, `meaning` says in what is looked.
    SearchField(const QString& hint, const QString& meaning, QWidget* parent = nullptr);

Q_SIGNALS:
    void searched(const QString& text);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QTimer rest_;
};

} // namespace waybill
