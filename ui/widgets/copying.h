// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

class QContextMenuEvent;
class QPlainTextEdit;
class QWidget;

namespace waybill {

/// What a row of a model is as text: its cells with tabs between, its time exact.
inline constexpr int copiedRowRole = 0x0100 + 900;
/// Cells of a row that is copied; breaks and tabs in them would be taken for more rows and cells.
QString copiedRow(const QStringList& cells);

/// A widget that is read, and says itself what is copied of it.
class Copyable {
public:
    virtual ~Copyable() = default;
    virtual QString copiedText() const = 0;

protected:
    Copyable() = default;
    Copyable(const Copyable&) = default;
    Copyable& operator=(const Copyable&) = default;
};

/// Its own ways to copy are the only ones: it may hold a secret.
void copiesByItself(QWidget* widget);
/// What copying takes from this widget: what is selected in it, else all that it says. Empty where there is nothing.
QString copiedTextOf(const QWidget* widget);
/// Copies that, and says so; false where there is nothing to copy.
bool copyFrom(QWidget* widget);
/// To the clipboard, with a quiet confirmation beside `beside`.
void copyText(const QString& text, QWidget* beside);
/// Copying with nothing selected takes everything.
void copiesWhole(QPlainTextEdit* text);
/// A menu that copies what is under the mouse, for the words of a window that have none of their own.
void offerCopy(QWidget* window, QContextMenuEvent* event);

} // namespace waybill
