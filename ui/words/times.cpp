// SPDX-License-Identifier: MIT
#include "words/times.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
QString words(const char* text, int count = -1) {
    return QCoreApplication::translate("Times", text, nullptr, count);
}
} // namespace

QString relativeTime(Instant instant, Instant now) {
    const qint64 difference = secondsSinceEpoch(now) - secondsSinceEpoch(instant);
    const bool ahead = difference < 0;
    const qint64 distance = qAbs(difference);
    if (distance < 5)
        return ahead ? words(QT_TRANSLATE_NOOP("Times", "in a moment")) : words(QT_TRANSLATE_NOOP("Times", "just now"));
    if (distance < 60)
        return ahead ? words(QT_TRANSLATE_N_NOOP("Times", "in %n s"), int(distance))
                     : words(QT_TRANSLATE_N_NOOP("Times", "%n s ago"), int(distance));
    if (distance < 3600)
        return ahead ? words(QT_TRANSLATE_N_NOOP("Times", "in %n min"), int(distance / 60))
                     : words(QT_TRANSLATE_N_NOOP("Times", "%n min ago"), int(distance / 60));
    if (distance < 86'400)
        return ahead ? words(QT_TRANSLATE_N_NOOP("Times", "in %n h"), int(distance / 3600))
                     : words(QT_TRANSLATE_N_NOOP("Times", "%n h ago"), int(distance / 3600));
    if (distance < 7 * 86'400LL)
        return ahead ? words(QT_TRANSLATE_N_NOOP("Times", "in %n day(s)"), int(distance / 86'400))
                     : words(QT_TRANSLATE_N_NOOP("Times", "%n day(s) ago"), int(distance / 86'400));
    return QLocale().toString(toLocalDateTime(instant).date(), QLocale::ShortFormat);
}

QString timeToCome(Instant instant, Instant now) {
    return relativeTime(std::max(instant, now + seconds(1)), now);
}

QString roughDuration(milliseconds duration) {
    const qint64 whole = qMax<qint64>(1, std::chrono::floor<seconds>(duration).count());
    if (whole < 60)
        return words(QT_TRANSLATE_N_NOOP("Times", "%n s"), int(whole));
    if (whole < 3600)
        return words(QT_TRANSLATE_N_NOOP("Times", "%n min"), int(whole / 60));
    if (whole < 86'400)
        return words(QT_TRANSLATE_N_NOOP("Times", "%n h"), int(whole / 3600));
    return words(QT_TRANSLATE_N_NOOP("Times", "%n day(s)"), int(whole / 86'400));
}

QString exactTime(Instant instant) {
    const QDateTime local = toLocalDateTime(instant);
    return QLocale().toString(local.date(), QLocale::LongFormat) + u", "_s + local.time().toString(u"HH:mm:ss"_s) +
           u' ' + local.timeZoneAbbreviation();
}

QString shortTime(Instant instant) {
    return QLocale().toString(toLocalDateTime(instant), u"d MMM HH:mm"_s);
}

QString clockTime(Instant instant) {
    return toLocalDateTime(instant).time().toString(u"HH:mm:ss"_s);
}

QString isoLocalTime(Instant instant) {
    const QDateTime local = toLocalDateTime(instant);
    return local.toOffsetFromUtc(local.offsetFromUtc()).toString(Qt::ISODateWithMs);
}

QString durationText(milliseconds duration) {
    const qint64 count = duration.count();
    const QLocale locale;
    if (count < 1)
        return words(QT_TRANSLATE_NOOP("Times", "< %1 ms")).arg(locale.toString(1));
    if (count < 1000)
        return words(QT_TRANSLATE_NOOP("Times", "%1 ms")).arg(locale.toString(count));
    if (count < 59'950)
        return words(QT_TRANSLATE_NOOP("Times", "%1 s")).arg(locale.toString(double(count) / 1000, 'f', 1));
    const qint64 whole = (count + 500) / 1000;
    const qint64 minutes = whole / 60;
    if (whole < 3600)
        return whole % 60 == 0 ? words(QT_TRANSLATE_NOOP("Times", "%1 min")).arg(minutes)
                               : words(QT_TRANSLATE_NOOP("Times", "%1 min %2 s")).arg(minutes).arg(whole % 60);
    return minutes % 60 == 0 ? words(QT_TRANSLATE_NOOP("Times", "%1 h")).arg(minutes / 60)
                             : words(QT_TRANSLATE_NOOP("Times", "%1 h %2 min")).arg(minutes / 60).arg(minutes % 60);
}

} // namespace waybill
