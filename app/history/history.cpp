// SPDX-License-Identifier: MIT
#include "history/history.h"

#include "history/historyworker.h"

namespace waybill {

History::History(const DataFile& databaseFile, const Clock& clock, const Clock& realTime, QObject* parent)
    : QObject(parent), clock_(clock), realTime_(realTime), worker_(new Worker(databaseFile, clock, realTime)) {
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    thread_.setObjectName(QStringLiteral("history"));
    thread_.start();
    ask<void>(
        this, [](const Result<void>&) {}, [](Worker& worker) { return worker.open(); });
}

History::~History() {
    // Behind what was asked before, so that it is done.
    QMetaObject::invokeMethod(
        worker_, [] { QThread::currentThread()->quit(); }, Qt::QueuedConnection);
    thread_.wait();
}

/// `work` runs on the copy's thread, `done` here.
template <typename T>
void History::ask(QObject* context, Done<T> done, std::function<Result<T>(Worker&)> work) {
    const quint64 number = calls_.add(context, std::move(done));
    QMetaObject::invokeMethod(
        worker_,
        [this, worker = worker_, number, work = std::move(work)] {
            // This object outlives the thread, which it waits for; what arrives after that is dropped.
            const Result<T> result = work(*worker);
            const bool hasChanged = worker->takeChanged();
            QMetaObject::invokeMethod(
                this,
                [this, number, result, hasChanged] {
                    if (!result)
                        report(result.error());
                    if (hasChanged)
                        Q_EMIT changed();
                    calls_.finish(number, result);
                },
                Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

void History::report(const Error& error) {
    if (error.kind != ErrorKind::NotFound)
        Q_EMIT failed(error);
}

void History::readEndpoints(QObject* context, Done<QList<EndpointSummary>> done) {
    ask<QList<EndpointSummary>>(context, std::move(done), [](Worker& worker) { return worker.readEndpoints(); });
}

void History::readDeliveries(const DeliveryQuery& query, QObject* context, Done<QList<DeliveryRow>> done) {
    ask<QList<DeliveryRow>>(context, std::move(done), [query](Worker& worker) { return worker.readDeliveries(query); });
}

void History::readDelivery(const QString& id, QObject* context, Done<DeliveryRow> done) {
    ask<DeliveryRow>(context, std::move(done), [id](Worker& worker) { return worker.readDelivery(id); });
}

void History::readJourney(const QString& eventId, const QString& endpointId, QObject* context,
                          Done<QList<Delivery>> done) {
    ask<QList<Delivery>>(context, std::move(done),
                         [eventId, endpointId](Worker& worker) { return worker.readJourney(eventId, endpointId); });
}

void History::readEvent(const QString& id, QObject* context, Done<Event> done) {
    ask<Event>(context, std::move(done), [id](Worker& worker) { return worker.readEvent(id); });
}

void History::readCounts(QObject* context, Done<HistoryCounts> done) {
    ask<HistoryCounts>(context, std::move(done), [](Worker& worker) { return worker.readCounts(); });
}

void History::replaceEndpoints(const QList<Endpoint>& endpoints, QObject* context, Done<void> done) {
    ask<void>(context, std::move(done), [endpoints](Worker& worker) { return worker.replaceEndpoints(endpoints); });
}

void History::putEndpoint(const Endpoint& endpoint, QObject* context, Done<void> done) {
    ask<void>(context, std::move(done), [endpoint](Worker& worker) { return worker.putEndpoint(endpoint); });
}

void History::removeEndpoint(const QString& id, QObject* context, Done<void> done) {
    ask<void>(context, std::move(done), [id](Worker& worker) { return worker.removeEndpoint(id); });
}

void History::putDeliveries(const QList<Delivery>& deliveries, QObject* context, Done<int> done) {
    ask<int>(context, std::move(done), [deliveries](Worker& worker) { return worker.putDeliveries(deliveries); });
}

void History::putEvents(const QList<Event>& events, QObject* context, Done<int> done) {
    ask<int>(context, std::move(done), [events](Worker& worker) { return worker.putEvents(events); });
}

void History::readPending(const QString& endpointId, QObject* context, Done<QStringList> done) {
    ask<QStringList>(context, std::move(done), [endpointId](Worker& worker) { return worker.readPending(endpointId); });
}

void History::readDue(Instant by, QObject* context, Done<QList<Delivery>> done) {
    ask<QList<Delivery>>(context, std::move(done), [by](Worker& worker) { return worker.readDue(by); });
}

void History::readBefore(const Delivery& delivery, bool oldestFirst, QObject* context, Done<QString> done) {
    ask<QString>(context, std::move(done),
                 [delivery, oldestFirst](Worker& worker) { return worker.readBefore(delivery, oldestFirst); });
}

void History::readMissingEvents(const QStringList& among, QObject* context, Done<QStringList> done) {
    ask<QStringList>(context, std::move(done), [among](Worker& worker) { return worker.readMissingEvents(among); });
}

void History::removeDelivery(const QString& id, QObject* context, Done<void> done) {
    ask<void>(context, std::move(done), [id](Worker& worker) { return worker.removeDelivery(id); });
}

void History::takePage(const Walk& walk, const Page<Delivery>& page, QObject* context, Done<TakenPage> done) {
    ask<TakenPage>(context, std::move(done), [walk, page](Worker& worker) { return worker.takePage(walk, page); });
}

void History::takePage(const Walk& walk, const Page<Event>& page, QObject* context, Done<TakenPage> done) {
    ask<TakenPage>(context, std::move(done), [walk, page](Worker& worker) { return worker.takePage(walk, page); });
}

void History::readWalks(QObject* context, Done<QList<Walk>> done) {
    ask<QList<Walk>>(context, std::move(done), [](Worker& worker) { return worker.readWalks(); });
}

void History::readReach(QObject* context, Done<Reach> done) {
    ask<Reach>(context, std::move(done), [](Worker& worker) { return worker.readReach(); });
}

void History::want(Backwards backwards, QObject* context, Done<void> done) {
    ask<void>(context, std::move(done), [backwards](Worker& worker) { return worker.want(backwards); });
}

void History::dropOld(int most) {
    ask<void>(
        this, [](const Result<void>&) {}, [most](Worker& worker) { return worker.dropOld(most); });
}

void History::noteSynced(Instant at) {
    ask<void>(
        this, [](const Result<void>&) {}, [at](Worker& worker) { return worker.noteSynced(at); });
}

} // namespace waybill
