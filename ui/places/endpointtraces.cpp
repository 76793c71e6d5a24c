// SPDX-License-Identifier: MIT
#include "places/endpointtraces.h"

#include "theme/icons.h"
#include "theme/tokens.h"
#include "words/traces.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
QLabel* plainLabel(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}
} // namespace

DisabledCard::DisabledCard(QWidget* parent) : Card(tr("Why it is disabled"), parent), words_(plainLabel(this)) {
    setObjectName(u"disabledCause"_s);
    words_->setObjectName(u"disabledWords"_s);
    auto* enable = new QPushButton(icon(Icon::Power, this), tr("Enable"), this);
    enable->setObjectName(u"enableAgain"_s);
    connect(enable, &QPushButton::clicked, this, &DisabledCard::enableRequested);
    contentLayout()->addWidget(words_);
    contentLayout()->addSpacing(space::xs);
    contentLayout()->addWidget(enable, 0, Qt::AlignLeft);
    hide();
}

void DisabledCard::show(const Endpoint& endpoint, Instant now) {
    words_->setText(disabledText(endpoint, now));
    setVisible(endpoint.status == EndpointStatus::Disabled);
}

RotationTrace::RotationTrace(QWidget* parent)
    : QWidget(parent)
    , rotated_(plainLabel(this))
    , overlap_(plainLabel(this))
    , end_(new QPushButton(icon(Icon::Key, this), tr("&End overlap now…"), this)) {
    rotated_->setObjectName(u"rotatedWords"_s);
    overlap_->setObjectName(u"overlapWords"_s);
    end_->setObjectName(u"endOverlap"_s);
    end_->setToolTip(tr("The old secret signs no more from then on."));
    connect(end_, &QPushButton::clicked, this, &RotationTrace::endOverlapRequested);
    auto* lines = new QVBoxLayout(this);
    lines->setContentsMargins(0, space::s, 0, 0);
    lines->setSpacing(space::xs);
    lines->addWidget(rotated_);
    lines->addWidget(overlap_);
    lines->addWidget(end_, 0, Qt::AlignLeft);
    hide();
}

void RotationTrace::setEndsOverlap(bool endsOverlap) {
    endsOverlap_ = endsOverlap;
}

void RotationTrace::show(const Endpoint& endpoint, Instant now) {
    const EndpointTrace& trace = endpoint.trace;
    rotated_->setText(rotatedText(trace, now));
    overlap_->setText(overlapText(trace, now));
    overlap_->setVisible(!overlap_->text().isEmpty());
    end_->setVisible(endsOverlap_ && isOverlapping(trace, now));
    setVisible(trace.rotatedAt.has_value());
}

} // namespace waybill
