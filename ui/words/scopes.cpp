// SPDX-License-Identifier: MIT
#include "words/scopes.h"

#include "contract/account.h"
#include "contract/foreigntext.h"

#include <QCoreApplication>

namespace waybill {

QString whatNeedsScope(const QString& scope) {
    if (scope == QStringView(scope::webhooksRead))
        return QCoreApplication::translate("Scopes", "seeing endpoints and deliveries");
    if (scope == QStringView(scope::webhooksWrite))
        return QCoreApplication::translate("Scopes", "creating, changing, deleting and testing endpoints");
    if (scope == QStringView(scope::eventsRead))
        return QCoreApplication::translate("Scopes", "seeing what an event contained");
    return isolated(scope);
}

} // namespace waybill
