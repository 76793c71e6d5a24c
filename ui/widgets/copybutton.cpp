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
    connect(&m_rest, &QTimer::timeout, this, [this] {
        setAccessibleName(m_name);
        showRest();
    });
    connect(this, &QPushButton::clicked, this, &CopyButton::copy);
    setAccessibleName(plainName());
    setToolTip(plainTip());
    showRest();
}

void CopyButton::setCopiedText(const QString& text) {
    m_copied = text;
    setEnabled(!text.isEmpty());
}

void CopyButton::setLabel(const QString& label) {
    const bool hasOwnName = accessibleName() != plainName();
    const bool hasOwnTip = toolTip() != plainTip();
    m_label = label;
    if (!hasOwnName)
        setAccessibleName(plainName());
    if (!hasOwnTip)
        setToolTip(plainTip());
    if (!m_rest.isActive())
        showRest();
}

QString CopyButton::plainName() const {
    // A mnemonic is for the eye.
    return m_label.isEmpty() ? tr("Copy", "button") : QString(m_label).remove(u'&');
}

QString CopyButton::plainTip() const {
    return m_label.isEmpty() ? plainName() : QString();
}

void CopyButton::copy() {
    QApplication::clipboard()->setText(m_copied);
    if (!m_rest.isActive())
        m_name = accessibleName();
    setText(tr("Copied"));
    setIcon(waybill::icon(Icon::Check, this));
    setAccessibleName(tr("Copied"));
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    m_rest.start();
    Q_EMIT copied();
}

void CopyButton::showRest() {
    setText(m_label);
    setIcon(waybill::icon(Icon::Copy, this));
}

} // namespace waybill
