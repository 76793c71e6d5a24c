// SPDX-License-Identifier: MIT
#include "contract/instant.h"

#include <QRegularExpression>
#include <QTimeZone>

namespace waybill {

QString toIso8601(Instant instant) {
    return QDateTime::fromMSecsSinceEpoch(millisecondsSinceEpoch(instant), Qt::UTC).toString(Qt::ISODateWithMs);
}

std::optional<Instant> instantFromIso8601(const QString& text) {
    // A time without a zone would be read as the computer's own, and mean another moment on each computer.
    static const QRegularExpression zoned(QStringLiteral("^\\d{4}-\\d{2}-\\d{2}T.*(Z|[+-]\\d{2}(:?\\d{2})?)$"));
    if (!zoned.match(text).hasMatch())
        return std::nullopt;
    const QDateTime read = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!read.isValid() || read.timeSpec() == Qt::LocalTime)
        return std::nullopt;
    return instantFromMilliseconds(read.toMSecsSinceEpoch());
}

QDateTime toLocalDateTime(Instant instant) {
    return QDateTime::fromMSecsSinceEpoch(millisecondsSinceEpoch(instant)).toLocalTime();
}

} // namespace waybill
