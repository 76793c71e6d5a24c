// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "history/history.h"
#include "store/database.h"

#include <memory>

namespace waybill {

/// The SQL of the local copy, on the thread of the copy.
class History::Worker final : public QObject {
    Q_OBJECT
public:
    Worker(DataFile file, const Clock& clock, const Clock& realTime)
        : file_(std::move(file)), clock_(clock), realTime_(realTime) {}

    /// Before anything else, on the worker's thread. Where it fails, everything else answers the same error.
    Result<void> open();
    /// Whether something differs since it was asked last.
    bool takeChanged() { return std::exchange(changed_, false); }

    Result<QList<EndpointSummary>> readEndpoints();
    Result<QList<DeliveryRow>> readDeliveries(const DeliveryQuery& query);
    Result<DeliveryRow> readDelivery(const QString& id);
    Result<QList<Delivery>> readJourney(const QString& eventId, const QString& endpointId);
    Result<Event> readEvent(const QString& id);
    Result<HistoryCounts> readCounts();
    Result<QStringList> readPending(const QString& endpointId);
    Result<QList<Delivery>> readDue(Instant by);
    Result<QString> readBefore(const Delivery& delivery, bool oldestFirst);
    Result<QStringList> readMissingEvents(const QStringList& among);
    Result<QList<Walk>> readWalks();
    Result<Reach> readReach();

    Result<void> replaceEndpoints(const QList<Endpoint>& endpoints);
    Result<void> putEndpoint(const Endpoint& endpoint);
    Result<void> removeEndpoint(const QString& id);
    Result<int> putDeliveries(const QList<Delivery>& deliveries);
    Result<int> putEvents(const QList<Event>& events);
    Result<void> removeDelivery(const QString& id);
    Result<TakenPage> takePage(const Walk& walk, const Page<Delivery>& page);
    Result<TakenPage> takePage(const Walk& walk, const Page<Event>& page);
    Result<void> want(Backwards backwards);
    Result<void> dropOld(int most);
    Result<void> noteSynced(Instant at);

private:
    Result<QSqlQuery> run(const QString& statement, const QVariantList& values = {});
    Result<QStringList> readIds(const QString& statement, const QVariantList& values = {});
    Result<qint64> readNumber(const QString& statement, const QVariantList& values = {});
    /// How many rows the statement changed.
    Result<int> write(const QString& statement, const QVariantList& values);
    Result<int> storeEndpoint(const Endpoint& endpoint);
    Result<int> storeDelivery(const Delivery& delivery);
    Result<int> storeEvent(const Event& event);
    Result<int> dropEndpoint(const QString& id);
    Result<int> store(const Delivery& delivery) { return storeDelivery(delivery); }
    Result<int> store(const Event& event) { return storeEvent(event); }
    template <typename T>
    Result<TakenPage> take(const Walk& walk, const Page<T>& page);
    /// The copy has or had it.
    template <typename T>
    Result<bool> has(const T& row);
    /// The end of this log to which the copy has come.
    Result<std::optional<Walk>> readNewest(const QString& log);
    Result<Backwards> readWanted();
    /// Whether the walk rests that is stored at this cursor, or one between these times that it takes the place of.
    Result<bool> readRests(const Walk& walk, Instant first, Instant last);
    /// Deliveries of this log after `first` that the page lacks; with `last`, only those before it.
    Result<QStringList> readUnlisted(const QString& log, const Page<Delivery>& page, Instant first,
                                     std::optional<Instant> last);
    Instant oldestKept() const { return realTime_.now() - deliveriesKept; }
    bool isTooOld(const Delivery& delivery) const;
    bool isTooOld(const Event&) const { return false; }
    Result<EndpointSummary> summaryOf(const Endpoint& endpoint);
    /// All of `work` in one transaction; notes a change where it wrote rows.
    Result<int> change(const std::function<Result<int>()>& work);

    const DataFile file_;
    const Clock& clock_;
    const Clock& realTime_;
    std::unique_ptr<Database> database_;
    Error openError_;
    bool changed_ = false;
};

} // namespace waybill
