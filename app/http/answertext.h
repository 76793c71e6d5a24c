// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"

#include <QString>

namespace waybill {

/// An answer's body as text to be shown: decompressed (gzip, deflate), by its charset, cut between letters, at most
/// `keptAnswerBytes` in UTF-8. What is no text, or cannot be made one, is named with its size. `kept`: the beginning of
/// the body as it came.
QString answerText(const QByteArray& kept, const AnswerForm& form);

} // namespace waybill
