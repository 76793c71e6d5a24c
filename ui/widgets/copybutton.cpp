// SPDX-License-Identifier: MIT
#include "widgets/copybutton.h"

#include "theme/icons.h"
#include "widgets/buttons.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>

namespace waybill {

CopyButton::CopyButton(QWidget* parent) : CopyButton(tr("Copy", "button"), parent) {}

CopyButton::CopyButton(const QString& label, QWidget* parent) : QPushButton(parent), m_label(label) {
    makeQuiet(this);
    setEnabled(false);
    m_rest.setSingleShot(true);
    m_rest.setInterval(2000);
    connect(&m_rest, &QTimer::timeout, this, &CopyButton::showRest);
    connect(this, &QPushButton::clicked, this, &CopyButton::copy);
    showRest();
}

void CopyButton::setCopiedText(const QString& text) {
    m_copied = text;
    setEnabled(!text.isEmpty());
}

void CopyButton::setLabel(const QString& label) {
    m_label = label;
    showRest();
}

void CopyButton::copy() {
    QApplication::clipboard()->setText(m_copied);
    setText(tr("Copied"));
    setIcon(waybill::icon(Icon::Check, this));
    setAccessibleName(tr("Copied"));
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    m_rest.start();
    Q_EMIT copied();
}

void CopyButton::showRest() {
    const QString name = m_label.isEmpty() ? tr("Copy", "button") : m_label;
    setText(m_label);
    setIcon(waybill::icon(Icon::Copy, this));
    setAccessibleName(name);
    setToolTip(m_label.isEmpty() ? name : QString());
}

} // namespace waybill
