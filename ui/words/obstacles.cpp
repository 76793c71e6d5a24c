// SPDX-License-Identifier: MIT
#include "words/obstacles.h"

#include <QCoreApplication>

namespace waybill {

AccountState stateOf(Obstacle obstacle) {
    const auto state = [](const char* words, PillKind kind) {
        return AccountState{QCoreApplication::translate("Obstacles", words), kind};
    };
#define W(text) QT_TRANSLATE_NOOP("Obstacles", text)
    switch (obstacle) {
    case Obstacle::KeyRefused:
        return state(W("needs a new key"), PillKind::Danger);
    case Obstacle::PlanTooSmall:
        return state(W("webhooks are not in the plan"), PillKind::Warning);
    case Obstacle::NotSwitchedOn:
        return state(W("webhooks not switched on"), PillKind::Warning);
    case Obstacle::ScopeMissing:
        return state(W("the key lacks a permission"), PillKind::Warning);
    case Obstacle::RoleTooLow:
        return state(W("not allowed"), PillKind::Warning);
    case Obstacle::Paused:
        return state(W("paused"), PillKind::Warning);
    case Obstacle::QuotaUsedUp:
        return state(W("quota used up"), PillKind::Warning);
    case Obstacle::Offline:
        return state(W("offline"), PillKind::Neutral);
    case Obstacle::Outage:
        return state(W("having problems"), PillKind::Danger);
    case Obstacle::ForeignAnswer:
        return state(W("unexpected answer"), PillKind::Danger);
    case Obstacle::Untrusted:
        return state(W("connection not safe"), PillKind::Danger);
    case Obstacle::Other:
        return state(W("out of date"), PillKind::Warning);
    }
#undef W
    return {};
}

QString remedyFor(Obstacle obstacle) {
    switch (obstacle) {
    case Obstacle::KeyRefused:
        return QCoreApplication::translate("Obstacles", "Enter a new key…");
    case Obstacle::PlanTooSmall:
    case Obstacle::QuotaUsedUp:
        return QCoreApplication::translate("Obstacles", "See plans");
    default:
        return {};
    }
}

} // namespace waybill
