// SPDX-License-Identifier: MIT
#include "words/inbox.h"

#include <QCoreApplication>
#include <QStringList>

namespace waybill {

#define W(text) QCoreApplication::translate("Inbox", text)
QString inboxText(quint16 portBefore, quint16 port, int endpointsAstray) {
    QStringList sentences;
    if (portBefore != 0)
        sentences += W("Another program uses port %1, so the built-in receiver is at port %2 now.")
                         .arg(QString::number(portBefore), QString::number(port));
    if (endpointsAstray > 0)
        sentences += QCoreApplication::translate(
            "Inbox",
            "%n endpoint(s) of the Sandbox still point(s) to an address where the receiver is not; what is to be "
            "sent there waits.",
            nullptr, endpointsAstray);
    return sentences.join(u' ');
}
#undef W

} // namespace waybill
