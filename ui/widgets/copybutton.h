// SPDX-License-Identifier: MIT
#pragma once

#include <QPushButton>
#include <QTimer>

namespace waybill {

/// Copies a text and says so for two seconds.
class CopyButton : public QPushButton {
    Q_OBJECT
public:
    explicit CopyButton(QWidget* parent = nullptr);
    explicit CopyButton(const QString& label, QWidget* parent = nullptr);

    /// The text to copy. With nothing to copy the button is disabled.
    void setCopiedText(const QString& text);
    QString copiedText() const { return m_copied; }
    /// The words on the button; empty shows the icon alone.
    void setLabel(const QString& label);

Q_SIGNALS:
    void copied();

private:
    void copy();
    void showRest();

    QString m_label;
    QString m_copied;
    QTimer m_rest;
};

} // namespace waybill
