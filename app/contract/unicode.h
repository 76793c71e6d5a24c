// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>
#include <QString>

#include <optional>

/// Text from outside, measured, cut and converted by characters and not by UTF-16 units.
namespace waybill {

/// How many characters (code points) a text has, as JSON Schema's `maxLength` counts them.
qsizetype characterCount(QStringView text);
/// The beginning of a text: at most so many code points, and no letter, emoji or accent cut apart.
QString firstCharacters(const QString& text, qsizetype most);
/// Halves of surrogate pairs become U+FFFD: they have no form in UTF-8, so that every writer would make something else
/// of them.
QString withoutHalves(QString text);
/// Nothing where the bytes are not UTF-8: two such texts must not become the same one.
std::optional<QString> fromStrictUtf8(QByteArrayView bytes);

} // namespace waybill
