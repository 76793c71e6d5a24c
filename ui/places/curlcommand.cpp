// SPDX-License-Identifier: MIT
#include "places/curlcommand.h"

#include "contract/signature.h"

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
QString quoted(QString text) {
    return u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\'';
}
} // namespace

QString curlCommand(const QString& url, const HttpHeaders& headers, const QByteArray& body) {
    QStringList parts{u"curl --request POST "_s + quoted(url)};
    for (const HttpHeader& field : headers.fields()) {
        const QByteArray name = field.name.toLower();
        if (name == "host" || name == "content-length" || name == "connection")
            continue; // curl writes these itself.
        const bool secret = name == QByteArray(header::signature).toLower();
        parts += u"--header "_s + quoted(QString::fromLatin1(field.name) + u": "_s +
                                         (secret ? u"<signature>"_s : QString::fromLatin1(field.value)));
    }
    parts += u"--data-binary "_s + quoted(QString::fromUtf8(body));
    return parts.join(u" \\\n  "_s);
}

} // namespace waybill
