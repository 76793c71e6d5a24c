// SPDX-License-Identifier: MIT
#pragma once

#include "clock/alarm.h"
#include "contract/result.h"
#include "sandbox/steadytime.h"
#include "store/statement.h"

#include <QByteArrayList>
#include <QObject>
#include <QTimer>

namespace waybill {

/// The key under which the place of a row that is gone is kept, so that a cursor to it still works: a digest, because
/// the id itself is to leave the file.
qint64 goneKey(const QString& list, const QString& id);

/// The SQL of what leaves the sandbox: deliveries that the log shows no more, and those of deleted endpoints; events
/// without deliveries; places of rows that went long ago. Never a pending delivery, nor one whose event has still to
/// reach the same endpoint. Times are real ones, so a moved clock takes nothing away: what it made counts from when it
/// was sent; an event, or what was never sent, stays until its own time has come and passed. Rows are looked at in the
/// order in which they came: one of a time to come holds up nothing. Freed pages are overwritten and used again, the
/// file is not made smaller: that would move the rest of it about. Lives on the sandbox's thread; all errors are
/// Storage.
class OldRows final {
public:
    static constexpr int rowsPerStep = 100; ///< A few milliseconds, also of a million rows.
    explicit OldRows(Database& database);

    /// The time by which rows leave, once the clock shows `now`; kept in the database.
    Result<Instant> timeOfLeaving(Instant now);
    /// The next step begins again with the oldest row.
    void rewind();
    /// One transaction. Answers whether there is more to look at.
    Result<bool> leaveStep(Instant now, std::chrono::days eventsKept);
    /// So that what left is not in the write-ahead log either.
    Result<void> wipe();
    bool hasLeft() const { return hasLeft_; } ///< Since the last wipe.

    /// For a test of the plans: none may read the whole log.
    QByteArrayList statements() const;

private:
    Result<int> leaveOfDeletedEndpoints();
    Result<int> leaveDeliveries(Instant now, int most);
    Result<int> leaveEvents(Instant now, std::chrono::days kept, int most);

    Database& database_;
    Statement readOfDeleted_;
    Statement forgetDeleted_;
    Statement readDeliveries_;
    Statement deleteDelivery_;
    Statement readEvents_;
    Statement deleteEvent_;
    Statement keepPlace_;
    Statement forgetPlaces_;
    Statement readTime_;
    Statement writeTime_;
    qint64 deliveriesUpTo_ = 0; ///< Looked at, by `seq`.
    qint64 eventsUpTo_ = 0;
    bool hasLeft_ = false;
};

/// The pace: at most one small step a second, so that nobody notices, and a look every hour. By real time, whatever the
/// account's clock shows: what leaves does not come back with it; and by no time that the computer's clock has only
/// just leapt to. Lives on the sandbox's thread; everything handed in outlives it.
class Retention final : public QObject {
    Q_OBJECT
public:
    Retention(OldRows& rows, const Clock& realTime, const QString& plan, QObject* parent = nullptr);
    /// Something may have to leave.
    void look();

Q_SIGNALS:
    void storeFailed(const waybill::Error& error);

private:
    void step();
    Result<bool> leave();

    OldRows& rows_;
    const Clock& realTime_;
    const std::chrono::days eventsKept_;
    std::optional<Instant> time_; ///< By which rows leave, in this look.
    Alarm nextLook_;
    QTimer nextStep_;
    QTimer lookAgain_; ///< A clock that is set back would keep the alarm from ringing for as long.
};

} // namespace waybill
