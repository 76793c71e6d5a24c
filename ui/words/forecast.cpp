// SPDX-License-Identifier: MIT
#include "words/forecast.h"

#include "contract/foreigntext.h"
#include "contract/retryschedule.h"
#include "words/times.h"

#include <QCoreApplication>
#include <QStringList>

namespace waybill {

namespace {
QString words(const char* text, int count = -1) {
    return QCoreApplication::translate("Forecast", text, nullptr, count);
}
#define W(text) QT_TRANSLATE_NOOP("Forecast", text)

QString attemptText(const Forecast::Step& step) {
    return words(W("attempt %1 of %2")).arg(step.attempt).arg(attemptLimit);
}

/// How many 410 answers are still to come, where they come first.
QString goneText(const Forecast& forecast) {
    if (forecast.goneLeft == 1)
        return words(W("One more 410 answer disables this endpoint"));
    return words(QT_TRANSLATE_N_NOOP("Forecast", "%n more 410 answer(s) in a row disable(s) this endpoint"),
                 forecast.goneLeft);
}

QString failuresText(const Forecast& forecast) {
    return words(QT_TRANSLATE_N_NOOP("Forecast", "%n more failure(s) in a row disable(s) this endpoint"),
                 forecast.failuresLeft);
}
} // namespace

ForecastWords wordsFor(const Forecast& forecast, bool isEnabled) {
    QStringList lines;
    QStringList tips;
    if (forecast.givenUp) {
        const Forecast::Step& last = *forecast.givenUp;
        lines += words(W("If nothing changes, the last try is attempt %1 on %2. After that, the event is given up."))
                     .arg(last.attempt)
                     .arg(shortTime(last.at));
        tips += words(W("Last attempt for %1: %2")).arg(isolated(last.eventId), exactTime(last.at));
    }
    const bool countsGone = forecast.goneLeft < goneAnswersThatDisable;
    if (isEnabled && (countsGone ? forecast.goneLeft : forecast.failuresLeft) > 0) {
        const QString what = countsGone ? goneText(forecast) : failuresText(forecast);
        if (forecast.disabled) {
            lines += words(W("%1, at the earliest on %2 (%3)."))
                         .arg(what, shortTime(forecast.disabled->at), attemptText(*forecast.disabled));
            tips += words(W("Disabled at the earliest: %1, by %2 for %3"))
                        .arg(exactTime(forecast.disabled->at), attemptText(*forecast.disabled),
                             isolated(forecast.disabled->eventId));
        } else {
            // What waits is given up some time, if it fails: without that nothing waits.
            lines += words(forecast.givenUp ? W("%1. Fewer tries than that are scheduled.") : W("%1.")).arg(what);
        }
    }
    return {lines.join(u'\n'), tips.join(u'\n')};
}
#undef W

} // namespace waybill
