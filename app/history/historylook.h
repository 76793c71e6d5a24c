// SPDX-License-Identifier: MIT
#pragma once

#include "history/historysync.h"

#include <functional>
#include <type_traits>

namespace waybill {

/// One look at the account: the endpoints, the newest of their deliveries, what was due, the newest events, then some
/// pages backwards. One request after the other, none of which changes anything there. Where it fails, the next one
/// does what it left.
class HistorySync::Look final : public QObject {
    Q_OBJECT
public:
    Look(HistorySync& sync, bool looksThrough);
    ~Look() override;

    void start();
    int requests() const { return requests_; }
    bool looksThrough() const { return looksThrough_; }
    /// It knows which endpoints to read, and the memory holds what it does not come to.
    bool hasChosen() const { return hasChosen_; }
    bool hasWalked() const { return pagesBackwards_ > 0; }
    /// Pages are left for another look.
    bool leavesWalks() const { return !walks_.isEmpty(); }

Q_SIGNALS:
    void ended(const std::optional<waybill::Error>& error);

private:
    /// `request` when the pace allows it.
    void ask(std::function<void()> request);
    template <typename T>
    Done<T> then(void (Look::*next)(const T&));
    Done<Page<Delivery>> ofEndpoint(const QString& endpointId,
                                    void (Look::*next)(const QString&, const Page<Delivery>&));
    void fail(const Error& error);
    void end();

    void listEndpoints(const QString& cursor);
    void endpointsListed(const Page<Endpoint>& page);
    void putNextEndpoint(qsizetype place);
    void findDue();
    void chooseEndpoints(const QList<Delivery>& due);
    void nextEndpoint();
    void walk(const Walk& walk);
    void deliveriesListed(const Walk& walk, const Page<Delivery>& page);
    void eventsListed(const Walk& walk, const Page<Event>& page);
    void pageTaken(const Walk& walk);
    void findDueOnPages();
    void nextDuePage();
    void listDuePage(const QString& endpointId, const QString& cursor);
    void duePageListed(const QString& endpointId, const Page<Delivery>& page);
    void leaveToList(const QString& endpointId);
    void nextStillPending();
    void listStillPending(const QString& endpointId, const QString& cursor);
    void stillPendingListed(const QString& endpointId, const Page<Delivery>& page);
    void noteStillPending(const Delivery& delivery);
    void leaveOut(const QString& endpointId);
    void readDueAlone();
    void nextDue();
    void findMissingEvents();
    void findGoneEvents();
    void findWalks();
    void nextWalk();

    HistorySync& sync_;
    AccountClient& client_;
    History& history_;
    Memory& memory_;
    Alarm alarm_;
    std::function<void()> waiting_;
    RequestHandle underWay_;
    const bool looksThrough_;
    bool hasChosen_ = false;
    bool listsOldestFirst_ = false;
    int requests_ = 0;
    QList<Endpoint> endpoints_;
    bool lacksEndpoints_ = false; ///< The account has more of them than could be read.
    QStringList toWalk_;
    QHash<QString, Delivery> due_; ///< Pending in the copy, due, and not seen in this look.
    QSet<QString> dueOnPages_;     ///< Of them, those that a page may list.
    QSet<QString> duePagesAsked_;  ///< Their cursors.
    QStringList toAskForPending_;
    QSet<QString> knowsPending_; ///< Endpoints that were asked for it.
    QStringList dueToRead_;
    QSet<QString> unlisted_; ///< In the copy, and not on the page that ought to list them.
    QSet<QString> eventsSeen_;
    QList<Walk> walks_;
    int pagesBackwards_ = 0;
};

} // namespace waybill
