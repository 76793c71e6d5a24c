// SPDX-License-Identifier: MIT
#include "places/endpointevents.h"

#include "contract/eventcatalogue.h"
#include "theme/tokens.h"
#include "widgets/selectable.h"
#include "words/eventtypes.h"

#include <QGridLayout>
#include <QLabel>

#include <memory>

namespace waybill {

namespace {
QLabel* plainLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    return label;
}
} // namespace

EndpointEvents::EndpointEvents(QWidget* parent)
    : Card(tr("Events"), parent)
    , lines_(new QGridLayout)
    , all_(plainLabel(tr("All events"), this))
    , others_(plainLabel({}, this)) {
    all_->setObjectName(QStringLiteral("endpointEvents"));
    others_->setWordWrap(true);
    others_->setForegroundRole(QPalette::PlaceholderText);
    lines_->setHorizontalSpacing(space::m);
    lines_->setVerticalSpacing(2);
    lines_->setColumnStretch(1, 1);
    contentLayout()->addWidget(all_);
    contentLayout()->addLayout(lines_);
    contentLayout()->addWidget(others_);
}

void EndpointEvents::show(const Endpoint& endpoint) {
    all_->setVisible(endpoint.takesAllEvents());
    list(endpoint.takesAllEvents() ? QStringList() : endpoint.enabledEvents);
    if (endpoint.takesAllEvents()) {
        others_->setText(tr("New kinds of events will be sent here too."));
        return;
    }
    int others = 0;
    for (const EventType& type : eventCatalogue())
        others += endpoint.takes(QString::fromLatin1(type.name)) ? 0 : 1;
    others_->setText(others > 0 ? tr("%n other event(s) are not sent here.", nullptr, others)
                                : tr("New kinds of events will not be sent here."));
}

void EndpointEvents::list(const QStringList& types) {
    if (types == listed_)
        return;
    listed_ = types;
    while (const auto taken = std::unique_ptr<QLayoutItem>(lines_->takeAt(0))) {
        taken->widget()->hide();
        taken->widget()->deleteLater();
    }
    for (int row = 0; row < int(types.size()); ++row) {
        QLabel* title = plainLabel(eventTitle(types.at(row)), this);
        makeSelectable(title);
        lines_->addWidget(title, row, 0);
        if (eventName(types.at(row)).isEmpty())
            continue;
        QLabel* name = plainLabel(eventName(types.at(row)), this);
        name->setFont(codeFont());
        name->setForegroundRole(QPalette::PlaceholderText);
        makeSelectable(name);
        lines_->addWidget(name, row, 1);
    }
}

} // namespace waybill
