// SPDX-License-Identifier: MIT
#pragma once

#include "contract/eventcatalogue.h"

namespace waybill {

/// "Evaluation created"; the name itself where the type is unknown.
QString eventTitle(const QString& typeName);
/// When it is sent; empty where the type is unknown.
QString eventSentence(const QString& typeName);
QString groupTitle(EventGroup group);

} // namespace waybill
