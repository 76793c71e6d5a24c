// SPDX-License-Identifier: MIT
#include "words/catchup.h"

#include "contract/foreigntext.h"
#include "words/errors.h"
#include "words/eventtypes.h"
#include "words/obstacles.h"
#include "words/times.h"

#include <QCoreApplication>
#include <QLocale>

#include <numeric>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
QString words(const char* text, int count = -1) {
    return QCoreApplication::translate("CatchUp", text, nullptr, count);
}

QString upperFirst(const QString& text) {
    return text.isEmpty() ? text : text.at(0).toUpper() + text.mid(1);
}

/// "10:02", or with its day where that is not the day of the other.
QString momentText(Instant instant, Instant other) {
    const QDateTime local = toLocalDateTime(instant);
    const QDate day = toLocalDateTime(other).date();
    const QString time = local.time().toString(u"HH:mm"_s);
    if (local.date() == day)
        return time;
    return QLocale().toString(local.date(), local.date().year() == day.year() ? u"d MMM"_s : u"d MMM yyyy"_s) + u' ' +
           time;
}

/// "offline"; what is no obstacle of the account's is waited for.
AccountState standOf(const Error& problem) {
    if (obstacleOf(problem) == Obstacle::Other)
        return {words(QT_TRANSLATE_NOOP("CatchUp", "waiting")), PillKind::Warning};
    return stateOf(obstacleOf(problem));
}

qint64 skippedIn(const BringingRecord& record) {
    return std::accumulate(record.skipped.cbegin(), record.skipped.cend(), qint64(0));
}
} // namespace

#define W(text) QT_TRANSLATE_NOOP("CatchUp", text)

StatusWords statusOf(const BroughtEvent& event) {
    switch (event.result) {
    case BroughtResult::Handed:
        return {PillKind::Success, Icon::Check,
                words(QT_TRANSLATE_N_NOOP("CatchUp", "Handed over to %n endpoint(s)"), event.endpoints)};
    case BroughtResult::NoEndpointTakesIt:
        return {PillKind::Neutral, Icon::Ban,
                words(W("No endpoint of the Sandbox takes “%1”")).arg(isolated(eventTitle(event.type)))};
    case BroughtResult::AlreadyHere:
        return {PillKind::Neutral, Icon::Repeat, words(W("Already in the Sandbox"))};
    case BroughtResult::Unreadable:
        return {PillKind::Warning, Icon::Warning, words(W("Could not be read"))};
    case BroughtResult::TooLarge:
        return {PillKind::Warning, Icon::Warning, words(W("Too large for the Sandbox to deliver"))};
    }
    return {};
}

StatusWords statusOf(const BringingState& state) {
    if (!state.record.isOn)
        return {PillKind::Neutral, Icon::Power, words(W("Off"))};
    if (!state.problem)
        return {PillKind::Success, Icon::Check, words(W("On"))};
    const AccountState stands = standOf(*state.problem);
    return {stands.kind, obstacleOf(*state.problem) == Obstacle::Offline ? Icon::WifiOff : Icon::CircleAlert,
            upperFirst(stands.words)};
}

QString lookText(const BringingState& state, Instant now) {
    const std::optional<Instant>& lookedAt = state.record.lookedAt;
    if (state.waiting > 0)
        return words(QT_TRANSLATE_N_NOOP("CatchUp", "Handing over %n event(s)…"), state.waiting);
    if (state.isLooking)
        return words(W("Looking for new events…"));
    if (!lookedAt)
        return state.record.isOn ? words(W("Not checked yet")) : QString();
    return (state.record.isOn ? words(W("Checked %1")) : words(W("Last checked %1"))).arg(relativeTime(*lookedAt, now));
}

QString countsText(const BringingRecord& record) {
    const QLocale locale;
    return words(W("%1 seen · %2 handed over · %3 skipped"))
        .arg(locale.toString(record.seen), locale.toString(record.handed), locale.toString(skippedIn(record)));
}

QString takersText(int endpoints) {
    if (endpoints == 0)
        return words(W("No endpoint of the Sandbox takes events yet, so the events brought here go nowhere."));
    return words(QT_TRANSLATE_N_NOOP("CatchUp", "%n endpoint(s) of the Sandbox take(s) events."), endpoints);
}

QString gapText(const BringingGap& gap, Instant now) {
    const QString from = momentText(gap.from, now);
    const QString to = momentText(gap.to, gap.from);
    if (gap.kind == GapKind::NoLongerListed)
        return words(W("The account no longer lists its events from %1 to %2: some may be missing.")).arg(from, to);
    const QString late =
        gap.broughtLate == 0
            ? words(W("No event of that time is missing."))
            : words(QT_TRANSLATE_N_NOOP("CatchUp", "%n event(s) of that time came late."), gap.broughtLate);
    return words(W("Waybill was not looking from %1 to %2. %3")).arg(from, to, late);
}

QString problemText(const Error& error) {
    const ErrorWords what = wordsFor(error);
    QStringList sentences{what.text};
    switch (obstacleOf(error)) {
    case Obstacle::Paused:
        sentences += words(W("Waybill continues by itself."));
        break;
    case Obstacle::Offline:
    case Obstacle::Outage:
        sentences += words(W("Waybill tries again by itself."));
        break;
    case Obstacle::KeyRefused:
        sentences += words(W("With a new key, it picks up where it stopped."));
        break;
    default:
        sentences += what.nextStep;
    }
    if (!error.requestId.isEmpty())
        sentences += words(W("Request id: %1")).arg(isolated(error.requestId));
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

QString nothingBroughtText(const QString& account, const BringingState& state, Instant now) {
    if (!state.record.isOn)
        return words(W("Start bringing, and each new event of “%1” appears here.")).arg(isolated(account));
    if (state.record.since && state.record.lookedAt && !state.problem)
        return words(W("Nothing has happened in the account since %1. The next event appears here."))
            .arg(momentText(*state.record.since, now));
    return words(W("The next event of “%1” appears here.")).arg(isolated(account));
}

QString bringingText(const QString& account, const BringingState& state) {
    if (state.problem)
        return words(W("Events from %1: %2")).arg(isolated(account), standOf(*state.problem).words);
    return words(W("Bringing events from %1: %2 so far"))
        .arg(isolated(account), QLocale().toString(state.record.handed));
}

QString bringingText(int accounts, qint64 handed) {
    return words(QT_TRANSLATE_N_NOOP("CatchUp", "Bringing events from %n account(s): %1 so far"), accounts)
        .arg(QLocale().toString(handed));
}

#undef W

} // namespace waybill
