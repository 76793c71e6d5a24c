// SPDX-License-Identifier: MIT
#pragma once

#include "contract/eventcatalogue.h"

namespace waybill {

/// What people call it: "Evaluation created". A type that is not known is called by its name, in one line.
QString eventTitle(const QString& typeName);
/// The name on the wire, to stand beside the title in the fixed-width font; empty where it would say the same twice.
QString eventName(const QString& typeName);
/// Both in one text: "Evaluation created (evaluation.created)", for where there is one font only.
QString eventTitleAndName(const QString& typeName);
/// When it is sent; empty where the type is unknown.
QString eventSentence(const QString& typeName);
QString groupTitle(EventGroup group);
/// Names of the types whose title holds this text, as a person looks for them.
QStringList eventsTitled(const QString& text);

} // namespace waybill
