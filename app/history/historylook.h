// SPDX-License-Identifier: MIT
#pragma once

#include "history/historysync.h"

#include <functional>
#include <type_traits>

namespace waybill {

/// One look at the account, from the list of endpoints to the events: one request after the other, none of which
/// changes anything there.
class HistorySync::Look final : public QObject {
    Q_OBJECT
public:
    Look(HistorySync& sync, bool looksThrough);
    ~Look() override;

    void start();
    int requests() const { return requests_; }
    bool looksThrough() const { return looksThrough_; }

Q_SIGNALS:
    void ended(const std::optional<waybill::Error>& error);

private:
    /// `request` when the pace allows it.
    void ask(std::function<void()> request);
    template <typename T>
    Done<T> then(void (Look::*next)(const T&));
    void fail(const Error& error);
    void end();

    void readWalks();
    void listEndpoints(const QString& cursor);
    void endpointsListed(const Page<Endpoint>& page);
    void findDue();
    void chooseEndpoints(const QList<Delivery>& due);
    void nextEndpoint();
    void listDeliveries(const QString& cursor);
    void deliveriesListed(const Page<Delivery>& page);
    void endpointDone();
    void nextDue();
    void findMissingEvents();
    void readEventsOneByOne();
    void listEvents(const QString& cursor);
    void eventsListed(const Page<Event>& page);
    void eventsFailed(const Error& error);

    HistorySync& sync_;
    AccountClient& client_;
    History& history_;
    Memory& memory_;
    Alarm alarm_;
    std::function<void()> waiting_;
    RequestHandle underWay_;
    const bool looksThrough_;
    int requests_ = 0;
    QList<Endpoint> endpoints_;
    QStringList toWalk_;
    QString walked_;
    bool goesToTheEnd_ = false; ///< An earlier walk of this endpoint was interrupted.
    QSet<QString> due_;         ///< Pending in the copy, due, and not seen in this look.
    QStringList dueToRead_;
    QSet<QString> eventsSeen_;
    QStringList eventsMissing_;
    int eventReads_ = 0;
};

} // namespace waybill
