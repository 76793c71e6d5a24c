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
/// One row that is nested too deeply does not spoil the others: it is read as an empty one.
std::optional<QJsonObject> parsePage(QByteArray body);
/// The rows of a page, each as it was written: numbers that a double cannot hold stay what they are. Fewer where the
/// page is written in an unusual way.
QByteArrayList rowsAsWritten(const QByteArray& page);
QByteArray compact(const QJsonObject& object);

/// The texts of a list, without whatever else it has in it.
QStringList texts(const QJsonValue& value);
/// Null for an empty text, and for what is not there.
QJsonValue orNull(const QString& value);
QJsonValue orNull(const std::optional<QString>& value);
QJsonValue orNull(std::optional<int> value);
QJsonValue orNull(std::optional<Instant> value);

} // namespace waybill::json
