// SPDX-License-Identifier: MIT
#include "words/engine.h"

#include "contract/foreigntext.h"
#include "words/errors.h"
#include "words/times.h"

#include <QCoreApplication>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
QString words(const char* text, int count = -1) {
    return QCoreApplication::translate("Engine", text, nullptr, count);
}
} // namespace

#define W(text) QT_TRANSLATE_NOOP("Engine", text)

QString engineText(const EngineState& state, Instant now) {
    if (state.storeFailure)
        return words(W("Engine paused: %1")).arg(wordsFor(*state.storeFailure).text);
    if (!state.secretProblem.isEmpty())
        return words(W("Some deliveries are waiting: %1")).arg(isolated(state.secretProblem));
    if (state.underWay > 0)
        return words(QT_TRANSLATE_N_NOOP("Engine", "Engine: sending %n delivery(s)"), state.underWay);
    if (state.scheduled == 0)
        return words(W("Engine: nothing to send"));
    QString scheduled = words(QT_TRANSLATE_N_NOOP("Engine", "Engine: %n delivery(s) scheduled"), state.scheduled);
    if (!state.nextDue)
        return scheduled;
    const auto wait = std::chrono::ceil<seconds>(*state.nextDue - now);
    if (wait <= seconds(0))
        return scheduled;
    if (wait >= std::chrono::hours(1))
        return words(W("%1, next try in %2")).arg(scheduled, durationText(wait));
    return words(W("%1, next try in %2"))
        .arg(scheduled, QStringLiteral("%1:%2").arg(wait.count() / 60).arg(wait.count() % 60, 2, 10, QLatin1Char('0')));
}

QString storeFailureText(const Error& error) {
    const ErrorWords what = wordsFor(error);
    return words(W("The Sandbox's deliveries are waiting. %1 %2")).arg(what.text, what.nextStep);
}

QString secretProblemText(const QString& problem) {
    return words(W("Some of the Sandbox's deliveries are waiting. %1 Nothing is lost: Waybill tries again by itself."))
        .arg(isolated(problem));
}

ClockWords clockWords(const TimeMachine& machine) {
    if (!machine.isMoved())
        return {words(W("Clock: real time")),
                words(W("The sandbox runs on this computer's time. You can move its clock ahead, to see now what would "
                        "happen hours or days from now.")),
                false};
    const Instant now = machine.clock().now();
    const QString shown = shortTime(now);
    const milliseconds ahead = now - machine.realTime().now();
    QString text;
    if (machine.isFast())
        text = words(W("Clock: %1, a day in a minute")).arg(shown);
    else if (machine.isJumpingOn())
        text = words(W("Clock: %1, jumping ahead")).arg(shown);
    else
        text = words(W("Clock: %1, moved %2 ahead")).arg(shown, roughDuration(ahead));
    const QStringList tip{words(W("The sandbox's clock is moved: it shows %1.")).arg(exactTime(now)),
                          words(W("Real time: %1.")).arg(exactTime(machine.realTime().now())),
                          words(W("Requests are really sent, and signed with the real time. The clock returns to real "
                                  "time when Waybill starts again."))};
    return {text, tip.join(u'\n'), true};
}

QString backToRealTimeText(const EngineState& state, Instant realTime) {
    const QString back = words(W("The sandbox's clock is back at real time."));
    if (state.scheduled == 0)
        return back + u' ' + words(W("Nothing is scheduled."));
    const QString kept =
        words(QT_TRANSLATE_N_NOOP("Engine", "%n scheduled delivery(s) keep(s) the time set by the moved clock."),
              state.scheduled);
    if (!state.nextDue)
        return back + u' ' + kept;
    return back + u' ' + kept + u' ' + words(W("The next one is due %1.")).arg(timeToCome(*state.nextDue, realTime));
}
#undef W

} // namespace waybill
