// SPDX-License-Identifier: MIT
#include "widgets/announced.h"

#include <QAbstractButton>
#include <QAccessibleWidget>

namespace waybill {

namespace {
constexpr const char* property = "waybillAnnounced";

class Face final : public QAccessibleWidget {
public:
    Face(QAbstractButton* button, Announced what)
        : QAccessibleWidget(button, what == Announced::Tab ? QAccessible::PageTab : QAccessible::Button)
        , button_(button)
        , what_(what) {}

    QString text(QAccessible::Text kind) const override {
        const QString given = QAccessibleWidget::text(kind);
        return kind == QAccessible::Name && given.isEmpty() ? button_->text().remove(u'&') : given;
    }
    QAccessible::State state() const override {
        QAccessible::State state = QAccessibleWidget::state();
        if (what_ == Announced::Tab) {
            state.selectable = true;
            state.selected = button_->isChecked();
        } else if (what_ == Announced::Fold) {
            state.expandable = true;
            state.expanded = button_->isChecked();
            state.collapsed = !button_->isChecked();
        }
        return state;
    }
    QStringList actionNames() const override { return {pressAction(), setFocusAction()}; }
    void doAction(const QString& action) override {
        if (action == pressAction())
            button_->click();
        else
            QAccessibleWidget::doAction(action);
    }

private:
    QAbstractButton* button_;
    Announced what_;
};

QAccessibleInterface* faceOf(const QString&, QObject* object) {
    auto* button = qobject_cast<QAbstractButton*>(object);
    const int what = button ? button->property(property).toInt() : 0;
    return what == 0 ? nullptr : new Face(button, Announced(what)); // Qt's cache owns it.
}

void tell(QAbstractButton* button, Announced what) {
    QAccessible::State changed;
    if (what == Announced::Tab)
        changed.selected = true;
    else
        changed.expanded = true;
    QAccessibleStateChangeEvent event(button, changed);
    QAccessible::updateAccessibility(&event);
}
} // namespace

void announceAs(QAbstractButton* button, Announced what) {
    static const bool isInstalled = [] {
        QAccessible::installFactory(faceOf);
        return true;
    }();
    Q_UNUSED(isInstalled)
    // What was made of it before is another face.
    if (QAccessibleInterface* former = QAccessible::queryAccessibleInterface(button))
        QAccessible::deleteAccessibleInterface(QAccessible::uniqueId(former));
    button->setProperty(property, int(what));
    if (what != Announced::Button)
        QObject::connect(button, &QAbstractButton::toggled, button, [button, what] { tell(button, what); });
}

} // namespace waybill
