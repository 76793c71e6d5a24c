// SPDX-License-Identifier: MIT
#pragma once

#include "receiver/receiver.h"
#include "store/statement.h"

namespace waybill {

/// What the receiver took, and what it had accepted before. Each step costs the same however much is kept. Lives on the
/// receiver's thread; all errors are Storage.
class CaptureLog final {
public:
    static constexpr int mostVerified = 10'000;
    /// Anybody may send these.
    static constexpr int mostUnverified = 1'000;
    explicit CaptureLog(Database& database);

    /// Gives it its id. `identity`: what its signature covers; empty where it has no valid one. A capture whose
    /// identity was stored before is marked so.
    Result<Capture> store(Capture capture, const QByteArray& identity);
    /// The newest of this delivery id, one that was verified before others.
    Result<Capture> find(const QString& deliveryId);

    /// What runs for each message, for a test of the plans: none may read a whole table.
    QByteArrayList statements() const;

private:
    Result<void> retain(Instant now, bool isVerified);

    Database& database_;
    Statement remember_;
    Statement lastNumber_;
    Statement insert_;
    Statement leaveByAge_;
    Statement leaveByNumber_;
    Statement forgetByAge_;
    Statement forgetByNumber_;
    Statement find_;
};

/// What a valid signature of `owner`'s covers, as a digest: the event's id inside the body, or where it has none, the
/// time and the body. Never what stands beside it in headers that are not signed.
QByteArray signedIdentity(const QString& owner, const QByteArray& body, qint64 signedAt);

} // namespace waybill
