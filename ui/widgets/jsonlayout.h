// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>

namespace waybill {

enum class JsonPart { Key, String, Number, Keyword };

struct JsonSpan {
    qsizetype start = 0; ///< In UTF-16 units of the laid-out text.
    qsizetype length = 0;
    JsonPart part = JsonPart::String;
};

struct LaidOutPayload {
    QString text;
    QList<JsonSpan> spans; ///< Empty where it is not JSON.
    bool isJson = false;
    bool isCut = false; ///< More than the limit; only the beginning is here.
};

inline constexpr qsizetype previewLimit = 256LL * 1024;

/// Indents JSON without touching a number, a string, the order or a repeated key. Anything else is text as it is.
LaidOutPayload layOutPayload(const QByteArray& payload, qsizetype limit = previewLimit);

} // namespace waybill
