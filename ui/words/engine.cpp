// SPDX-License-Identifier: MIT
#include "words/engine.h"

#include "words/times.h"

#include <QCoreApplication>

namespace waybill {

namespace {
QString words(const char* text, int count = -1) {
    return QCoreApplication::translate("Engine", text, nullptr, count);
}
} // namespace

QString engineText(const EngineState& state, Instant now) {
#define W(text) QT_TRANSLATE_NOOP("Engine", text)
    if (!state.problem.isEmpty())
        return words(W("Engine waits: %1")).arg(state.problem);
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
#undef W
}

} // namespace waybill
