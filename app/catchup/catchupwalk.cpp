// SPDX-License-Identifier: MIT
#include "catchup/catchupwalk.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace waybill {

namespace {

constexpr qsizetype mostRowsHeld = 400;
constexpr qsizetype mostBytesHeld = 4LL * 1024 * 1024;

/// The rows that tell, at and above the floor, what was there before; and the newest below it, as an anchor.
QList<Event> openRows(QList<Event> rows, Instant now) {
    const auto span = spanOf(rows);
    if (!span)
        return rows;
    const qint64 floor = floorBelow(span->newest, now);
    std::optional<Event> anchor;
    rows.removeIf([&](const Event& row) {
        if (row.created <= 0 || row.created >= floor)
            return false;
        if (!row.id.isEmpty() && (!anchor || row.created >= anchor->created))
            anchor = row;
        return true;
    });
    if (anchor)
        rows.prepend(*anchor);
    return rows;
}

/// A row without an id is known by its bytes.
QList<Event> withoutBodies(QList<Event> rows) {
    for (Event& row : rows) {
        if (!row.id.isEmpty())
            row.body.clear();
    }
    return rows;
}

/// What cannot be read is brought like the others, in its place, so that the record says so.
Page<Event> withUnreadable(Page<Event> page) {
    const QString goesOnBehind = page.continuation();
    page.hasMore = !goesOnBehind.isEmpty();
    if (page.hasMore)
        page.nextCursor = goesOnBehind;
    else if (page.nextCursor.isEmpty() && !page.data.isEmpty())
        page.nextCursor = page.data.constLast().id;
    for (auto row = page.unreadable.cbegin(); row != page.unreadable.cend(); ++row)
        page.data.insert(std::min(row.key(), page.data.size()), *row);
    return page;
}

} // namespace

CatchUp::Walk::Walk(CatchUp& owner)
    : owner_(owner)
    , from_(owner.state_)
    , begins_(!from_.record.since)
    , floor_(from_.floor)
    , lateSince_(owner.lateSince())
    , allowed_(owner.clock_) {
    connect(&allowed_, &Alarm::rang, this, &Walk::askWhenAllowed);
}

void CatchUp::Walk::start() {
    // What an account let go of shows at the other end of the list: after a long time both are looked at.
    if (lateSince_)
        owner_.order_.reset();
    if (owner_.order_ == ListOrder::OldestFirst && !begins_)
        readOn();
    else
        ask({}, &Walk::tookBack);
}

void CatchUp::Walk::ask(const QString& cursor, Took took) {
    askedCursor_ = cursor;
    askedFor_ = took;
    askWhenAllowed();
}

void CatchUp::Walk::askWhenAllowed() {
    const Instant now = owner_.clock_.now();
    owner_.pace_.setLimit(owner_.account_.requestsPerMinute());
    if (const milliseconds wait = owner_.pace_.waitBeforeNext(now); wait > milliseconds{0}) {
        allowed_.setFor(now + wait);
        return;
    }
    ++requests_;
    owner_.pace_.noteSent(now);
    underWay_ = owner_.account_.listEvents({owner_.pageSize_, askedCursor_, {}}, this,
                                           [this](const Result<Page<Event>>& page) { answered(page); });
}

void CatchUp::Walk::answered(const Result<Page<Event>>& page) {
    underWay_ = {};
    const quint64 retries = owner_.account_.retries();
    for (; owner_.retriesNoted_ < retries; ++owner_.retriesNoted_)
        owner_.pace_.noteSent(owner_.clock_.now());
    if (page) {
        (this->*askedFor_)(askedCursor_, withUnreadable(*page));
        return;
    }
    // The contract lets a cursor to a deleted row work. Where an account does not, the whole list still does.
    if (page.error().kind == ErrorKind::InvalidRequest && askedFor_ == &Walk::tookOn && !askedCursor_.isEmpty() &&
        askedCursor_ == from_.anchor) {
        ask({}, &Walk::tookOn);
        return;
    }
    fail(page.error());
}

void CatchUp::Walk::fail(const Error& error) {
    Q_EMIT ended(error);
}

void CatchUp::Walk::goOn(const QString& after, const Page<Event>& page, Took took) {
    if (page.nextCursor == after) {
        Error error;
        error.kind = ErrorKind::UnreadableAnswer;
        error.message = QCoreApplication::translate(
            "CatchUp", "The account lists the same events over and over. Waybill tries again by itself.");
        fail(error);
        return;
    }
    ask(page.nextCursor, took);
}

int CatchUp::Walk::countNew(const QList<Event>& rows) const {
    return int(
        std::ranges::count_if(rows, [this](const Event& row) { return row.created > from_.newest.value_or(0); }));
}

