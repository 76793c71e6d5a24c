// SPDX-License-Identifier: MIT
#include "catchup/catchup.h"

#include "catchup/catchupwalk.h"

#include <QPointer>

#include <algorithm>
#include <utility>

namespace waybill {

namespace {
constexpr milliseconds cadence{10'000};
constexpr milliseconds cadenceWhileBusy{1'000};
constexpr seconds busyAfterNews{30};
constexpr milliseconds firstPause{5'000};
constexpr milliseconds longestPause{60'000};
constexpr std::chrono::minutes late{5};
constexpr seconds quietAfter{60};
constexpr seconds quietFor{60};
} // namespace

CatchUp::CatchUp(AccountClient& account, const QString& source, SandboxControls& sandbox, const Clock& clock,
                 QObject* parent)
    : QObject(parent)
    , account_(account)
    , source_(source)
    , sandbox_(sandbox)
    , clock_(clock)
    , alarm_(clock)
    , retriesNoted_(account.retries())
    , broughtAt_(clock.now()) {
    connect(&alarm_, &Alarm::rang, this, &CatchUp::look);
    connect(&account, &AccountClient::retrying, this, [this](const Error& why) {
        const bool isSilent = why.kind == ErrorKind::Unreachable || why.kind == ErrorKind::TimedOut;
        if (!isSilent || !walk_ || problem_)
            return;
        problem_ = why;
        Q_EMIT changed();
    });
    connect(&account, &AccountClient::recovered, this, [this] {
        if (walk_ && std::exchange(problem_, std::nullopt))
            Q_EMIT changed();
    });
}

CatchUp::~CatchUp() = default;

void CatchUp::open() {
    sandbox_.readBringing(source_, this, [this](const Result<Bringing>& bringing) {
        if (!bringing) {
            failed(bringing.error());
            return;
        }
        state_ = *bringing;
        wasStopped_ = !state_.record.isOn;
        look();
        Q_EMIT changed();
    });
}

void CatchUp::start() {
    switchTo(true);
}

void CatchUp::stop() {
    walk_.reset();
    alarm_.cancel();
    wasStopped_ = true;
    switchTo(false);
}

void CatchUp::switchTo(bool isOn) {
    BringingStep step;
    step.isOn = isOn;
    bring(step, this, [this, isOn](const Result<Bringing>& reached) {
        if (!reached) {
            failed(reached.error());
            return;
        }
        problem_.reset();
        pause_ = milliseconds{0};
        if (isOn) {
            busyUntil_ = clock_.now() + busyAfterNews;
            look();
        } else {
            walk_.reset();
            alarm_.cancel();
        }
        Q_EMIT changed();
    });
}

int CatchUp::waiting() const {
    return walk_ ? walk_->waiting() : 0;
}

void CatchUp::readBrought(int limit, QObject* context, Done<QList<BroughtEvent>> done) {
    sandbox_.readBrought(source_, limit, context, std::move(done));
}

void CatchUp::bring(const BringingStep& step, QObject* context, const Done<Bringing>& done) {
    sandbox_.bring(source_, step, this, [this, context = QPointer(context), done](const Result<Bringing>& reached) {
        if (reached) {
            state_ = *reached;
            if (reached->brought > 0) {
                broughtAt_ = clock_.now();
                busyUntil_ = broughtAt_ + busyAfterNews;
                Q_EMIT changed();
            }
        }
        if (context)
            done(reached);
    });
}

void CatchUp::look() {
    if (!state_.record.isOn || walk_)
        return;
    alarm_.cancel();
    walk_ = std::make_unique<Walk>(*this);
    connect(walk_.get(), &Walk::ended, this, &CatchUp::lookEnded);
    walk_->start();
    Q_EMIT changed();
}

void CatchUp::lookEnded(const std::optional<Error>& error) {
    // It is the walk that calls.
    Walk* walk = walk_.release();
    walk->setParent(this);
    walk->deleteLater();
    if (error) {
        failed(*error);
        return;
    }
    noteQuiet(*walk);
    problem_.reset();
    pause_ = milliseconds{0};
    wasStopped_ = false;
    pageSize_ = std::min(pageSize_ * 2, largestPage);
    const Instant now = clock_.now();
    alarm_.setFor(now + std::max(pace_.spacing(now, walk->requests()), now < busyUntil_ ? cadenceWhileBusy : cadence));
    Q_EMIT changed();
}

void CatchUp::failed(const Error& error) {
    problem_ = error;
    quiet_.reset();
    // An answer may be unreadable for being too large, or a page for having nothing in it that can be read.
    if (error.kind == ErrorKind::UnreadableAnswer)
        pageSize_ = pageSize_ > 1 ? std::max(pageSize_ / 4, 1) : largestPage;
    pause_ = std::clamp(pause_ * 2, firstPause, longestPause);
    const milliseconds asked = seconds(error.retryAfterSeconds.value_or(0));
    if (state_.record.isOn)
        alarm_.setFor(clock_.now() + std::max(pause_, asked));
    Q_EMIT changed();
}

void CatchUp::noteQuiet(const Walk& walk) {
    const Instant now = clock_.now();
    if (walk.brought() > 0)
        quiet_.reset();
    else if (!walk.wasShort() && now - broughtAt_ >= quietAfter)
        quiet_ = Quiet{walk.headIds(), walk.endCursor(), now + quietFor};
}

bool CatchUp::isQuiet(const QString& headIds) const {
    return quiet_ && clock_.now() < quiet_->until && quiet_->headIds == headIds;
}

std::optional<QString> CatchUp::quietCursor() const {
    if (!quiet_ || clock_.now() >= quiet_->until || quiet_->endCursor.isEmpty())
        return std::nullopt;
    return quiet_->endCursor;
}

std::optional<Instant> CatchUp::lateSince() const {
    const std::optional<Instant> lookedAt = state_.record.lookedAt;
    if (!state_.record.since || !lookedAt || wasStopped_ || clock_.now() - *lookedAt <= late)
        return std::nullopt;
    return lookedAt;
}

} // namespace waybill
