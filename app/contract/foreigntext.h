// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace waybill {

/// Text of others (names, addresses, messages, file names) as a part of a sentence or of a line: in one line, its
/// control characters visible, and between U+2068 and U+2069, so that nothing in it turns or moves the words around it.
/// Empty text stays empty.
QString isolated(const QString& foreign);
/// The same where it stands alone: without the marks around it.
QString inOneLine(const QString& foreign);
/// What is copied out of a sentence: without the marks that `isolated` set.
QString withoutIsolation(QString text);
/// There is nothing to see in it: white space, fillers, marks without a width.
bool isInvisible(const QString& text);

} // namespace waybill