bool CatchUp::Walk::reachesFloor(const QList<Event>& rows) const {
    // The last row: one that is older than its neighbours does not end the walk.
    return !rows.isEmpty() && rows.constLast().created > 0 && rows.constLast().created < floor_;
}

bool CatchUp::Walk::showsOpen(const QList<Event>& rows) const {
    return std::ranges::any_of(rows, [this](const Event& row) { return row.created >= floor_; });
}

// ---- Newest first, or not known yet

void CatchUp::Walk::tookBack(const QString& cursor, const Page<Event>& page) {
    const bool isHead = stretches_.isEmpty();
    const bool hasMore = page.hasMore;
    if (isHead) {
        for (const Event& row : page.data)
            headIds_ += row.id + u'\n';
        // As it was when nothing new had come for a while: then nothing has.
        if (hasMore && !begins_ && owner_.isQuiet(headIds_)) {
            wasShort_ = true;
            endWhole();
            return;
        }
        if (const auto span = spanOf(page.data); begins_ && span)
            floor_ = floorBelow(span->newest, owner_.clock_.now());
        // The newest first, and nothing new or open at the head: it was deleted, or this is the oldest.
        if (owner_.order_ && !showsOpen(page.data))
            owner_.order_.reset();
    }
    if (!owner_.order_ && !isHead)
        learnOrder(rowsBehind(cursor, page.data));
    noteBorder(rowsBehind(cursor, page.data));
    const auto span = spanOf(page.data);
    // Of what was before the start only the ids are needed.
    stretches_.append({cursor, page.nextCursor, span ? std::optional(span->oldest) : std::nullopt,
                       begins_ ? withoutBodies(page.data) : page.data, begins_ ? 0 : countNew(page.data)});
    waiting_ += stretches_.constLast().waiting;
    letGo();
    // Whoever hears it may stop this look.
    QMetaObject::invokeMethod(&owner_, &CatchUp::changed, Qt::QueuedConnection);

    const bool isAllOfOneSecond = !hasMore && !owner_.order_ && !begins_;
    if (owner_.order_ == ListOrder::OldestFirst ||
        (isAllOfOneSecond && orderOfKnown(border_) == ListOrder::OldestFirst)) {
        noteWhatIsMissing(stretches_.constFirst().oldest);
        stretches_.clear();
        border_.clear();
        waiting_ = 0;
        readOn();
        return;
    }
    // Why it may stop. At the end of the list there is nothing more. Below the floor everything is settled: the floor
    // lies a minute before the newest event that was brought, so that events of the same second on both sides of a
    // page, and those that are listed a little late, are above it. Before the order is known it may not stop: what
    // looks settled may be the oldest of all.
    if (hasMore && !(owner_.order_ && reachesFloor(page.data))) {
        goOn(cursor, page, &Walk::tookBack);
        return;
    }
    if (begins_) {
        QList<Event> rows;
        for (const Stretch& stretch : std::as_const(stretches_))
            rows += stretch.rows.value_or(QList<Event>());
        beginAfter(rows);
        return;
    }
    if (!hasMore) {
        std::optional<qint64> oldest;
        for (const Stretch& stretch : std::as_const(stretches_)) {
            if (stretch.oldest)
                oldest = std::min(oldest.value_or(*stretch.oldest), *stretch.oldest);
        }
        noteWhatIsMissing(oldest);
    }
    handOverStretches();
}

void CatchUp::Walk::learnOrder(const QList<Event>& rows) {
    for (const Stretch& stretch : std::as_const(stretches_)) {
        if (!stretch.rows)
            continue;
        if (const auto order = orderOfPages(rowsBehind(stretch.cursor, *stretch.rows), rows)) {
            owner_.order_ = order;
            return;
        }
    }
}

void CatchUp::Walk::noteBorder(const QList<Event>& rows) {
    for (const Event& row : rows) {
        if (row.created == from_.newest && !row.id.isEmpty())
            border_.append(from_.newestIds.contains(row.id));
    }
}

void CatchUp::Walk::noteWhatIsMissing(std::optional<qint64> oldestListed) {
    if (begins_ || !from_.newest || (oldestListed && *oldestListed <= *from_.newest))
        return;
    const Instant from = std::max(Instant(seconds(*from_.newest)), from_.record.lookedAt.value_or(Instant()));
    const Instant to = oldestListed ? Instant(seconds(*oldestListed)) : owner_.clock_.now();
    if (from < to)
        lastStep_.missing = BringingGap{GapKind::NoLongerListed, from, to, 0};
}

void CatchUp::Walk::letGo() {
    qsizetype rows = 0;
    qsizetype bytes = 0;
    for (qsizetype i = stretches_.size(); i-- > 0;) {
        Stretch& stretch = stretches_[i];
        if (!stretch.rows)
            break;
        for (const Event& row : std::as_const(*stretch.rows))
            bytes += row.body.size();
        rows += stretch.rows->size();
        const bool isLast = i == stretches_.size() - 1;
        if (!isLast && !begins_ && (rows > mostRowsHeld || bytes > mostBytesHeld))
            stretch.rows.reset();
    }
}

