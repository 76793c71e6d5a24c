// SPDX-License-Identifier: MIT
#include "contract/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace waybill::json {

namespace {

bool isTooDeep(const QByteArray& body, int deepest = largestDepth) {
    int depth = 0;
    bool inText = false;
    for (qsizetype i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (inText) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inText = false;
        } else if (c == '"') {
            inText = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

std::optional<QJsonObject> parse(const QByteArray& body) {
    if (isTooDeep(body))
        return std::nullopt;
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(body, &error);
    if (error.error != QJsonParseError::NoError || !document.isObject())
        return std::nullopt;
    return document.object();
}

QByteArrayList rowsAsWritten(const QByteArray& page) {
    QByteArrayList rows;
    int depth = 0;
    qsizetype textBegin = 0;
    qsizetype rowBegin = 0;
    QByteArrayView lastText;
    bool inData = false;
    const auto endRow = [&](qsizetype end) {
        if (const QByteArray row = page.sliced(rowBegin, end - rowBegin).trimmed(); inData && !row.isEmpty())
            rows += row;
        rowBegin = end + 1;
    };
    for (qsizetype i = 0; i < page.size(); ++i) {
        switch (page[i]) {
        case '"':
            textBegin = ++i;
            while (i < page.size() && page[i] != '"')
                i += page[i] == '\\' ? 2 : 1;
            if (depth == 1)
                lastText = QByteArrayView(page).sliced(textBegin, std::min(i, page.size()) - textBegin);
            break;
        case '{':
        case '[':
            if (++depth == 2) {
                inData = page[i] == '[' && lastText == "data";
                rowBegin = i + 1;
            }
            break;
        case ',':
            if (depth == 2)
                endRow(i);
            break;
        case '}':
        case ']':
            if (depth-- == 2)
                endRow(i);
            break;
        default:
            break;
        }
    }
    return rows;
}

std::optional<QJsonObject> parsePage(QByteArray body) {
    if (isTooDeep(body)) {
        for (const QByteArray& row : rowsAsWritten(body)) {
            if (isTooDeep(row, largestDepth - 2))
                body.replace(row, "{}");
        }
    }
    return parse(body);
}

QByteArray compact(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QStringList texts(const QJsonValue& value) {
    QStringList list;
    const QJsonArray items = value.toArray();
    for (const auto& item : items) {
        if (item.isString())
            list += item.toString();
    }
    return list;
}

QJsonValue orNull(const QString& value) {
    return value.isEmpty() ? QJsonValue() : QJsonValue(value);
}
QJsonValue orNull(const std::optional<QString>& value) {
    return value ? QJsonValue(*value) : QJsonValue();
}
QJsonValue orNull(std::optional<int> value) {
    return value ? QJsonValue(*value) : QJsonValue();
}
QJsonValue orNull(std::optional<Instant> value) {
    return value ? QJsonValue(toIso8601(*value)) : QJsonValue();
}

} // namespace waybill::json
