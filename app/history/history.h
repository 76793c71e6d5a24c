// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "completion/pendingcalls.h"
#include "contract/afterwards.h"
#include "contract/endpoint.h"
#include "contract/event.h"
#include "contract/page.h"
#include "store/folderlock.h"

#include <QThread>

#include <functional>
#include <optional>

namespace waybill {

/// A row of the log as the window shows it: the attempt with what is known of its event and endpoint.
struct DeliveryRow {
    Delivery delivery;
    QString eventType;    ///< Empty while the event is not known here.
    QString endpointName; ///< The description, or the host of the URL where there is none.
    QString endpointUrl;
    Afterwards afterwards = Afterwards::TriedAgain; ///< Where it failed.
    friend bool operator==(const DeliveryRow&, const DeliveryRow&) = default;
};

/// The newest failure among an endpoint's latest attempts.
struct LatestFailure {
    Instant at;
    std::optional<int> answer; ///< Its status, where one came.
    friend bool operator==(const LatestFailure&, const LatestFailure&) = default;
};

/// What the log says of an endpoint, counted in the copy.
struct EndpointSummary {
    Endpoint endpoint;
    int deliveries = 0;     ///< Rows in the log: what deleting takes with it.
    int settledLastDay = 0; ///< Settled attempts of the last 24 h.
    int deliveredLastDay = 0;
    std::optional<int> medianMs; ///< Of the delivered ones of the last 24 h.
    std::optional<int> ninetyFifthMs;
    int pendingRetries = 0;            ///< Pending attempts with a number above 1.
    std::optional<Delivery> nextRetry; ///< The earliest of them.
    std::optional<Instant>
        failingSince;             ///< Start of the unbroken row of failures at the end of the log, if there is one.
    QList<DeliveryStatus> latest; ///< The last 12 settled, oldest first.
    std::optional<LatestFailure> latestFailure;
    friend bool operator==(const EndpointSummary&, const EndpointSummary&) = default;
};

/// Which rows of the log. Empty fields do not filter.
struct DeliveryFilter {
    QString endpointId;
    std::optional<DeliveryStatus> status;
    QString eventType;
    QString text; ///< In ids, event type, endpoint name and URL, answer and error; wildcards are plain characters.
    QStringList titledTypes = {}; ///< With `text`: event types whose title, which the copy does not know, holds it.
    bool hidesSimulated = false;  ///< Leaves out what was made or settled while the account's clock was moved.
    friend bool operator==(const DeliveryFilter&, const DeliveryFilter&) = default;
};

/// The newest first. Continue with the last row of the page before (keyset, not offset).
struct DeliveryQuery {
    DeliveryFilter filter;
    int limit = 200;
    std::optional<Delivery> after;
};

struct HistoryCounts {
    int endpoints = 0;
    int deliveries = 0;
    int pending = 0;
    std::optional<Instant> nextDue; ///< Earliest `scheduled_for` among the pending.
    std::optional<Instant> syncedAt;
    friend bool operator==(const HistoryCounts&, const HistoryCounts&) = default;
};

/// A walk through one list of the account that has not come to its end: rows may be missing beyond its cursor.
struct Walk {
    QString log;               ///< The endpoint whose deliveries are listed; empty: the events.
    QString cursor;            ///< Where it goes on; empty before the first page.
    std::optional<Instant> at; ///< Of the row that the cursor names.
    bool goesForward = false;  ///< To what is new, in an account that lists the oldest first.
    bool rests = false;        ///< Leads to older rows, which are not to be read now.
    friend bool operator==(const Walk&, const Walk&) = default;
};

/// What a page of the account's list came to.
struct TakenPage {
    std::optional<Walk> next; ///< Where to go on, or nothing at the end.
    /// The account lists the oldest first, as far as the page shows it.
    bool goesForward = false;
    /// Some deliveries of the copy that a first page ought to list and does not: they may have vanished.
    QStringList unlisted;
};

/// Reading the log backwards: how it stands, or what the person wants of it.
enum class Backwards { Complete, Reading, Paused, Cancelled };

/// How far back the copy goes without a gap.
struct Reach {
    Backwards backwards = Backwards::Complete;
    bool isOfEvents = false; ///< Deliveries are complete; what follows is about the events.
    int rows = 0;            ///< In the copy.
    std::optional<Instant> backTo;
    friend bool operator==(const Reach&, const Reach&) = default;
};

/// The local copy of one account's log: the only thing that the window reads. A facade on the window's thread over a
/// thread of its own, which alone touches the database.
class History final : public QObject {
    Q_OBJECT
public:
    /// `clock` is the account's. What is kept of the log counts by `realTime`, so that a clock that was moved ahead
    /// takes nothing away early.
    History(const DataFile& databaseFile, const Clock& clock, const Clock& realTime, QObject* parent = nullptr);
    History(const DataFile& databaseFile, const Clock& clock, QObject* parent = nullptr)
        : History(databaseFile, clock, clock, parent) {}
    ~History() override; ///< Closes the database and waits for the thread.

