// SPDX-License-Identifier: MIT
#include "words/accountfacts.h"

#include "account/accountconnection.h"
#include "contract/foreigntext.h"
#include "words/scopes.h"
#include "words/times.h"

#include <QCoreApplication>
#include <QLocale>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {

#define W(text) QT_TRANSLATE_NOOP("AccountFacts", text)

QString words(const char* text) {
    return QCoreApplication::translate("AccountFacts", text);
}

QString dayOf(Instant at) {
    return QLocale().toString(toLocalDateTime(at).date(), words(W("d MMMM yyyy")));
}

QString numberOf(const QJsonValue& value) {
    return value.isDouble() ? QLocale().toString(value.toDouble(), 'f', QLocale::FloatingPointShortest) : QString();
}

} // namespace

QString planName(const QString& plan) {
    const QString name = isInvisible(plan) ? QString() : inOneLine(plan);
    return name.isEmpty() ? name : name.at(0).toUpper() + name.mid(1);
}

QString periodWords(const Usage& usage) {
    if (!usage.periodStart || !usage.periodEnd)
        return {};
    return words(W("%1 to %2")).arg(dayOf(*usage.periodStart), dayOf(*usage.periodEnd));
}

QStringList usageWords(const Usage& usage) {
    QStringList names = usage.used.keys() + usage.limits.keys() + usage.remaining.keys();
    names.removeDuplicates();
    names.sort();
    QStringList lines;
    for (const QString& name : names) {
        const QString used = numberOf(usage.used.value(name));
        const QString limit = numberOf(usage.limits.value(name));
        const QString left = numberOf(usage.remaining.value(name));
        QString says;
        if (!used.isEmpty() && !limit.isEmpty())
            says = words(W("%1 of %2")).arg(used, limit);
        else if (!used.isEmpty())
            says = words(W("%1 used")).arg(used);
        else if (!left.isEmpty())
            says = words(W("%1 left")).arg(left);
        else if (!limit.isEmpty())
            says = words(W("at most %1")).arg(limit);
        if (!says.isEmpty())
            lines.append(isolated(QString(name).replace(u'_', u' ')) + u": " + says);
    }
    return lines;
}

QStringList rightsWords(const QStringList& scopes) {
    QStringList lines;
    for (const QString& scope : neededScopes()) {
        if (scopesCover(scopes, scope))
            lines.append(whatNeedsScope(scope));
    }
    for (const QString& scope : scopes) {
        const bool isWildcard = scope == u"*" || scope.endsWith(u":*");
        if (isWildcard ? scope != u"webhooks:*" && scope != u"events:*" : !neededScopes().contains(scope))
            lines.append(scope == u"*" ? words(W("everything else (*)")) : isolated(scope));
    }
    return lines;
}

QString rateWords(const RateLimit& rate) {
    if (!rate.perMinute)
        return {};
    const QString most =
        QCoreApplication::translate("AccountFacts", "%Ln request(s) a minute", nullptr, *rate.perMinute);
    if (!rate.remaining || !rate.resetsAt)
        return most;
    return words(W("%1, %2 of them left until %3"))
        .arg(most, QLocale().toString(*rate.remaining), clockTime(*rate.resetsAt));
}

QString noticeWords(const VersionNotice& notice) {
    QStringList sentences;
    if (notice.isDeprecated && notice.deprecatedSince)
        sentences += words(W("The account has announced that this version of its interface ends; it counts as outdated "
                             "since %1."))
                         .arg(dayOf(*notice.deprecatedSince));
    else if (notice.isDeprecated)
        sentences += words(W("The account has announced that this version of its interface ends."));
    if (notice.sunset)
        sentences += words(W("It answers until %1. Update Waybill before that day.")).arg(exactTime(*notice.sunset));
    if (sentences.isEmpty())
        sentences += words(W("The account has a newer version of its interface."));
    return sentences.join(u' ');
}

} // namespace waybill
