// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/copying.h"

#include <QPushButton>
#include <QTimer>

namespace waybill {

/// Copies a text and says so for two seconds. A name or tooltip of its own comes back afterwards.
class CopyButton : public QPushButton, public Copyable {
    Q_OBJECT
public:
    explicit CopyButton(QWidget* parent = nullptr);
    explicit CopyButton(const QString& label, QWidget* parent = nullptr);

    /// The text to copy. With nothing to copy the button is disabled.
    void setCopiedText(const QString& text);
    QString copiedText() const override { return m_copied; }
    /// The words on the button; empty shows the icon alone.
    void setLabel(const QString& label);

Q_SIGNALS:
    void copied();

private:
    void copy();
    void showRest();
    QString plainName() const;
    QString plainTip() const;

    QString m_label;
    QString m_name; ///< What it was called before it said "Copied".
    QString m_copied;
    QTimer m_rest;
};

} // namespace waybill
