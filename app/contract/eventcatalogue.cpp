// SPDX-License-Identifier: MIT
#include "contract/eventcatalogue.h"

#include "contract/exampleevents.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace waybill {

namespace {
#define WORDS(text) QT_TRANSLATE_NOOP("EventCatalogue", text)
constexpr std::array<EventType, 7> catalogue{{
    {"evaluation.created", WORDS("Evaluation created"),
     WORDS("Someone set up a new evaluation. It comes with its name, its kind and its links."),
     EventGroup::Evaluations},
    {"evaluation.status_changed", WORDS("Evaluation changed status"),
     WORDS("An evaluation moved on, for example from Draft to Running. Both states are in the message."),
     EventGroup::Evaluations},
    {"evaluation.completed", WORDS("Evaluation completed"),
     WORDS("An evaluation has ended. The message sums up its ratings and how far the raters agree."),
     EventGroup::Evaluations},
    {"autouser_run.completed", WORDS("Autouser run completed"),
     WORDS("A persona finished its run through a design. The message says how many ratings it gave."),
     EventGroup::Autousers},
    {"autouser_run.failed", WORDS("Autouser run failed"),
     WORDS("A persona could not finish its run. The message says why."), EventGroup::Autousers},
    {"rating.created", WORDS("Rating submitted"),
     WORDS("A person or a persona rated a design. The scores and the comments are in the message."),
     EventGroup::Ratings},
    {"calibration.frozen", WORDS("Calibration frozen"),
     WORDS("A persona's calibration was fixed. From now on its ratings follow that version of the rubric."),
     EventGroup::Calibration},
}};
#undef WORDS

QJsonObject object(QStringView typeName) {
    for (const QByteArrayView example : exampleEvents) {
        const QJsonObject event = QJsonDocument::fromJson(example.toByteArray()).object();
        if (event.value(u"type").toString() == typeName)
            return event.value(u"data").toObject().value(u"object").toObject();
    }
    return {
        {QStringLiteral("id"), QStringLiteral("ping_example")},
        {QStringLiteral("message"), QStringLiteral("This is a test message. Everything works if you can read it.")}};
}
} // namespace

std::span<const EventType> eventCatalogue() {
    return catalogue;
}

const EventType* findEventType(QStringView name) {
    const auto found =
        std::ranges::find_if(catalogue, [&](const EventType& type) { return name == QLatin1String(type.name); });
    return found == catalogue.end() ? nullptr : &*found;
}

QByteArray exampleObject(QStringView typeName) {
    return QJsonDocument(object(typeName)).toJson(QJsonDocument::Compact);
}

QByteArray exampleObjectForTest(QStringView typeName, RandomSource& random) {
    QJsonObject test = object(typeName);
    const QString kind = test.value(u"id").toString(QStringLiteral("calibration_")).section(u'_', 0, 0);
    test.insert(QStringLiteral("id"), QString(kind % u"_test_" % newToken(random).left(10)));
    return QJsonDocument(test).toJson(QJsonDocument::Compact);
}

} // namespace waybill
