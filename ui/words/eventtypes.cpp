// SPDX-License-Identifier: MIT
#include "words/eventtypes.h"

#include <QCoreApplication>

namespace waybill {

QString eventTitle(const QString& typeName) {
    const EventType* type = findEventType(typeName);
    return type ? QCoreApplication::translate("EventCatalogue", type->title) : typeName;
}

QString eventSentence(const QString& typeName) {
    const EventType* type = findEventType(typeName);
    return type ? QCoreApplication::translate("EventCatalogue", type->sentence) : QString();
}

QString groupTitle(EventGroup group) {
    switch (group) {
    case EventGroup::Evaluations:
        return QCoreApplication::translate("EventCatalogue", "Evaluations");
    case EventGroup::Autousers:
        return QCoreApplication::translate("EventCatalogue", "Autousers");
    case EventGroup::Ratings:
        return QCoreApplication::translate("EventCatalogue", "Ratings");
    case EventGroup::Calibration:
        return QCoreApplication::translate("EventCatalogue", "Calibration");
    }
    return {};
}

} // namespace waybill
