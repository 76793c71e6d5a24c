// SPDX-License-Identifier: MIT
#include "dialogs/sheet.h"

#include "theme/tokens.h"
#include "widgets/errorbanner.h"

#include <QCloseEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QPaintEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace waybill {

QLabel* sheetText(const QString& text, QWidget* parent, bool isMuted) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    if (isMuted)
        label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

Sheet::Sheet(const QString& heading, QWidget* parent)
    : QDialog(parent)
    , sentence_(sheetText({}, this, true))
    , content_(new QVBoxLayout)
    , error_(new ErrorBanner(this))
    , foot_(new QHBoxLayout) {
    setWindowTitle(heading);
    setWindowFlag(Qt::WindowContextHelpButtonHint, false);
    auto* title = sheetText(heading, this);
    title->setFont(textFont(type::title, QFont::DemiBold));
    sentence_->hide();
    error_->setObjectName(QStringLiteral("sheetError"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl - 2, space::xl, space::l + 2);
    column->setSpacing(space::s);
    column->setSizeConstraint(QLayout::SetNoConstraint);
    column->addWidget(title);
    column->addWidget(sentence_);
    column->addSpacing(space::xs);
    content_->setSpacing(space::s);
    column->addLayout(content_, 1);
    column->addWidget(error_);
    column->addSpacing(space::s);
    foot_->setSpacing(space::s);
    foot_->addStretch(1);
    column->addLayout(foot_);
}

void Sheet::setSentence(const QString& sentence) {
    sentence_->setText(sentence);
    sentence_->setVisible(!sentence.isEmpty());
}

QPushButton* Sheet::addButton(const QString& words, const QString& objectName) {
    auto* button = new QPushButton(words, this);
    button->setObjectName(objectName);
    button->setAutoDefault(false);
    foot_->addWidget(button);
    return button;
}

void Sheet::addFootnote(QWidget* widget) {
    foot_->insertWidget(0, widget);
}

void Sheet::setError(const Error& error) {
    error_->setError(error);
}

void Sheet::setWarning(const QString& text) {
    error_->setMessage(PillKind::Warning, text);
}

void Sheet::holdFocus() {
    if (!held_)
        held_ = focusWidget();
}

void Sheet::giveFocusBack() {
    if (held_)
        held_->setFocus();
    held_.clear();
}

void Sheet::clearError() {
    error_->hide();
}

bool Sheet::event(QEvent* event) {
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        fit();
    return handled;
}

void Sheet::fit() {
    // Texts wrap, so the height follows the width: what appears or grows makes the dialog grow.
    setFixedHeight(layout()->hasHeightForWidth() ? layout()->heightForWidth(width()) : layout()->sizeHint().height());
}

void Sheet::paintEvent(QPaintEvent* event) {
    QPainter(this).fillRect(event->rect(), currentTokens(this).surface);
}

void Sheet::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Cancel)) {
        if (mayClose())
            reject();
        return;
    }
    // Enter is for the button on which the keyboard stands, before the default one.
    auto* focused = qobject_cast<QPushButton*>(focusWidget());
    if (focused && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        focused->click();
        return;
    }
    QDialog::keyPressEvent(event);
}

void Sheet::closeEvent(QCloseEvent* event) {
    if (mayClose())
        QDialog::closeEvent(event);
    else
        event->setAccepted(!isVisible()); // It may have accepted meanwhile, which is an end as well.
}

void Sheet::showEvent(QShowEvent* event) {
    // Every push button that a subclass made is a plain one, unless it was made the default by name.
    for (QPushButton* button : findChildren<QPushButton*>())
        button->setAutoDefault(false);
    fit();
    QDialog::showEvent(event);
}

} // namespace waybill
