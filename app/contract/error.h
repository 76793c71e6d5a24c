// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <optional>

namespace waybill {

/// Why something could not be done. Closed: `ui/words` has a sentence and a next step for each.
enum class ErrorKind {
    // What an account answers (`error.type` of the contract).
    Authentication,
    Authorization,
    InvalidRequest,
    NotFound,
    RateLimit,
    Api,
    WebhooksNotEnabled, ///< 503 on `/webhooks/*`: the beta flag is off for this account.
    // What stands between us and an account or a receiver.
    Unreachable, ///< Look-up, connection or proxy failed; nothing was answered.
    TimedOut,
    Untrusted,        ///< TLS: no safe connection came about, most often for the certificate.
    UnreadableAnswer, ///< Something answered, but not in the contract's form.
    // What this computer cannot do.
    Storage,        ///< Disk or database.
    NewerData,      ///< The database was written by a newer Waybill; it is left untouched.
    DataInUse,      ///< Another Waybill works on the same data.
    NoKeychain,     ///< No keychain, or it is locked, or it did not answer in time.
    SecretNotFound, ///< The place for secrets answered, and this secret is not there.
    PortTaken,
    Malformed, ///< A text or a file is not in the form that it should have.
};

/// An error as a value: what a person needs to understand it and to ask about it.
struct Error {
    ErrorKind kind = ErrorKind::Api;
    QString message;    ///< One or two sentences fit to show to a person.
    QString code;       ///< The contract's `error.code`, or empty.
    QString param;      ///< The contract's `error.param`: which field is wrong, or empty.
    QString requestId;  ///< `X-Request-Id` of the answer, or empty. Always shown, copyable.
    QString details;    ///< Technical text for the Details fold; never holds a secret.
    int httpStatus = 0; ///< 0 where nothing was answered.
    std::optional<int> retryAfterSeconds;

    friend bool operator==(const Error&, const Error&) = default;
};

/// `Error::code` of what the store answers, by what a person can do about it. It goes out with an answer of the
/// sandbox, too. Other errors of kind Storage, such as those of a place for secrets, have none.
namespace storage {
inline constexpr QStringView full = u"storage_full";
inline constexpr QStringView writeProtected = u"storage_write_protected";
inline constexpr QStringView held = u"storage_held"; ///< By another program.
inline constexpr QStringView damaged = u"storage_damaged";
inline constexpr QStringView gone = u"storage_gone";
inline constexpr QStringView unavailable = u"storage_unavailable"; ///< Anything else.
} // namespace storage

/// `Error::code` of other troubles that only a sandbox has.
inline constexpr QStringView secretStorageUnavailable = u"secret_storage_unavailable";
inline constexpr QStringView tooManyConnections = u"too_many_connections";

inline bool isTroubleOfASandbox(QStringView code) {
    return code.startsWith(u"storage_") || code == secretStorageUnavailable || code == tooManyConnections;
}

} // namespace waybill
