// SPDX-License-Identifier: MIT
#include "widgets/copying.h"

#include "contract/foreigntext.h"
#include "theme/icons.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QToolTip>

#include <algorithm>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
struct Copying {
    Q_DECLARE_TR_FUNCTIONS(Copying)
};
constexpr const char* byItself = "waybillCopiesByItself";
constexpr int confirmationTime = 1'500;

/// Takes the key before the text does, which copies nothing where nothing is selected.
class WholeText final : public QObject {
public:
    explicit WholeText(QPlainTextEdit* text) : QObject(text), text_(text) { text->installEventFilter(this); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        const bool isKey = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
        if (!isKey || !static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy) ||
            text_->textCursor().hasSelection())
            return QObject::eventFilter(watched, event);
        if (event->type() == QEvent::KeyPress)
            copyFrom(text_);
        event->accept();
        return true;
    }

private:
    QPlainTextEdit* text_;
};

/// A selection has other signs for its breaks.
template <typename Text>
QString textIn(const Text& edit) {
    const QString selected = edit.textCursor().selectedText();
    return selected.isEmpty() ? edit.toPlainText() : QString(selected).replace(QChar::ParagraphSeparator, u'\n');
}

QString rowsIn(const QAbstractItemView& view) {
    if (!view.selectionModel())
        return {};
    QModelIndexList rows = view.selectionModel()->selectedRows();
    if (rows.isEmpty()) { // Cells are selected, or nothing is.
        rows = view.selectionModel()->selectedIndexes();
        if (rows.isEmpty() && view.currentIndex().isValid())
            rows += view.currentIndex();
        for (QModelIndex& row : rows)
            row = row.siblingAtColumn(0);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    QStringList lines;
    for (const QModelIndex& row : std::as_const(rows)) {
        const QString line = row.data(copiedRowRole).toString();
        lines += line.isEmpty() ? copiedRow({row.data().toString()}) : line;
    }
    return lines.join(u'\n');
}

QPoint placeOf(const QWidget& beside) {
    QRect area = beside.rect();
    if (const auto* view = qobject_cast<const QAbstractItemView*>(&beside); view && view->currentIndex().isValid())
        area = view->visualRect(view->currentIndex()).translated(view->viewport()->pos()).intersected(area);
    return beside.mapToGlobal(QPoint(area.left() + area.width() / 4, area.bottom() - 12));
}
} // namespace

QString copiedRow(const QStringList& cells) {
    QStringList line;
    for (const QString& shown : cells) {
        QString cell = withoutIsolation(shown);
        std::ranges::replace_if(
            cell,
            [](QChar character) {
                return character.category() == QChar::Other_Control || character == QChar::LineSeparator ||
                       character == QChar::ParagraphSeparator;
            },
            QChar(u' '));
        line += cell;
    }
    return line.join(u'\t');
}

void copiesByItself(QWidget* widget) {
    widget->setProperty(byItself, true);
}

QString copiedTextOf(const QWidget* widget) {
    if (!widget || widget->property(byItself).toBool())
        return {};
    if (const auto* copyable = dynamic_cast<const Copyable*>(widget))
        return copyable->copiedText();
    if (const auto* field = qobject_cast<const QLineEdit*>(widget)) {
        if (field->echoMode() != QLineEdit::Normal)
            return {};
        return field->hasSelectedText() ? field->selectedText() : field->text();
    }
    if (const auto* text = qobject_cast<const QPlainTextEdit*>(widget))
        return textIn(*text);
    if (const auto* text = qobject_cast<const QTextEdit*>(widget))
        return textIn(*text);
    if (const auto* label = qobject_cast<const QLabel*>(widget))
        return withoutIsolation(label->hasSelectedText() ? label->selectedText() : label->text());
    if (const auto* view = qobject_cast<const QAbstractItemView*>(widget))
        return rowsIn(*view);
    return {};
}

bool copyFrom(QWidget* widget) {
    const QString text = copiedTextOf(widget);
    if (text.isEmpty())
        return false;
    copyText(text, widget);
    return true;
}

void copyText(const QString& text, QWidget* beside) {
    QApplication::clipboard()->setText(text);
    if (!beside || !beside->isVisible())
        return;
    QToolTip::showText(placeOf(*beside), Copying::tr("Copied"), beside, {}, confirmationTime);
    QAccessibleEvent alert(beside, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void copiesWhole(QPlainTextEdit* text) {
    new WholeText(text);
}

void offerCopy(QWidget* window, QContextMenuEvent* event) {
    QWidget* read = window->childAt(event->pos());
    while (read && read != window && copiedTextOf(read).isEmpty())
        read = read->parentWidget();
    const QString text = copiedTextOf(read);
    if (text.isEmpty()) {
        event->ignore();
        return;
    }
    auto* menu = new QMenu(window);
    menu->setObjectName(u"copyMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(icon(Icon::Copy, menu), Copying::tr("&Copy"), read, [text, read] { copyText(text, read); });
    menu->popup(event->globalPos());
}

} // namespace waybill
