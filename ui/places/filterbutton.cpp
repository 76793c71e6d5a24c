// SPDX-License-Identifier: MIT
#include "places/filterbutton.h"

#include "contract/foreigntext.h"
#include "widgets/buttons.h"
#include "widgets/tip.h"

#include <QActionGroup>
#include <QMenu>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
/// Names come from outside: an ampersand in them is no mnemonic.
QString shown(const QString& words) {
    return QString(words).replace(u'&', u"&&"_s);
}
} // namespace

FilterButton::FilterButton(const QString& name, const QString& anyWords, QWidget* parent)
    : QPushButton(parent), name_(name), anyWords_(anyWords), menu_(new QMenu(this)) {
    setMenu(menu_);
    // The menu took the mouse, so nobody told the button that it left.
    connect(menu_, &QMenu::aboutToHide, this, [this] {
        setAttribute(Qt::WA_UnderMouse, rect().contains(mapFromGlobal(QCursor::pos())));
        update();
    });
    rebuild();
    showValue();
}

void FilterButton::setChoices(const QList<Choice>& choices) {
    choices_ = choices;
    rebuild();
    showValue();
}

void FilterButton::setValue(const QString& value) {
    value_ = value;
    rebuild();
    showValue();
}

void FilterButton::rebuild() {
    menu_->clear();
    auto* group = new QActionGroup(menu_);
    const auto offer = [this, group](const Choice& choice) {
        const QString words = choice.detail.isEmpty() ? choice.words : choice.words + u'\t' + choice.detail;
        QAction* action = menu_->addAction(shown(words), this, [this, value = choice.value] {
            value_ = value;
            showValue();
            Q_EMIT chosen(value);
        });
        action->setObjectName(choice.value);
        action->setCheckable(true);
        action->setChecked(choice.value == value_);
        group->addAction(action);
    };
    offer({{}, anyWords_});
    menu_->addSeparator();
    for (const Choice& choice : std::as_const(choices_))
        offer(choice);
}

void FilterButton::showValue() {
    QString words = value_;
    for (const Choice& choice : std::as_const(choices_)) {
        if (choice.value == value_)
            words = choice.words;
    }
    const QString text = value_.isEmpty() ? name_ : tr("%1: %2", "filter and its value").arg(name_, isolated(words));
    setText(shown(fontMetrics().elidedText(text, Qt::ElideRight, 150)));
    setTip(this, value_.isEmpty() ? anyWords_ : text);
    setAccessibleName(text);
    if (value_.isEmpty())
        makePlain(this);
    else
        makeActive(this);
}

} // namespace waybill
