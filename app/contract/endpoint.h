// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "contract/secret.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace waybill {

/// Limits of `POST /webhooks` and `PATCH /webhooks/{id}`.
inline constexpr int maximumDescriptionLength = 500;
inline constexpr int maximumApiVersionLength = 32;
inline constexpr int maximumEnabledEvents = 50;
/// Not in the contract: what the sandbox and the window take as the length of an address.
inline constexpr int maximumUrlLength = 2048;

enum class EndpointStatus { Enabled, Disabled, Unknown };

/// Who did something to an endpoint, as far as the account tells it or Waybill saw it.
enum class Actor {
    Unknown,
    Waybill,      ///< A person, with this Waybill.
    OtherTool,    ///< Not this Waybill: a script, the dashboard, somebody else.
    GoneRule,     ///< The account itself: too many 410 answers in a row.
    FailuresRule, ///< The account itself: all of the last attempts failed.
};

/// What happened to an endpoint beyond what the contract says of it: the sandbox tells it in fields of its own, and of
/// a real account it is what Waybill did or noticed.
struct EndpointTrace {
    std::optional<Instant> disabledAt; ///< Of one that is disabled.
    Actor disabledBy = Actor::Unknown;
    std::optional<Instant> rotatedAt; ///< When its secret was changed last.
    Actor rotatedBy = Actor::Unknown;
    std::optional<Instant> previousSecretValidUntil; ///< Until when the secret of before signs too, or did.
    friend bool operator==(const EndpointTrace&, const EndpointTrace&) = default;
};

/// Where an account sends its events.
struct Endpoint {
    QString id;
    QString url;
    QString description;       ///< What a person calls it. Empty where the account says null.
    QStringList enabledEvents; ///< Names of event types, or `*` alone for all, new ones included.
    EndpointStatus status = EndpointStatus::Enabled;
    QString statusText; ///< The status as the account wrote it, so that an unknown one is kept.
    QString secretPrefix;
    QString apiVersion; ///< Empty where the account says null.
    std::optional<Instant> createdAt;
    std::optional<Instant> updatedAt;
    std::optional<Instant> lastDeliveredAt;
    std::optional<Instant> lastFailedAt;
    EndpointTrace trace = {};

    bool takesAllEvents() const { return enabledEvents.contains(u"*"); }
    bool takes(const QString& eventType) const { return takesAllEvents() || enabledEvents.contains(eventType); }
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// What `POST /webhooks` takes.
struct EndpointDraft {
    QString url;
    QStringList enabledEvents;
    QString description;
    QString apiVersion;
    friend bool operator==(const EndpointDraft&, const EndpointDraft&) = default;
};

/// What `PATCH /webhooks/{id}` takes: only what is set is changed.
struct EndpointChanges {
    std::optional<QString> url;
    std::optional<QStringList> enabledEvents;
    std::optional<QString> description; ///< Empty clears it (null on the wire).
    std::optional<QString> apiVersion;  ///< Empty clears it (null on the wire).
    std::optional<EndpointStatus> status;
};

/// The answer to create and rotate: the only time that the secret is seen.
struct EndpointWithSecret {
    Endpoint endpoint;
    Secret secret;
    std::optional<Instant> rotatedAt;
    std::optional<Instant> previousSecretValidUntil;
};

} // namespace waybill
