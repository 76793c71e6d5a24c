// SPDX-License-Identifier: MIT
#include "history/historylook.h"

#include <algorithm>
#include <utility>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

// A computer's clock may be a little behind the account's.
constexpr seconds clockSlack{5};
// Of one look; the next goes on, and sees in between what is new.
constexpr int mostReadsOfDue = 40;
constexpr int leastPagesBackwards = 20;
// In a step that nobody notices.
constexpr int mostDropped = 200;
// So many that were due are read one by one; for more, a list is worth it.
constexpr int fewDue = 5;
constexpr seconds dueForLong{60};

PageRequest after(const QString& cursor) {
    PageRequest page;
    page.limit = largestPage;
    page.startingAfter = cursor;
    return page;
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
    // What the client sent again since the last time counts as well.
    const quint64 retries = client_.retries();
    for (; memory_.retriesNoted < retries; ++memory_.retriesNoted)
        sync_.pace_.noteSent(now);
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

/// Goes on with a page of this endpoint, unless it is gone.
Done<Page<Delivery>> HistorySync::Look::ofEndpoint(const QString& endpointId,
                                                   void (Look::*next)(const QString&, const Page<Delivery>&)) {
    return [this, endpointId, next](const Result<Page<Delivery>>& page) {
        if (page)
            (this->*next)(endpointId, *page);
        else if (page.error().kind == ErrorKind::NotFound)
            leaveOut(endpointId);
        else
            fail(page.error());
    };
}

void HistorySync::Look::fail(const Error& error) {
    memory_.looksForEvents = memory_.looksForEvents || (!hasWalked() && !eventsSeen_.isEmpty());
    Q_EMIT ended(error);
}

void HistorySync::Look::end() {
    history_.noteSynced(sync_.clock_.now());
    history_.dropOld(mostDropped);
    Q_EMIT ended(std::nullopt);
}

void HistorySync::Look::start() {
    listEndpoints({});
}

// Endpoints

void HistorySync::Look::listEndpoints(const QString& cursor) {
    ask([this, cursor] { underWay_ = client_.listEndpoints(after(cursor), this, then(&Look::endpointsListed)); });
}

void HistorySync::Look::endpointsListed(const Page<Endpoint>& page) {
    memory_.leftOut.note(u"endpoints"_s, page);
    endpoints_.append(page.data);
    // One whose row cannot be read is no endpoint that left.
    lacksEndpoints_ = lacksEndpoints_ || !page.unreadable.isEmpty();
    if (const QString cursor = page.continuation(); !cursor.isEmpty()) {
        listEndpoints(cursor);
        return;
    }
    if (lacksEndpoints_) {
        putNextEndpoint(0);
        return;
    }
    history_.replaceEndpoints(endpoints_, this, [this](const Result<void>& replaced) {
        if (replaced)
            findDue();
        else
            fail(replaced.error());
    });
}

void HistorySync::Look::putNextEndpoint(qsizetype place) {
    if (place == endpoints_.size()) {
        findDue();
        return;
    }
    history_.putEndpoint(endpoints_[place], this, [this, place](const Result<void>& put) {
        if (put)
            putNextEndpoint(place + 1);
        else
            fail(put.error());
    });
}

void HistorySync::Look::findDue() {
    history_.readDue(history_.clock().now() + clockSlack, this, then(&Look::chooseEndpoints));
}

void HistorySync::Look::chooseEndpoints(const QList<Delivery>& due) {
    hasChosen_ = true;
    if (looksThrough_)
        memory_.forget();
    QSet<QString> waiting;
    for (const Delivery& delivery : due) {
        if (memory_.stillPending.contains(delivery.id))
            continue;
        due_.insert(delivery.id, delivery);
        waiting.insert(delivery.endpointId);
    }
    QHash<QString, Endpoint> now;
    for (const Endpoint& endpoint : std::as_const(endpoints_)) {
        const auto before = memory_.endpoints.constFind(endpoint.id);
        const bool isNew = before == memory_.endpoints.constEnd();
        if (isNew || waiting.contains(endpoint.id) || before->lastDeliveredAt != endpoint.lastDeliveredAt ||
            before->lastFailedAt != endpoint.lastFailedAt)
            toWalk_.append(endpoint.id);
        now.insert(endpoint.id, endpoint);
    }
    // Not before the walks: where this look fails, the next has to find the same differences.
    memory_.endpoints.removeIf([&now](const auto& known) { return !now.contains(known.key()); });
    nextEndpoint();
}

// Deliveries

void HistorySync::Look::nextEndpoint() {
    if (toWalk_.isEmpty())
        findDueOnPages();
    else
        walk({toWalk_.takeFirst(), {}, {}});
}

/// One page, of a log's newest rows or from where a walk came to.
void HistorySync::Look::walk(const Walk& walk) {
    ask([this, walk] {
        // What an endpoint or a right lacks meanwhile does not end the look: the next list lacks the endpoint, too.
        const auto isLeftOut = [this, walk](const Error& error) {
            const bool isEvents = walk.log.isEmpty();
            if (error.kind != (isEvents ? ErrorKind::Authorization : ErrorKind::NotFound))
                return false;
            if (isEvents)
                memory_.mayReadEvents = false;
            walks_.removeIf([&walk](const Walk& other) { return other.log == walk.log; });
            return true;
        };
        const auto listed = [this, walk, isLeftOut](const auto& page, auto next) {
            if (page)
                (this->*next)(walk, *page);
            else if (isLeftOut(page.error()))
                pageTaken(walk);
            else
                fail(page.error());
        };
        if (walk.log.isEmpty())
            underWay_ = client_.listEvents(after(walk.cursor), this, [listed](const Result<Page<Event>>& page) {
                listed(page, &Look::eventsListed);
            });
        else
            underWay_ = client_.listDeliveries(
                walk.log, after(walk.cursor), this,
                [listed](const Result<Page<Delivery>>& page) { listed(page, &Look::deliveriesListed); });
    });
}

void HistorySync::Look::deliveriesListed(const Walk& walk, const Page<Delivery>& page) {
    memory_.leftOut.note(walk.log, page);
    Page<Delivery> taken = page;
    for (Delivery& delivery : taken.data) {
        if (delivery.endpointId.isEmpty())
            delivery.endpointId = walk.log;
        due_.remove(delivery.id);
        if (!delivery.eventId.isEmpty())
            eventsSeen_.insert(delivery.eventId);
    }
    history_.takePage(walk, taken, this, [this, walk](const Result<TakenPage>& came) {
        if (!came) {
            fail(came.error());
            return;
        }
        if (walk.cursor.isEmpty()) {
            listsOldestFirst_ = listsOldestFirst_ || came->goesForward;
            for (const Endpoint& endpoint : std::as_const(endpoints_)) {
                if (endpoint.id == walk.log)
                    memory_.endpoints.insert(walk.log, endpoint);
            }
            for (const QString& id : came->unlisted) {
                if (!memory_.stillThere.contains(id))
                    unlisted_.insert(id);
            }
        } else if (came->next) {
            walks_.prepend(*came->next);
        }
        pageTaken(walk);
    });
}

void HistorySync::Look::pageTaken(const Walk& walk) {
    if (!walk.cursor.isEmpty()) {
        Q_EMIT sync_.reachChanged();
        nextWalk();
    } else if (walk.log.isEmpty())
        findGoneEvents();
    else
        nextEndpoint();
}

// What was due. What became so together was mostly made together: a page tells of many rows for the price of one. Where
// it lies apart, most of it is still pending, which the account lists. The rest is read row by row.

void HistorySync::Look::findDueOnPages() {
    if (due_.size() > fewDue)
        dueOnPages_ = QSet<QString>(due_.keyBegin(), due_.keyEnd());
    nextDuePage();
}

void HistorySync::Look::nextDuePage() {
    dueOnPages_.removeIf([this](const QString& id) { return !due_.contains(id); });
    if (dueOnPages_.isEmpty() || duePagesAsked_.size() >= mostReadsOfDue) {
        nextStillPending();
        return;
    }
    const auto isListedBefore = [this](const QString& one, const QString& other) {
        const auto oneAt = due_.value(one).createdAt;
        const auto otherAt = due_.value(other).createdAt;
        return listsOldestFirst_ ? oneAt < otherAt : oneAt > otherAt;
    };
    const QString id = *std::ranges::min_element(dueOnPages_, isListedBefore);
    dueOnPages_.remove(id);
    const Delivery first = due_.value(id);
    const auto found = [this, endpointId = first.endpointId](const Result<QString>& cursor) {
        if (!cursor) {
            fail(cursor.error());
        } else if (cursor->isEmpty() || duePagesAsked_.contains(*cursor)) {
            leaveToList(endpointId);
            nextDuePage();
        } else {
            listDuePage(endpointId, *cursor);
        }
    };
    history_.readBefore(first, listsOldestFirst_, this, found);
}

void HistorySync::Look::listDuePage(const QString& endpointId, const QString& cursor) {
    duePagesAsked_.insert(cursor);
    ask([this, endpointId, cursor] {
        underWay_ =
            client_.listDeliveries(endpointId, after(cursor), this, ofEndpoint(endpointId, &Look::duePageListed));
    });
}

void HistorySync::Look::duePageListed(const QString& endpointId, const Page<Delivery>& page) {
    QList<Delivery> found = page.data;
    // Rows of one moment may go on.
    const bool endsAmongDue = !found.isEmpty() && due_.contains(found.last().id);
    const QString next = endsAmongDue ? page.continuation() : QString();
    // Others are not stored: a walk would take rows from the middle of what it has yet to read for the end of its work.
    found.removeIf([this](const Delivery& delivery) { return due_.remove(delivery.id) == 0; });
    for (Delivery& delivery : found) {
        delivery.endpointId = endpointId;
        if (delivery.status == DeliveryStatus::Pending)
            noteStillPending(delivery);
    }
    if (found.size() < fewDue)
        leaveToList(endpointId);
    history_.putDeliveries(found, this, [this, endpointId, next](const Result<int>& written) {
        if (!written)
            fail(written.error());
        else if (next.isEmpty() || duePagesAsked_.size() >= mostReadsOfDue)
            nextDuePage();
        else
            listDuePage(endpointId, next);
    });
}

/// Pages tell little of this endpoint's rows: what is still pending of them is listed once, before the others.
void HistorySync::Look::leaveToList(const QString& endpointId) {
    if (knowsPending_.contains(endpointId))
        return;
    const auto isLeft = [this, &endpointId](const QString& id) { return due_.value(id).endpointId == endpointId; };
    if (dueOnPages_.removeIf(isLeft) > fewDue)
        toAskForPending_.append(endpointId);
}

void HistorySync::Look::nextStillPending() {
    if (toAskForPending_.isEmpty())
        readDueAlone();
    else
        listStillPending(toAskForPending_.takeFirst(), {});
}

void HistorySync::Look::listStillPending(const QString& endpointId, const QString& cursor) {
    ask([this, endpointId, cursor] {
        underWay_ = client_.listPendingDeliveries(endpointId, after(cursor), this,
                                                  ofEndpoint(endpointId, &Look::stillPendingListed));
    });
}

void HistorySync::Look::stillPendingListed(const QString& endpointId, const Page<Delivery>& page) {
    for (const Delivery& delivery : page.data) {
        if (due_.remove(delivery.id))
            noteStillPending(delivery);
    }
    if (const QString next = page.continuation(); !next.isEmpty()) {
        listStillPending(endpointId, next);
        return;
    }
    knowsPending_.insert(endpointId);
    for (const Delivery& delivery : std::as_const(due_)) {
        if (delivery.endpointId == endpointId)
            dueOnPages_.insert(delivery.id);
    }
    nextDuePage();
}

/// What is due for so long is not asked for again until the account is looked through.
void HistorySync::Look::noteStillPending(const Delivery& delivery) {
    const Instant now = history_.clock().now();
    if (now - delivery.scheduledFor.value_or(Instant{}) > dueForLong)
        memory_.stillPending.insert(delivery.id);
}

/// The next list of endpoints lacks it, too.
void HistorySync::Look::leaveOut(const QString& endpointId) {
    due_.removeIf([&endpointId](const auto& due) { return due.value().endpointId == endpointId; });
    nextDuePage();
}

void HistorySync::Look::readDueAlone() {
    // A list may be in another order than ours, so that the account has to say of each row whether it is gone.
    for (const QString& id : std::as_const(unlisted_))
        due_.insert(id, {});
    dueToRead_ = due_.keys();
    dueToRead_.removeIf([this](const QString& id) { return dueOnPages_.contains(id); });
    dueToRead_ = dueToRead_.mid(0, std::max<qsizetype>(mostReadsOfDue - duePagesAsked_.size(), 0));
    nextDue();
}

void HistorySync::Look::nextDue() {
    if (dueToRead_.isEmpty()) {
        findMissingEvents();
        return;
    }
    const QString id = dueToRead_.takeFirst();
    ask([this, id] {
        underWay_ = client_.getDelivery(id, this, [this, id](const Result<Delivery>& delivery) {
            const auto next = [this](const auto& written) {
                if (written)
                    nextDue();
                else
                    fail(written.error());
            };
            if (delivery) {
                memory_.leftOut.remove(id);
                if (unlisted_.contains(id))
                    memory_.stillThere.insert(id);
                history_.putDeliveries({*delivery}, this, next);
            } else if (delivery.error().kind == ErrorKind::NotFound) {
                history_.removeDelivery(id, this, next);
            } else if (delivery.error().kind == ErrorKind::UnreadableAnswer && delivery.error().httpStatus / 100 == 2) {
                // This row alone: the others are read all the same, and it is asked for again when the account is
                // looked through.
                memory_.leftOut.add(id);
                memory_.stillPending.insert(id);
                memory_.stillThere.insert(id);
                nextDue();
            } else {
                fail(delivery.error());
            }
        });
    });
}

// Events

void HistorySync::Look::findMissingEvents() {
    if (!memory_.mayReadEvents || (eventsSeen_.isEmpty() && !memory_.looksForEvents)) {
        findWalks();
        return;
    }
    const QStringList seen(eventsSeen_.begin(), eventsSeen_.end());
    const auto found = [this](const QStringList& missing) {
        const bool isMissed =
            std::ranges::any_of(missing, [this](const QString& id) { return !memory_.goneEvents.contains(id); });
        if (isMissed || memory_.looksForEvents)
            walk({});
        else
            findWalks();
    };
    if (memory_.looksForEvents)
        found({});
    else
        history_.readMissingEvents(seen, this, [this, found](const Result<QStringList>& missing) {
            if (missing)
                found(*missing);
            else
                fail(missing.error());
        });
}

void HistorySync::Look::eventsListed(const Walk& walk, const Page<Event>& page) {
    memory_.leftOut.note(u"events"_s, page);
    history_.takePage(walk, page, this, [this, walk](const Result<TakenPage>& came) {
        if (!came) {
            fail(came.error());
            return;
        }
        if (walk.cursor.isEmpty())
            memory_.looksForEvents = false;
        else if (came->next)
            walks_.prepend(*came->next);
        pageTaken(walk);
    });
}

/// What the newest events lack is not worth another question for them until the account is looked through.
void HistorySync::Look::findGoneEvents() {
    if (eventsSeen_.isEmpty()) {
        findWalks();
        return;
    }
    const QStringList seen(eventsSeen_.begin(), eventsSeen_.end());
    history_.readMissingEvents(seen, this, [this](const Result<QStringList>& missing) {
        if (!missing) {
            fail(missing.error());
            return;
        }
        memory_.goneEvents.unite(QSet<QString>(missing->begin(), missing->end()));
        findWalks();
    });
}

// Backwards

void HistorySync::Look::findWalks() {
    history_.readWalks(this, [this](const Result<QList<Walk>>& walks) {
        if (!walks) {
            fail(walks.error());
            return;
        }
        walks_ = *walks;
        walks_.removeIf([](const Walk& walk) { return walk.rests; });
        if (!memory_.mayReadEvents)
            walks_.removeIf([](const Walk& walk) { return walk.log.isEmpty(); });
        nextWalk();
    });
}

void HistorySync::Look::nextWalk() {
    // However much there is to see before, two of three requests go on with a long read.
    const int mostPages = std::max(leastPagesBackwards, 2 * (requests_ - pagesBackwards_));
    if (walks_.isEmpty() || pagesBackwards_ >= mostPages || sync_.endsWalking_) {
        end();
        return;
    }
    ++pagesBackwards_;
    walk(walks_.takeFirst());
}

} // namespace waybill