void CatchUp::Walk::handOverStretches() {
    if (stretches_.isEmpty()) {
        endWhole();
        return;
    }
    if (stretches_.constLast().rows) {
        handOverStretch(*stretches_.constLast().rows);
        return;
    }
    again_.clear();
    ask(stretches_.constLast().cursor, &Walk::tookAgain);
}

void CatchUp::Walk::tookAgain(const QString& cursor, const Page<Event>& page) {
    again_ += page.data;
    const Stretch& stretch = stretches_.constLast();
    // A page may be shorter than it was, or begin with rows of the one before: the stretch is whole when its last row
    // is there, or an older one where that was deleted. What is too much was brought and changes nothing.
    const bool isThere =
        page.nextCursor == stretch.next || std::ranges::any_of(page.data, [&](const Event& row) {
            return row.id == stretch.next || (stretch.oldest && row.created > 0 && row.created < *stretch.oldest);
        });
    if (isThere || !page.hasMore)
        handOverStretch(std::exchange(again_, {}));
    else
        goOn(cursor, page, &Walk::tookAgain);
}

void CatchUp::Walk::handOverStretch(const QList<Event>& rows) {
    BringingStep step;
    step.events = inOrderOfTime(rows, ListOrder::NewestFirst);
    const bool isLast = stretches_.size() == 1;
    if (isLast) {
        step.missing = lastStep_.missing;
        step.isWholeLook = true;
    }
    bring(step, [this, isLast] {
        waiting_ -= stretches_.constLast().waiting;
        stretches_.removeLast();
        if (isLast)
            Q_EMIT ended(std::nullopt);
        else
            handOverStretches();
    });
}

// ---- Oldest first

void CatchUp::Walk::readOn() {
    before_.clear();
    hasShownOpen_ = false;
    const std::optional<QString> quiet = begins_ ? std::nullopt : owner_.quietCursor();
    wasShort_ = quiet.has_value();
    ask(begins_ ? QString() : quiet.value_or(from_.anchor), &Walk::tookOn);
}

void CatchUp::Walk::tookOn(const QString& cursor, const Page<Event>& page) {
    const bool hasMore = page.hasMore;
    if (!page.data.isEmpty())
        endCursor_ = page.nextCursor;
    if (begins_) {
        before_ =
            openRows(before_ + withoutBodies(inOrderOfTime(page.data, ListOrder::OldestFirst)), owner_.clock_.now());
        if (hasMore)
            goOn(cursor, page, &Walk::tookOn);
        else
            beginAfter(before_);
        return;
    }
    const QList<Event> behind = rowsBehind(cursor, page.data);
    hasShownOpen_ = hasShownOpen_ || showsOpen(behind);
    const bool goesBack =
        !cursor.isEmpty() && cursor == from_.anchor &&
        std::ranges::any_of(behind, [this](const Event& row) { return row.created > 0 && row.created < floor_; });
    const bool lacksNewest = !hasMore && !hasShownOpen_ && !wasShort_;
    // Behind the anchor is nothing below the floor, and the newest that was brought. Otherwise these are older ones, or
    // it was deleted: the order is learned once more, before anything is handed over.
    if ((goesBack || lacksNewest) && !std::exchange(hasRelearned_, true)) {
        owner_.order_.reset();
        ask({}, &Walk::tookBack);
        return;
    }
    BringingStep step;
    step.events = inOrderOfTime(page.data, ListOrder::OldestFirst);
    if (!hasMore) {
        step.missing = lastStep_.missing;
        step.isWholeLook = true;
    }
    waiting_ = countNew(page.data);
    bring(step, [this, cursor, page, hasMore] {
        waiting_ = 0;
        if (hasMore)
            goOn(cursor, page, &Walk::tookOn);
        else
            Q_EMIT ended(std::nullopt);
    });
}

// ---- Both

void CatchUp::Walk::beginAfter(const QList<Event>& rows) {
    BringingStep step;
    step.before = openRows(withoutBodies(rows), owner_.clock_.now());
    step.isWholeLook = true;
    bring(step, [this] { Q_EMIT ended(std::nullopt); });
}

void CatchUp::Walk::bring(BringingStep step, const std::function<void()>& then) {
    step.lateSince = lateSince_;
    owner_.bring(step, this, [this, then](const Result<Bringing>& reached) {
        if (!reached) {
            fail(reached.error());
            return;
        }
        brought_ += reached->brought;
        then();
    });
}

void CatchUp::Walk::endWhole() {
    BringingStep step;
    step.isWholeLook = true;
    bring(step, [this] { Q_EMIT ended(std::nullopt); });
}

} // namespace waybill
