// SPDX-License-Identifier: MIT
#include "words/statuses.h"

#include "contract/foreigntext.h"

#include <QCoreApplication>

namespace waybill {

namespace {
QString words(const char* text, const char* comment = nullptr) {
    return QCoreApplication::translate("Status", text, comment);
}

StatusWords plainStatusOf(const Delivery& delivery, Instant now, Afterwards afterwards) {
    switch (delivery.status) {
    case DeliveryStatus::Delivered:
        return {PillKind::Success, Icon::Check, words(QT_TRANSLATE_NOOP("Status", "Delivered"))};
    case DeliveryStatus::Failed:
        if (afterwards != Afterwards::TriedAgain)
            return {afterwards == Afterwards::GivenUp ? PillKind::Danger : PillKind::Neutral, Icon::Cross,
                    words(QT_TRANSLATE_NOOP("Status", "Failed"))};
        return {PillKind::Warning, Icon::RotateCw, words(QT_TRANSLATE_NOOP("Status", "Failed, will retry"))};
    case DeliveryStatus::Abandoned:
        return {PillKind::Danger, Icon::Cross, words(QT_TRANSLATE_NOOP("Status", "Abandoned"))};
    case DeliveryStatus::Pending:
        if (!delivery.error.value_or(QString()).isEmpty())
            return {PillKind::Warning, Icon::CircleAlert, words(QT_TRANSLATE_NOOP("Status", "Waiting"))};
        if (delivery.scheduledFor && *delivery.scheduledFor > now)
            return {PillKind::Info, Icon::Clock, words(QT_TRANSLATE_NOOP("Status", "Scheduled"))};
        return {PillKind::Info, Icon::Delivery, words(QT_TRANSLATE_NOOP("Status", "Sending"))};
    case DeliveryStatus::Unknown:
        break;
    }
    return {PillKind::Neutral, Icon::Help,
            isInvisible(delivery.statusText) ? words(QT_TRANSLATE_NOOP("Status", "Unknown"))
                                             : isolated(delivery.statusText)};
}

/// The moment for which everything else is done: it came, and it is genuine.
StatusWords checkedStatusOf(const SignatureCheck& check, bool isReplay) {
    if (!check.isValid())
        return {PillKind::Warning, Icon::ShieldAlert, words(QT_TRANSLATE_NOOP("Status", "Delivered · not verified"))};
    return {PillKind::Success, Icon::ShieldCheck,
            isReplay ? words(QT_TRANSLATE_NOOP("Status", "Delivered · replay · Verified"))
                     : words(QT_TRANSLATE_NOOP("Status", "Delivered · Verified"))};
}
} // namespace

StatusWords statusOf(const Delivery& delivery, Instant now, Afterwards afterwards,
                     const std::optional<SignatureCheck>& check) {
    if (delivery.status == DeliveryStatus::Delivered && check)
        return checkedStatusOf(*check, !delivery.replaysDeliveryId.isEmpty());
    StatusWords status = plainStatusOf(delivery, now, afterwards);
    if (!delivery.replaysDeliveryId.isEmpty())
        status.text = words(QT_TRANSLATE_NOOP("Status", "%1 · replay")).arg(status.text);
    return status;
}

StatusWords statusOf(const Endpoint& endpoint) {
    switch (endpoint.status) {
    case EndpointStatus::Enabled: {
        if (endpoint.lastFailedAt && (!endpoint.lastDeliveredAt || *endpoint.lastFailedAt > *endpoint.lastDeliveredAt))
            return failingEndpointStatus();
        return {PillKind::Success, Icon::Check, words(QT_TRANSLATE_NOOP("Status", "Enabled"))};
    }
    case EndpointStatus::Disabled:
        return {PillKind::Neutral, Icon::Power, words(QT_TRANSLATE_NOOP("Status", "Disabled"))};
    case EndpointStatus::Unknown:
        break;
    }
    return {PillKind::Neutral, Icon::Help,
            isInvisible(endpoint.statusText) ? words(QT_TRANSLATE_NOOP("Status", "Unknown"))
                                             : isolated(endpoint.statusText)};
}

StatusWords failingEndpointStatus() {
    return {PillKind::Danger, Icon::Warning, words(QT_TRANSLATE_NOOP("Status", "Failing"))};
}

} // namespace waybill
