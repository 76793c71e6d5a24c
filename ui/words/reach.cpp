// SPDX-License-Identifier: MIT
#include "words/reach.h"

#include <QCoreApplication>
#include <QLocale>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {

#define W(text) QT_TRANSLATE_NOOP("Reach", text)

QString words(const char* text) {
    return QCoreApplication::translate("Reach", text);
}

/// "3 Nov", with its year where it is another one.
QString dayOf(Instant at, Instant now) {
    const QDate day = toLocalDateTime(at).date();
    const bool isThisYear = day.year() == toLocalDateTime(now).date().year();
    return QLocale().toString(day, isThisYear
                                       ? QCoreApplication::translate("Reach", "d MMM", "a day of this year")
                                       : QCoreApplication::translate("Reach", "d MMM yyyy", "a day of another year"));
}

QString extent(const Reach& reach, Instant now) {
    const QString rows = QCoreApplication::translate("Reach", "%Ln row(s)", nullptr, reach.rows);
    return reach.backTo ? words(W("%1, back to %2")).arg(rows, dayOf(*reach.backTo, now)) : rows;
}

} // namespace

QString readingWords(const Reach& reach, Instant now) {
    switch (reach.backwards) {
    case Backwards::Reading:
        return (reach.isOfEvents ? words(W("Reading older events: %1")) : words(W("Reading older deliveries: %1")))
            .arg(extent(reach, now));
    case Backwards::Paused:
        return (reach.isOfEvents ? words(W("Older events paused: %1")) : words(W("Older deliveries paused: %1")))
            .arg(extent(reach, now));
    case Backwards::Complete:
    case Backwards::Cancelled:
        break;
    }
    return {};
}

QString unreadWords(const Reach& reach, Instant now) {
    if (reach.backwards != Backwards::Cancelled)
        return {};
    const QString what = reach.isOfEvents ? words(W("Older events have not been read."))
                                          : words(W("Older deliveries have not been read."));
    if (!reach.backTo)
        return what;
    return what + u' ' + words(W("The log here goes back to %1.")).arg(dayOf(*reach.backTo, now));
}

QString readOlderWords(const Reach& reach) {
    return reach.isOfEvents ? words(W("Read older events")) : words(W("Read older deliveries"));
}

} // namespace waybill
