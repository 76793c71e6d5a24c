// SPDX-License-Identifier: MIT
#include "words/traces.h"

#include "contract/foreigntext.h"
#include "contract/unicode.h"
#include "words/times.h"

#include <QCoreApplication>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {

QString words(const char* text, int count = -1) {
    return QCoreApplication::translate("Traces", text, nullptr, count);
}

/// "12 October 2026 at 14:32:08 CEST (2 h ago)"
QString moment(Instant at, Instant now) {
    return u"%1 (%2)"_s.arg(exactTime(at), relativeTime(at, now));
}

} // namespace

#define W(text) QT_TRANSLATE_NOOP("Traces", text)

QString disabledText(const Endpoint& endpoint, Instant now) {
    if (endpoint.status != EndpointStatus::Disabled)
        return {};
    const std::optional<Instant>& at = endpoint.trace.disabledAt;
    const QString when = at ? moment(*at, now) : QString();
    switch (endpoint.trace.disabledBy) {
    case Actor::GoneRule:
        return words(W("The account disabled it on %1, because the receiver answered “410 Gone” three times in a row. "
                       "Check the address; when it is right again, enable the endpoint."))
            .arg(when);
    case Actor::FailuresRule:
        return words(W("The account disabled it on %1, because its last 50 attempts all failed. When the receiver "
                       "works again, enable the endpoint."))
            .arg(when);
    case Actor::Waybill:
        return words(W("Disabled with this Waybill on %1. It gets no new events until it is enabled.")).arg(when);
    case Actor::OtherTool:
        return words(W("Disabled by another tool on %1. It gets no new events until it is enabled.")).arg(when);
    case Actor::Unknown:
        break;
    }
    if (at)
        return words(W("Disabled on %1, and not with this Waybill: by another tool, or by the account after too many "
                       "failures. It gets no new events until it is enabled."))
            .arg(when);
    return words(W("Who disabled it, and when, is not known here. It gets no new events until it is enabled."));
}

QString disabledLine(const Endpoint& endpoint) {
    switch (endpoint.trace.disabledBy) {
    case Actor::GoneRule:
        return words(W("disabled after 410 three times"));
    case Actor::FailuresRule:
        return words(W("disabled after 50 failures"));
    default:
        return words(W("disabled, no new events"));
    }
}

QString rotatedText(const EndpointTrace& trace, Instant now) {
    if (!trace.rotatedAt)
        return {};
    const QString when = moment(*trace.rotatedAt, now);
    switch (trace.rotatedBy) {
    case Actor::Waybill:
        return words(W("Rotated with this Waybill on %1.")).arg(when);
    case Actor::OtherTool:
        return words(W("Rotated by another tool on %1.")).arg(when);
    default:
        return words(W("Rotated on %1. By whom is not known here.")).arg(when);
    }
}

QString overlapText(const EndpointTrace& trace, Instant now) {
    if (!trace.previousSecretValidUntil)
        return {};
    const Instant until = *trace.previousSecretValidUntil;
    return until > now ? words(W("Until %1 (%2) every delivery is signed with the old secret, too."))
                             .arg(exactTime(until), relativeTime(until, now))
                       : words(W("The old secret has signed nothing since %1.")).arg(exactTime(until));
}

bool isOverlapping(const EndpointTrace& trace, Instant now) {
    return trace.previousSecretValidUntil && *trace.previousSecretValidUntil > now;
}

QString leftOutText(const LeftOutRows& rows) {
    if (rows.count == 0)
        return {};
    constexpr qsizetype named = 3;
    constexpr qsizetype longest = 60;
    QStringList names;
    for (const QString& id : rows.ids.mid(0, named))
        names += isolated(firstCharacters(id, longest));
    if (rows.count > names.size())
        names += u"…"_s;
    const QString text = words(
        QT_TRANSLATE_N_NOOP("Traces", "%n entry(s) of the account cannot be read and is/are left out: %1. All others "
                                      "are there."),
        rows.count);
    return text.arg(rows.ids.isEmpty() ? words(W("without an id")) : names.join(u", "_s));
}

#undef W

} // namespace waybill
