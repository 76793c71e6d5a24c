// SPDX-License-Identifier: MIT
#include "words/eventtypes.h"

#include "contract/foreigntext.h"

#include <QCoreApplication>

namespace waybill {

QString eventTitle(const QString& typeName) {
    if (const EventType* type = findEventType(typeName))
        return QCoreApplication::translate("EventCatalogue", type->title);
    if (typeName == QStringView(testEventType))
        return QCoreApplication::translate("EventCatalogue", "Test event");
    return isInvisible(typeName) ? QCoreApplication::translate("EventCatalogue", "Event without a type")
                                 : inOneLine(typeName);
}

QString eventName(const QString& typeName) {
    return findEventType(typeName) || typeName == QStringView(testEventType) ? typeName : QString();
}

QString eventTitleAndName(const QString& typeName) {
    const QString name = eventName(typeName);
    return name.isEmpty()
               ? isolated(eventTitle(typeName))
               : QCoreApplication::translate("EventCatalogue", "%1 (%2)", "title and name of a kind of event")
                     .arg(eventTitle(typeName), name);
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

QStringList eventsTitled(const QString& text) {
    QStringList names;
    const auto look = [&](const QString& name) {
        if (!text.isEmpty() && eventTitle(name).contains(text, Qt::CaseInsensitive))
            names += name;
    };
    for (const EventType& type : eventCatalogue())
        look(QString::fromLatin1(type.name));
    look(QString::fromUtf16(testEventType));
    return names;
}

} // namespace waybill
