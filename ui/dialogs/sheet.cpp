// SPDX-License-Identifier: MIT
#include "dialogs/sheet.h"

#include "theme/tokens.h"
#include "widgets/copying.h"
#include "widgets/errorbanner.h"
#include "widgets/menukey.h"
#include "widgets/screenroom.h"

#include <QCloseEvent>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QPaintEvent>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

#include <utility>

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
    , scroll_(new QScrollArea(this))
    , body_(new QWidget(scroll_))
    , content_(new QVBoxLayout(body_))
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
    auto* inside = new QWidget(scroll_);
    auto* lines = new QVBoxLayout(inside);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(space::s);
    lines->addWidget(sentence_);
    lines->addWidget(body_, 1);
    content_->setContentsMargins(0, space::xs, 0, 0);
    content_->setSpacing(space::s);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setWidgetResizable(true);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    scroll_->setFixedHeight(0); // What it is given counts, not what it hints at.
    scroll_->setWidget(inside);
    inside->installEventFilter(this);
    for (QWidget* clear : {scroll_->viewport(), inside})
        clear->setAutoFillBackground(false);
    column->addWidget(scroll_);
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
        refit();
    return handled;
}

bool Sheet::eventFilter(QObject* watched, QEvent* event) {
    if (watched == scroll_->widget() && event->type() == QEvent::LayoutRequest)
        refit();
    return QDialog::eventFilter(watched, event);
}

void Sheet::refit() {
    const int before = height();
    fit();
    // An error comes after a verb was pressed, and the verbs stay under the mouse: the sheet grows upwards.
    const bool hasError = !error_->isHidden();
    if (std::exchange(hadError_, hasError) != hasError && isVisible())
        move(x(), qMax(screen()->availableGeometry().top(), y() - (height() - before)));
}

int Sheet::heightOf(const QWidget& widget, int width) {
    return widget.layout()->hasHeightForWidth() ? widget.layout()->totalHeightForWidth(width)
                                                : widget.layout()->totalSizeHint().height();
}

void Sheet::fit() {
    const QSize room = roomOnScreen(*this);
    if (wantedWidth_ == 0)
        wantedWidth_ = width();
    if (const int width = qMin(wantedWidth_, room.width()); minimumWidth() == maximumWidth() && width != minimumWidth())
        setFixedWidth(width);
    // Texts wrap, so the height follows the width: what appears or grows makes the dialog grow, as far as the screen
    // goes.
    const QMargins edges = layout()->contentsMargins();
    const int wanted = heightOf(*scroll_->widget(), width() - edges.left() - edges.right());
    const int others = heightOf(*this, width()) - scroll_->minimumHeight();
    const int given = qMax(0, qMin(wanted, room.height() - others));
    scroll_->setFixedHeight(given);
    setFixedHeight(others + given);
}

void Sheet::contextMenuEvent(QContextMenuEvent* event) {
    offerCopy(this, event);
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
        if (!event->isAutoRepeat())
            focused->click();
        return;
    }
    if (event->matches(QKeySequence::Copy) && copyFrom(focusWidget()))
        return;
    if (isMenuKey(*event) && openMenuOf(focusWidget()))
        return;
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
