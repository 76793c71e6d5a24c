// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace waybill {

/// The address in what a person pasted: without quotation marks, brackets, Markdown, punctuation or words around it,
/// and out of a curl command. Where none is found, `pasted` without the white space around it.
QString addressInPasted(const QString& pasted);

} // namespace waybill
