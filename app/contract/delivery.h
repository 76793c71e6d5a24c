// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptfailure.h"
#include "contract/instant.h"

#include <QString>

#include <optional>

namespace waybill {

/// "The log shows the last 30 days" (the contract, on deliveries).
inline constexpr std::chrono::days deliveriesKept{30};

/// Pending = scheduled or under way; Failed = this attempt failed and another is scheduled;
/// Abandoned = the last attempt failed.
enum class DeliveryStatus { Pending, Delivered, Failed, Abandoned, Unknown };

/// One attempt to bring one event to one endpoint.
struct Delivery {
    QString id;
    int attempt = 1; ///< 1 to 9.
    DeliveryStatus status = DeliveryStatus::Pending;
    QString statusText; ///< The status as the account wrote it, so that an unknown one is kept.
    QString eventId;
    QString endpointId;
    std::optional<Instant> scheduledFor;
    std::optional<Instant> deliveredAt;
    std::optional<int> responseStatus;
    std::optional<QString> responseBody; ///< At most 4 KB. Foreign text: show as plain text only.
    std::optional<int> responseMs;
    std::optional<QString> error;         ///< Why it failed or waits, where no answer says it.
    std::optional<FailureReport> failure; ///< The same as a code with facts, where the account gives it.
    std::optional<Instant> createdAt;
    QString replaysDeliveryId; ///< Empty unless this is a replay.
    /// Real time, where this was made or settled while the account's clock was moved: only a sandbox says so.
    std::optional<Instant> simulatedAt;

    bool isSettled() const { return status != DeliveryStatus::Pending && status != DeliveryStatus::Unknown; }
    friend bool operator==(const Delivery&, const Delivery&) = default;
};

/// When it was settled, or else is due; in real time also where the account's clock was moved. What a log is shown by.
inline std::optional<Instant> happensAt(const Delivery& delivery) {
    for (const auto& time : {delivery.simulatedAt, delivery.deliveredAt, delivery.scheduledFor})
        if (time)
            return time;
    return delivery.createdAt;
}

/// The answer to "send test event" and to "replay".
struct QueuedDelivery {
    QString deliveryId;
    QString eventId;           ///< Of a test; empty on a replay, which keeps its event.
    QString replaysDeliveryId; ///< Of a replay; empty on a test.
    DeliveryStatus status = DeliveryStatus::Pending;
    std::optional<Instant> scheduledFor;
};

} // namespace waybill
