// SPDX-License-Identifier: MIT
#include "account/versionnotice.h"

#include <QLocale>
#include <QRegularExpression>
#include <QTimeZone>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {

/// An HTTP date ("Fri, 01 Jan 2027 00:00:00 GMT"), ISO 8601, or a day alone.
std::optional<Instant> readTime(const QString& text) {
    if (const auto iso = instantFromIso8601(text))
        return iso;
    QDateTime time = QLocale::c().toDateTime(text, u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    if (!time.isValid())
        time = QDate::fromString(text, Qt::ISODate).startOfDay(Qt::UTC);
    if (!time.isValid())
        return std::nullopt;
    time.setTimeSpec(Qt::UTC);
    return instantFromMilliseconds(time.toMSecsSinceEpoch());
}

QUrl successorIn(const QString& links) {
    // <address>; name=value; name="quoted, value", <address>; …
    static const QRegularExpression link(uR"x(<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;]*))*))x"_s);
    static const QRegularExpression relation(uR"x(;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*)))x"_s,
                                             QRegularExpression::CaseInsensitiveOption);
    for (auto found = link.globalMatch(links); found.hasNext();) {
        const QRegularExpressionMatch one = found.next();
        const QRegularExpressionMatch rel = relation.match(one.captured(2));
        const QStringList names = (rel.captured(1) + rel.captured(2)).toLower().split(u' ', Qt::SkipEmptyParts);
        const QUrl url(one.captured(1), QUrl::StrictMode);
        if (names.contains(u"successor-version"_s) && url.isValid() && url.scheme() == u"https" &&
            !url.host().isEmpty() && url.userInfo().isEmpty())
            return url;
    }
    return {};
}

} // namespace

std::optional<VersionNotice> readVersionNotice(const HttpHeaders& headers) {
    const auto text = [&headers](QByteArrayView name) {
        return QString::fromLatin1(headers.values(name).join(", ")).trimmed();
    };
    VersionNotice notice;
    const QString deprecation = text("Deprecation");
    if (deprecation.startsWith(u'@')) {
        bool isNumber = false;
        const qint64 time = deprecation.mid(1).toLongLong(&isNumber);
        notice.isDeprecated = isNumber;
        if (isNumber && time > 0 && time < 253'402'300'800) // the year 10000
            notice.deprecatedSince = Instant(seconds(time));
    } else {
        notice.deprecatedSince = readTime(deprecation);
        notice.isDeprecated = notice.deprecatedSince || deprecation.compare(u"true", Qt::CaseInsensitive) == 0;
    }
    notice.sunset = readTime(text("Sunset"));
    notice.successor = successorIn(text("Link"));
    return notice == VersionNotice() ? std::nullopt : std::optional(notice);
}

} // namespace waybill
