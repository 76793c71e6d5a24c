// SPDX-License-Identifier: MIT
#include "widgets/selectable.h"

#include "contract/foreigntext.h"
#include "theme/icons.h"
#include "widgets/copying.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QTimer>

namespace waybill {

namespace {
class PureCopy final : public QObject {
public:
    explicit PureCopy(QLabel* label) : QObject(label), label_(label) { label->installEventFilter(this); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        switch (event->type()) {
        case QEvent::KeyPress:
            if (!static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy) || !label_->hasSelectedText())
                break;
            copy(QClipboard::Clipboard);
            return true;
        case QEvent::ContextMenu:
            openMenu(static_cast<QContextMenuEvent*>(event)->globalPos());
            return true;
        case QEvent::MouseButtonRelease:
            // Selecting hands the text to whoever pastes with the middle button, after this event.
            if (QApplication::clipboard()->supportsSelection())
                QTimer::singleShot(0, this, [this] {
                    if (label_->hasSelectedText())
                        copy(QClipboard::Selection);
                });
            break;
        default:
            break;
        }
        return QObject::eventFilter(watched, event);
    }

private:
    void copy(QClipboard::Mode mode) {
        QApplication::clipboard()->setText(withoutIsolation(label_->selectedText()), mode);
    }
    void openMenu(const QPoint& where) {
        auto* menu = new QMenu(label_);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        const QString text = label_->hasSelectedText() ? label_->selectedText() : label_->text();
        menu->addAction(icon(Icon::Copy, menu), QCoreApplication::translate("Selectable", "&Copy"), menu,
                        [this, text] { copyText(withoutIsolation(text), label_); });
        menu->popup(where);
    }
    QLabel* label_;
};
} // namespace

void makeSelectable(QLabel* label) {
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    new PureCopy(label);
}

} // namespace waybill
