// SPDX-License-Identifier: MIT
#include "dialogs/eventpicker.h"

#include "contract/eventcatalogue.h"
#include "theme/tokens.h"
#include "widgets/tip.h"
#include "words/eventtypes.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>

#include <algorithm>

namespace waybill {
using namespace Qt::StringLiterals;

EventPicker::EventPicker(QWidget* parent)
    : Card(parent), all_(new QCheckBox(tr("All events"), this)), note_(new QLabel(this)), grid_(new QGridLayout) {
    setObjectName(u"eventPicker"_s);
    all_->setObjectName(u"allEvents"_s);
    all_->setFont(textFont(type::body, QFont::DemiBold));
    note_->setObjectName(u"eventNote"_s);
    note_->setTextFormat(Qt::PlainText);
    note_->setWordWrap(true);
    note_->setForegroundRole(QPalette::PlaceholderText);
    auto* top = new QHBoxLayout;
    top->setSpacing(space::s);
    top->addWidget(all_);
    top->addWidget(note_, 1);
    grid_->setHorizontalSpacing(space::l);
    grid_->setVerticalSpacing(2);
    contentLayout()->setSpacing(space::xs);
    contentLayout()->addLayout(top);
    contentLayout()->addLayout(grid_);
    for (const EventType& type : eventCatalogue())
        boxes_ += addBox(QString::fromLatin1(type.name));
    placeBoxes();
    connect(all_, &QCheckBox::clicked, this, [this] { takeAll(!isAll_); });
    setEvents({QStringView(allEvents).toString()});
}

QCheckBox* EventPicker::addBox(const QString& name) {
    auto* box = new QCheckBox(eventTitle(name).replace(u'&', u"&&"_s), this);
    box->setObjectName(name);
    if (const EventType* type = findEventType(name)) {
        setTip(box, eventSentence(name) + u'\n' + eventName(name));
        box->setAccessibleDescription(groupTitle(type->group) + u". "_s + eventSentence(name));
    }
    connect(box, &QCheckBox::clicked, this, &EventPicker::takeSome);
    return box;
}

void EventPicker::placeBoxes() {
    const int rows = int(boxes_.size() + 1) / 2;
    QWidget* before = all_;
    for (int i = 0; i < int(boxes_.size()); ++i) {
        // The evaluations in the first column, everything else in the second, as a person looks for them.
        const EventType* type = findEventType(boxes_.at(i)->objectName());
        const bool first = boxes_.size() <= qsizetype(eventCatalogue().size())
                               ? type && type->group == EventGroup::Evaluations
                               : i < rows;
        int row = 0;
        while (grid_->itemAtPosition(row, first ? 0 : 1))
            ++row;
        grid_->addWidget(boxes_.at(i), row, first ? 0 : 1);
        setTabOrder(before, boxes_.at(i));
        before = boxes_.at(i);
    }
    grid_->setColumnStretch(0, 1);
    grid_->setColumnStretch(1, 1);
}

void EventPicker::setEvents(const QStringList& names) {
    isAll_ = names.contains(QStringView(allEvents));
    bool grew = false;
    for (const QString& name : names) {
        const bool isKnown =
            std::ranges::any_of(boxes_, [&](const QCheckBox* box) { return box->objectName() == name; });
        if (isKnown || name == QStringView(allEvents))
            continue;
        boxes_ += addBox(name);
        grew = true;
    }
    if (grew) {
        for (QCheckBox* box : std::as_const(boxes_))
            grid_->removeWidget(box);
        placeBoxes();
    }
    for (QCheckBox* box : std::as_const(boxes_))
        box->setChecked(isAll_ || names.contains(box->objectName()));
    showState();
}

QStringList EventPicker::events() const {
    if (isAll_)
        return {QStringView(allEvents).toString()};
    QStringList names;
    for (const QCheckBox* box : boxes_) {
        if (box->isChecked())
            names += box->objectName();
    }
    return names;
}

void EventPicker::takeAll(bool all) {
    isAll_ = all;
    for (QCheckBox* box : std::as_const(boxes_))
        box->setChecked(all);
    showState();
    Q_EMIT changed();
}

void EventPicker::takeSome() {
    isAll_ = false;
    showState();
    Q_EMIT changed();
}

void EventPicker::showState() {
    const int chosen = int(std::ranges::count_if(boxes_, &QCheckBox::isChecked));
    const QSignalBlocker quiet(all_);
    all_->setTristate(!isAll_ && chosen > 0);
    all_->setCheckState(isAll_ ? Qt::Checked : chosen > 0 ? Qt::PartiallyChecked : Qt::Unchecked);
    if (isAll_)
        note_->setText(tr("new kinds included. Not sure? Leave this ticked."));
    else if (chosen == 0)
        note_->setText(tr("Choose at least one event."));
    else
        note_->setText(tr("%1 of %2 chosen; new kinds are not included.").arg(chosen).arg(boxes_.size()));
    all_->setAccessibleDescription(note_->text());
}

} // namespace waybill