    const Clock& clock() const { return clock_; }
    const Clock& realTime() const { return realTime_; }

    // Reading. Context and done as everywhere: at most once, here, never before the call returns.
    void readEndpoints(QObject* context, Done<QList<EndpointSummary>> done); ///< In the order of their making.
    void readDeliveries(const DeliveryQuery& query, QObject* context, Done<QList<DeliveryRow>> done);
    void readDelivery(const QString& id, QObject* context, Done<DeliveryRow> done);
    /// Every attempt for this event at this endpoint, replays included, oldest first.
    void readJourney(const QString& eventId, const QString& endpointId, QObject* context, Done<QList<Delivery>> done);
    void readEvent(const QString& id, QObject* context, Done<Event> done);
    void readCounts(QObject* context, Done<HistoryCounts> done);

    // Writing, by the sync.
    /// The account's whole list: endpoints that it lacks leave with their deliveries.
    void replaceEndpoints(const QList<Endpoint>& endpoints, QObject* context, Done<void> done);
    void putEndpoint(const Endpoint& endpoint, QObject* context, Done<void> done);
    void removeEndpoint(const QString& id, QObject* context, Done<void> done);
    /// Inserts and updates; answers how many rows were new or differed.
    void putDeliveries(const QList<Delivery>& deliveries, QObject* context, Done<int> done);
    void putEvents(const QList<Event>& events, QObject* context, Done<int> done);
    /// Ids of deliveries that the copy holds as pending for this endpoint: they have to be settled.
    void readPending(const QString& endpointId, QObject* context, Done<QStringList> done);
    /// Id and endpoint of what is pending and was due by then: it may have been settled.
    void readDue(Instant by, QObject* context, Done<QList<Delivery>> done);
    /// A row of the same endpoint that an account lists before this one, oldest first or newest first, as near as the
    /// copy knows; empty where there is none. A page after it lists this row.
    void readBefore(const Delivery& delivery, bool oldestFirst, QObject* context, Done<QString> done);
    /// Which of these events the copy lacks; without any, every event that a delivery names and the copy lacks.
    void readMissingEvents(const QStringList& among, QObject* context, Done<QStringList> done);
    /// What the account does not know any more.
    void removeDelivery(const QString& id, QObject* context, Done<void> done);
    /// Stores what the account listed after `walk.cursor` and how far the walk came with it, as one change. A walk ends
    /// where the list ends, where the page met what the copy held before, and for deliveries where the log's last 30
    /// days do. Takes lists in either order, and rows that are listed again.
    void takePage(const Walk& walk, const Page<Delivery>& page, QObject* context, Done<TakenPage> done);
    void takePage(const Walk& walk, const Page<Event>& page, QObject* context, Done<TakenPage> done);
    /// The newest first.
    void readWalks(QObject* context, Done<QList<Walk>> done);
    void readReach(QObject* context, Done<Reach> done);
    /// `Reading`, `Paused` or `Cancelled`, kept in the copy: while it is not `Reading`, the walks to older rows rest.
    /// Is no change.
    void want(Backwards backwards, QObject* context, Done<void> done);
    /// Deliveries that are older than the log's last 30 days leave, so many at most.
    void dropOld(int most);
    /// Shows in `HistoryCounts`, and is no change.
    void noteSynced(Instant at);

Q_SIGNALS:
    /// Something in the copy differs from before: read again. Emitted once for each change that was written.
    void changed();
    /// The copy cannot be opened, read or written.
    void failed(const waybill::Error& error);

private:
    class Worker;
    template <typename T>
    void ask(QObject* context, Done<T> done, std::function<Result<T>(Worker&)> work);
    void report(const Error& error);

    const Clock& clock_;
    const Clock& realTime_;
    QThread thread_;
    Worker* worker_; // lives on thread_, which destroys it
    PendingCalls calls_;
};

} // namespace waybill
