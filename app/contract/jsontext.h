// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <QByteArrayList>
#include <QJsonObject>
#include <QStringList>

#include <optional>

/// JSON as bytes, on the way in and out.
namespace waybill::json {

inline constexpr int largestDepth = 64;

/// Nothing where it is no object, or nested too deeply.
std::optional<QJsonObject> parse(const QByteArray& body);

/// A page, taken apart at its brackets and commas before anything in it is parsed.
struct PageText {
    QJsonObject frame;   ///< All but the rows: what of it can be read.
    QByteArrayList rows; ///< Each as it was written.
};
/// Nothing where it does not end as it begins, such as one that was cut off, or has no list of rows.
std::optional<PageText> takeApart(const QByteArray& page);

/// One row, as far as it can be read.
struct Row {
    QJsonObject object;  ///< Its members that can be read, as JSON in UTF-8. A number that no double holds is null.
    bool isSound = true; ///< All of it is JSON in UTF-8, and nested no deeper than `largestDepth`.
};
Row readRow(const QByteArray& row);

QByteArray compact(const QJsonObject& object);

/// Halves of surrogate pairs are replaced, as they are wherever text comes in. Empty where it is no text.
QString text(const QJsonValue& value);
/// The texts of a list, without whatever else it has in it.
QStringList texts(const QJsonValue& value);
/// Null for an empty text, and for what is not there.
QJsonValue orNull(const QString& value);
QJsonValue orNull(const std::optional<QString>& value);
QJsonValue orNull(std::optional<int> value);
QJsonValue orNull(std::optional<Instant> value);

} // namespace waybill::json
