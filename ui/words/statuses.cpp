// SPDX-License-Identifier: MIT
#include "words/statuses.h"

#include "contract/foreigntext.h"

#include <QCoreApplication>

namespace waybill {

namespace {
QString words(const char* text, const char* comment = nullptr) {
    return QCoreApplication::translate("Status", text, comment);
}

StatusWords plainStatusOf(const Delivery& delivery, Instant now) {
    switch (delivery.status) {
    case DeliveryStatus::Delivered:
        return {PillKind::Success, Icon::Check, words(QT_TRANSLATE_NOOP("Status", "Delivered"))};
    case DeliveryStatus::Failed:
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
} // namespace

StatusWords statusOf(const Delivery& delivery, Instant now) {
    StatusWords status = plainStatusOf(delivery, now);
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
