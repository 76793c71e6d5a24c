// SPDX-License-Identifier: MIT
#include "history/historysync.h"

#include "history/historylook.h"

#include <algorithm>
#include <utility>

namespace waybill {

namespace {
constexpr seconds afterActing{30};
constexpr milliseconds whileBusy{1'000};
constexpr milliseconds whileVisible{10'000};
constexpr milliseconds whileHidden{60'000};
// What no endpoint tells, such as a first delivery that is still pending, is found this late.
constexpr seconds betweenLooksThrough{60};
constexpr milliseconds firstQuickTry{1'000}; // each next one after twice as long
constexpr int quickTries = 4;
} // namespace

HistorySync::HistorySync(AccountClient& client, History& history, const Clock& clock, QObject* parent)
    : QObject(parent), client_(client), history_(history), clock_(clock), alarm_(clock) {
    memory_.retriesNoted = client_.retries();
    connect(&alarm_, &Alarm::rang, this, &HistorySync::lookNow);
    connect(&client_, &AccountClient::acted, this, [this] {
        busyUntil_ = clock_.now() + afterActing;
        looksThrough_ = true;
        nudge();
    });
}

HistorySync::~HistorySync() = default;

void HistorySync::Memory::forget() {
    endpoints.clear();
    stillPending.clear();
    goneEvents.clear();
    mayReadEvents = true;
    looksForEvents = true;
}

void HistorySync::start() {
    if (std::exchange(hasStarted_, true))
        return;
    schedule(milliseconds{0});
}

void HistorySync::nudge() {
    if (!hasStarted_)
        return;
    if (look_)
        wasNudged_ = true;
    else
        schedule(pace_.spacing(clock_.now(), requestsOfLastLook_));
}

void HistorySync::resume() {
    want(Backwards::Reading);
    nudge();
}

void HistorySync::want(Backwards backwards) {
    endsWalking_ = backwards != Backwards::Reading;
    // What cannot be written, the copy reports itself.
    history_.want(backwards, this, [this](const Result<void>&) { Q_EMIT reachChanged(); });
}

void HistorySync::setVisible(bool visible) {
    if (std::exchange(isVisible_, visible) == visible)
        return;
    if (visible)
        nudge();
}

void HistorySync::tellLeftOut() {
    const LeftOutRows rows = memory_.leftOut.rows();
    if (std::exchange(toldLeftOut_, rows) != rows)
        Q_EMIT leftOut(rows);
}

void HistorySync::schedule(milliseconds wait) {
    const Instant due = clock_.now() + wait;
    if (!alarm_.due() || due < *alarm_.due())
        alarm_.setFor(due);
}

milliseconds HistorySync::cadence() const {
    if (clock_.now() < busyUntil_)
        return whileBusy;
    return isVisible_ ? whileVisible : whileHidden;
}

milliseconds HistorySync::waitAfter(const Error& error) const {
    milliseconds wait = cadence();
    // A long read goes on soon after a single answer that failed, but an account that is away is left in peace.
    if (leavesWalks_ && failuresInARow_ <= quickTries)
        wait = std::min(wait, firstQuickTry * (1 << (failuresInARow_ - 1)));
    return std::max<milliseconds>(wait, seconds(error.retryAfterSeconds.value_or(0)));
}

void HistorySync::lookNow() {
    if (look_)
        return;
    const Instant now = clock_.now();
    const bool isOld = now - lookedThroughAt_ >= betweenLooksThrough || now < lookedThroughAt_;
    endsWalking_ = false;
    look_ = new Look(*this, std::exchange(looksThrough_, false) || isOld);
    connect(look_, &Look::ended, this, &HistorySync::lookEnded);
    Q_EMIT started();
    look_->start();
}

void HistorySync::lookEnded(const std::optional<Error>& error) {
    Look* look = std::exchange(look_, nullptr);
    look->deleteLater();
    requestsOfLastLook_ = look->requests();
    if (look->looksThrough()) {
        if (look->hasChosen())
            lookedThroughAt_ = clock_.now();
        else
            looksThrough_ = true;
    }
    failuresInARow_ = error ? failuresInARow_ + 1 : 0;
    tellLeftOut();
    // Where it failed before it came so far, what was known before holds.
    if (!error || look->hasWalked())
        leavesWalks_ = error || look->leavesWalks();
    const milliseconds spacing = pace_.spacing(clock_.now(), requestsOfLastLook_);
    const bool looksAgain = (std::exchange(wasNudged_, false) || leavesWalks_) && !error;
    schedule(looksAgain ? spacing : std::max(spacing, error ? waitAfter(*error) : cadence()));
    Q_EMIT reachChanged();
    if (error)
        Q_EMIT failed(*error);
    else
        Q_EMIT finished();
}

} // namespace waybill
