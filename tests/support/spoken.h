// SPDX-License-Identifier: MIT
// What somebody hears who cannot see the window.
#pragma once

#include "contract/foreigntext.h"
#include "support/foreign.h"

#include <QAccessible>
#include <QCheckBox>
#include <QRegularExpression>
#include <QStringList>
#include <QWidget>

namespace waybill::test {

inline void listenTo(QAccessibleInterface* face, QStringList& faults) {
    if (!face || !face->isValid() || face->state().invisible)
        return;
    const QObject* object = face->object();
    const QString who =
        object ? QString(QString::fromLatin1(object->metaObject()->className()) + u' ' + object->objectName())
               : QStringLiteral("item");
    static const QRegularExpression markup(QStringLiteral("</?(span|br|b|p|a|html|i)\\b[^>]*>|&(lt|gt|amp|quot);"));
    static const QRegularExpression mnemonic(QStringLiteral("&\\S"));
    for (const QAccessible::Text kind : {QAccessible::Name, QAccessible::Description, QAccessible::Help}) {
        const QString text = face->text(kind);
        if (text.contains(markup))
            faults += who + QStringLiteral(" is read out with markup: ") + text;
        if (text.contains(mnemonic))
            faults += who + QStringLiteral(" is read out with a mnemonic: ") + text;
        // What stands alone turns nothing but itself.
        if (const QString turned = text == inOneLine(text) ? QString() : turnedIn(text); !turned.isEmpty())
            faults += who + u' ' + turned;
    }
    if (face->state().focusable && face->text(QAccessible::Name).isEmpty())
        faults += who + QStringLiteral(" has no name");
    if (face->role() == QAccessible::CheckBox && object && !qobject_cast<const QCheckBox*>(object) &&
        !object->property("toggles").toBool())
        faults += who + QStringLiteral(" is announced as a check box");
    for (int child = 0; child < face->childCount(); ++child)
        listenTo(face->child(child), faults);
}

/// What is wrong with the names and descriptions of a window and of everything in it that can be seen.
inline QString faultsHeardIn(QWidget& window) {
    QStringList faults;
    listenTo(QAccessible::queryAccessibleInterface(&window), faults);
    return faults.join(u'\n');
}

} // namespace waybill::test
