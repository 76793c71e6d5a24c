// SPDX-License-Identifier: MIT
#include "history/historylook.h"

#include <utility>

namespace waybill {

namespace {

// A computer's clock may be a little behind the account's.
constexpr seconds clockSlack{5};
// Of one look; the next goes on.
constexpr int mostSingleReads = 20;
// So many events are read one by one, which gives their exact bytes; for more, pages are worth it.
constexpr int fewEvents = 10;

PageRequest after(const QString& cursor) {
    PageRequest page;
    page.limit = largestPage;
    page.startingAfter = cursor;
    return page;
}

/// Where to go on, or nothing at the end. An account that names no cursor means its last row.
template <typename T>
QString continuation(const Page<T>& page) {
    if (!page.hasMore || page.data.isEmpty())
        return {};
    return page.nextCursor.isEmpty() ? page.data.last().id : page.nextCursor;
}

} // namespace

HistorySync::Look::Look(HistorySync& sync, bool looksThrough)
    : QObject(&sync)
    , sync_(sync)
    , client_(sync.client_)
    , history_(sync.history_)
    , memory_(sync.memory_)
    , alarm_(sync.clock_)
    , looksThrough_(looksThrough) {
    connect(&alarm_, &Alarm::rang, this, [this] { ask(std::exchange(waiting_, nullptr)); });
}

HistorySync::Look::~Look() {
    underWay_.cancel();
}

void HistorySync::Look::ask(std::function<void()> request) {
    const Instant now = sync_.clock_.now();
    sync_.pace_.setLimit(client_.requestsPerMinute());
    if (const milliseconds wait = sync_.pace_.waitBeforeNext(now); wait > milliseconds{0}) {
        waiting_ = std::move(request);
        alarm_.setFor(now + wait);
        return;
    }
    sync_.pace_.noteSent(now);
    ++requests_;
    request();
}

template <typename T>
Done<T> HistorySync::Look::then(void (Look::*next)(const T&)) {
    return [this, next](const Result<T>& result) {
        if (result)
            (this->*next)(*result);
        else
            fail(result.error());
    };
}

void HistorySync::Look::fail(const Error& error) {
    Q_EMIT ended(error);
}

void HistorySync::Look::end() {
    history_.noteSynced(sync_.clock_.now());
    Q_EMIT ended(std::nullopt);
}

void HistorySync::Look::start() {
    if (memory_.knowsWalks)
        listEndpoints({});
    else
        readWalks();
}

void HistorySync::Look::readWalks() {
    history_.readUnfinishedWalks(this, [this](const Result<QStringList>& walks) {
        if (!walks) {
            fail(walks.error());
            return;
        }
        memory_.unfinishedWalks = QSet<QString>(walks->begin(), walks->end());
        memory_.knowsWalks = true;
        listEndpoints({});
    });
}

// Endpoints

void HistorySync::Look::listEndpoints(const QString& cursor) {
    ask([this, cursor] { underWay_ = client_.listEndpoints(after(cursor), this, then(&Look::endpointsListed)); });
}

void HistorySync::Look::endpointsListed(const Page<Endpoint>& page) {
    endpoints_.append(page.data);
    if (const QString cursor = continuation(page); !cursor.isEmpty()) {
        listEndpoints(cursor);
        return;
    }
    history_.replaceEndpoints(endpoints_, this, [this](const Result<void>& replaced) {
        if (replaced)
            findDue();
        else
            fail(replaced.error());
    });
}

void HistorySync::Look::findDue() {
    history_.readDue(sync_.clock_.now() + clockSlack, this, then(&Look::chooseEndpoints));
}

void HistorySync::Look::chooseEndpoints(const QList<Delivery>& due) {
    QSet<QString> waiting;
    for (const Delivery& delivery : due) {
        if (memory_.goneDeliveries.contains(delivery.id))
            continue;
        due_.insert(delivery.id);
        waiting.insert(delivery.endpointId);
    }
    QHash<QString, Endpoint> now;
    for (const Endpoint& endpoint : std::as_const(endpoints_)) {
        const auto before = memory_.endpoints.constFind(endpoint.id);
        const bool isNew = before == memory_.endpoints.constEnd();
        if (looksThrough_ || isNew || waiting.contains(endpoint.id) || memory_.unfinishedWalks.contains(endpoint.id) ||
            before->lastDeliveredAt != endpoint.lastDeliveredAt || before->lastFailedAt != endpoint.lastFailedAt)
            toWalk_.append(endpoint.id);
        now.insert(endpoint.id, endpoint);
    }
    // Not before the walks: where this look fails, the next has to find the same differences.
    memory_.endpoints.removeIf([&now](const auto& known) { return !now.contains(known.key()); });
    nextEndpoint();
}

// Deliveries

void HistorySync::Look::nextEndpoint() {
    if (toWalk_.isEmpty()) {
        dueToRead_ = QStringList(due_.begin(), due_.end()).mid(0, mostSingleReads);
        nextDue();
        return;
    }
    walked_ = toWalk_.takeFirst();
    goesToTheEnd_ = memory_.unfinishedWalks.contains(walked_);
    listDeliveries({});
}

void HistorySync::Look::listDeliveries(const QString& cursor) {
    ask([this, cursor] {
        underWay_ = client_.listDeliveries(walked_, after(cursor), this, [this](const Result<Page<Delivery>>& page) {
            if (page)
                deliveriesListed(*page);
            else if (page.error().kind == ErrorKind::NotFound)
                nextEndpoint(); // deleted meanwhile: the next list lacks it
            else
                fail(page.error());
        });
    });
}

void HistorySync::Look::deliveriesListed(const Page<Delivery>& page) {
    QList<Delivery> deliveries = page.data;
    for (Delivery& delivery : deliveries) {
        if (delivery.endpointId.isEmpty())
            delivery.endpointId = walked_;
        due_.remove(delivery.id);
        if (!delivery.eventId.isEmpty())
            eventsSeen_.insert(delivery.eventId);
    }
    history_.putDeliveries(deliveries, this,
                           [this, cursor = continuation(page), size = deliveries.size()](const Result<int>& stored) {
                               if (!stored) {
                                   fail(stored.error());
                                   return;
                               }
                               // Below a row that was known as it is, everything is known, unless an earlier walk was
                               // interrupted. What is pending there is asked for by its id.
                               if (cursor.isEmpty() || (*stored < size && !goesToTheEnd_)) {
                                   endpointDone();
                                   return;
                               }
                               if (memory_.unfinishedWalks.contains(walked_)) {
                                   listDeliveries(cursor);
                                   return;
                               }
                               // Noted before the next page: whatever interrupts the walk, its gap is known.
                               memory_.unfinishedWalks.insert(walked_);
                               history_.noteWalk(walked_, true, this, [this, cursor](const Result<void>& noted) {
                                   if (noted)
                                       listDeliveries(cursor);
                                   else
                                       fail(noted.error());
                               });
                           });
}

void HistorySync::Look::endpointDone() {
    for (const Endpoint& endpoint : std::as_const(endpoints_)) {
        if (endpoint.id == walked_)
            memory_.endpoints.insert(walked_, endpoint);
    }
    if (!memory_.unfinishedWalks.remove(walked_)) {
        nextEndpoint();
        return;
    }
    history_.noteWalk(walked_, false, this, [this](const Result<void>& noted) {
        if (noted)
            nextEndpoint();
        else
            fail(noted.error());
    });
}

void HistorySync::Look::nextDue() {
    if (dueToRead_.isEmpty()) {
        findMissingEvents();
        return;
    }
    const QString id = dueToRead_.takeFirst();
    ask([this, id] {
        underWay_ = client_.getDelivery(id, this, [this, id](const Result<Delivery>& delivery) {
            if (delivery) {
                history_.putDeliveries({*delivery}, this, [this](const Result<int>& stored) {
                    if (stored)
                        nextDue();
                    else
                        fail(stored.error());
                });
            } else if (delivery.error().kind == ErrorKind::NotFound) {
                memory_.goneDeliveries.insert(id);
                nextDue();
            } else {
                fail(delivery.error());
            }
        });
    });
}

// Events

void HistorySync::Look::findMissingEvents() {
    const bool asksForAll = !memory_.hasLookedThrough;
    if (!memory_.mayReadEvents || (eventsSeen_.isEmpty() && !asksForAll)) {
        end();
        return;
    }
    const QStringList among = asksForAll ? QStringList() : QStringList(eventsSeen_.begin(), eventsSeen_.end());
    history_.readMissingEvents(among, this, [this](const Result<QStringList>& missing) {
        if (!missing) {
            fail(missing.error());
            return;
        }
        for (const QString& id : *missing) {
            if (!memory_.goneEvents.contains(id))
                eventsMissing_.append(id);
        }
        if (eventsMissing_.size() > fewEvents)
            listEvents({});
        else
            readEventsOneByOne();
    });
}

void HistorySync::Look::readEventsOneByOne() {
    if (eventsMissing_.isEmpty() || eventReads_ >= mostSingleReads) {
        end();
        return;
    }
    ++eventReads_;
    const QString id = eventsMissing_.takeFirst();
    ask([this, id] {
        underWay_ = client_.getEvent(id, this, [this, id](const Result<Event>& event) {
            if (event) {
                history_.putEvents({*event}, this, [this](const Result<int>& stored) {
                    if (stored)
                        readEventsOneByOne();
                    else
                        fail(stored.error());
                });
            } else if (event.error().kind == ErrorKind::NotFound) {
                memory_.goneEvents.insert(id);
                readEventsOneByOne();
            } else {
                eventsFailed(event.error());
            }
        });
    });
}

void HistorySync::Look::listEvents(const QString& cursor) {
    ask([this, cursor] {
        underWay_ = client_.listEvents(after(cursor), this, [this](const Result<Page<Event>>& page) {
            if (page)
                eventsListed(*page);
            else
                eventsFailed(page.error());
        });
    });
}

void HistorySync::Look::eventsListed(const Page<Event>& page) {
    // Only those that the copy lacks: a page has its events in compact form, and must not replace exact bytes.
    QList<Event> lacking;
    for (const Event& event : page.data) {
        if (eventsMissing_.removeOne(event.id))
            lacking.append(event);
    }
    history_.putEvents(lacking, this, [this, cursor = continuation(page)](const Result<int>& stored) {
        if (!stored)
            fail(stored.error());
        else if (cursor.isEmpty() || eventsMissing_.isEmpty())
            readEventsOneByOne();
        else
            listEvents(cursor);
    });
}

void HistorySync::Look::eventsFailed(const Error& error) {
    if (error.kind != ErrorKind::Authorization) {
        fail(error);
        return;
    }
    // A key without `events:read` still has a log of deliveries.
    memory_.mayReadEvents = false;
    end();
}

} // namespace waybill
