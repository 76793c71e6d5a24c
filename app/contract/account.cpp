// SPDX-License-Identifier: MIT
#include "contract/account.h"

namespace waybill {

using namespace Qt::StringLiterals;

bool scopesCover(const QStringList& scopes, QStringView needed) {
    if (needed.isEmpty())
        return false;
    if (scopes.contains(needed) || scopes.contains(u"*"))
        return true;
    const qsizetype colon = needed.indexOf(u':');
    return colon > 0 && scopes.contains(needed.left(colon).toString() + u":*"_s);
}

bool planIncludesWebhooks(QStringView plan) {
    return plan.compare(u"pro", Qt::CaseInsensitive) == 0 || plan.compare(u"enterprise", Qt::CaseInsensitive) == 0;
}

std::chrono::days eventsKeptOn(QStringView plan) {
    return std::chrono::days{plan.compare(u"enterprise", Qt::CaseInsensitive) == 0 ? 365 : 90};
}

std::optional<int> requestsPerMinute(QStringView plan) {
    if (plan.compare(u"free", Qt::CaseInsensitive) == 0)
        return 60;
    if (plan.compare(u"team", Qt::CaseInsensitive) == 0)
        return 120;
    if (plan.compare(u"pro", Qt::CaseInsensitive) == 0)
        return 600;
    return std::nullopt;
}

} // namespace waybill
