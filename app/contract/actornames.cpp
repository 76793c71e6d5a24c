// SPDX-License-Identifier: MIT
// Who did something to an endpoint, as the sandbox writes it and the copy keeps it.
#include "contract/contractjson.h"

namespace waybill::json {

QString name(Actor actor) {
    switch (actor) {
    case Actor::Waybill:
        return QStringLiteral("waybill");
    case Actor::OtherTool:
        return QStringLiteral("other_tool");
    case Actor::GoneRule:
        return QStringLiteral("gone_rule");
    case Actor::FailuresRule:
        return QStringLiteral("failures_rule");
    case Actor::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

Actor actor(QStringView text) {
    for (const Actor known : {Actor::Waybill, Actor::OtherTool, Actor::GoneRule, Actor::FailuresRule}) {
        if (text == name(known))
            return known;
    }
    return Actor::Unknown;
}

} // namespace waybill::json
