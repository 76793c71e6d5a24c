// SPDX-License-Identifier: MIT
#include "window/editactions.h"

#include "theme/icons.h"
#include "widgets/copying.h"

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>

namespace waybill {

namespace {
bool canSelectSeveral(const QAbstractItemView& view) {
    const auto mode = view.selectionMode();
    return mode == QAbstractItemView::ExtendedSelection || mode == QAbstractItemView::MultiSelection;
}
} // namespace

EditActions::EditActions(QWidget& window, QMenu& menu) : QObject(&window), window_(window) {
    cut_ = menu.addAction(tr("Cu&t"), QKeySequence(QKeySequence::Cut), this, &EditActions::cut);
    copy_ = menu.addAction(icon(Icon::Copy, &window), tr("&Copy"), QKeySequence(QKeySequence::Copy), this,
                           &EditActions::copy);
    paste_ = menu.addAction(tr("&Paste"), QKeySequence(QKeySequence::Paste), this, &EditActions::paste);
    selectAll_ =
        menu.addAction(tr("Select &all"), QKeySequence(QKeySequence::SelectAll), this, &EditActions::selectAll);
    cut_->setObjectName(QStringLiteral("cut"));
    copy_->setObjectName(QStringLiteral("copy"));
    paste_->setObjectName(QStringLiteral("paste"));
    selectAll_->setObjectName(QStringLiteral("selectAll"));
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { take(now); });
    connect(&menu, &QMenu::aboutToShow, this, &EditActions::look);
    look();
}

void EditActions::take(QWidget* focused) {
    // A menu takes the keyboard only to give it back.
    if (!focused || focused->window() != &window_ || qobject_cast<QMenuBar*>(focused))
        return;
    if (focused_)
        disconnect(focused_, nullptr, this, nullptr);
    focused_ = focused;
    if (auto* field = qobject_cast<QLineEdit*>(focused)) {
        connect(field, &QLineEdit::selectionChanged, this, &EditActions::look);
        connect(field, &QLineEdit::textChanged, this, &EditActions::look);
    } else if (auto* text = qobject_cast<QPlainTextEdit*>(focused)) {
        connect(text, &QPlainTextEdit::textChanged, this, &EditActions::look);
    } else if (auto* view = qobject_cast<QAbstractItemView*>(focused); view && view->selectionModel()) {
        connect(view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &EditActions::look);
        connect(view->selectionModel(), &QItemSelectionModel::currentChanged, this, &EditActions::look);
    }
    look();
}

QWidget* EditActions::focused() const {
    return focused_ && focused_->isVisible() && focused_->isEnabled() && focused_->window() == &window_ ? focused_
                                                                                                        : nullptr;
}

void EditActions::look() {
    QWidget* here = focused();
    const auto* field = qobject_cast<QLineEdit*>(here);
    const auto* text = qobject_cast<QPlainTextEdit*>(here);
    const auto* view = qobject_cast<QAbstractItemView*>(here);
    const bool isWritable = field && !field->isReadOnly();
    cut_->setEnabled(isWritable && field->hasSelectedText() && field->echoMode() == QLineEdit::Normal);
    copy_->setEnabled(!copiedTextOf(here).isEmpty());
    paste_->setEnabled(isWritable);
    selectAll_->setEnabled((field && !field->text().isEmpty()) || (text && !text->document()->isEmpty()) ||
                           (view && canSelectSeveral(*view) && view->model() && view->model()->rowCount() > 0));
}

void EditActions::cut() {
    if (auto* field = qobject_cast<QLineEdit*>(focused()))
        field->cut();
}

void EditActions::copy() {
    copyFrom(focused());
}

void EditActions::paste() {
    if (auto* field = qobject_cast<QLineEdit*>(focused()))
        field->paste();
}

void EditActions::selectAll() {
    if (auto* field = qobject_cast<QLineEdit*>(focused()))
        field->selectAll();
    else if (auto* text = qobject_cast<QPlainTextEdit*>(focused()))
        text->selectAll();
    else if (auto* view = qobject_cast<QAbstractItemView*>(focused()); view && canSelectSeveral(*view))
        view->selectAll();
}

} // namespace waybill
