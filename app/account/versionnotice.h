// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "http/httpmessage.h"

#include <QUrl>

#include <optional>

namespace waybill {

/// What an account says of the version of the contract that we speak: that it is on its way out, until when it answers,
/// and where its successor is described.
struct VersionNotice {
    bool isDeprecated = false;
    std::optional<Instant> deprecatedSince; ///< Where it names a time.
    std::optional<Instant> sunset;
    QUrl successor; ///< Absolute and https; empty where it names none, or another kind of address.
    friend bool operator==(const VersionNotice&, const VersionNotice&) = default;
};

/// From `Deprecation`, `Sunset` and `Link: <…>; rel="successor-version"`; nothing where there is none of them.
std::optional<VersionNotice> readVersionNotice(const HttpHeaders& headers);

} // namespace waybill
