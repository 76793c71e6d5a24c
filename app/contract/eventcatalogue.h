// SPDX-License-Identifier: MIT
#pragma once

#include "contract/random.h"

#include <QString>
#include <QStringList>

#include <span>

namespace waybill {

/// The groups under which a person finds an event type.
enum class EventGroup { Evaluations, Autousers, Ratings, Calibration };

/// A kind of event. Titles and sentences are English sources; translate them in the context "EventCatalogue".
struct EventType {
    const char* name;     ///< As on the wire: "evaluation.created".
    const char* title;    ///< "Evaluation created"
    const char* sentence; ///< When it is sent and what is in it, in plain words.
    EventGroup group;
};

/// All events, new kinds included, in `enabled_events`.
inline constexpr const char16_t* allEvents = u"*";
/// The type of a test where none is given.
inline constexpr const char16_t* testEventType = u"webhook.test";

/// The seven types, in the order in which a person meets them.
std::span<const EventType> eventCatalogue();
/// Nothing for a type that the catalogue does not know (new types can appear at any time).
const EventType* findEventType(QStringView name);
/// The bytes of an example object (`data.object`) of this type, for test events; a neutral one for `webhook.test`.
QByteArray exampleObject(QStringView typeName);
/// The same with an id of its own that holds `_test_`, as a test event carries it.
QByteArray exampleObjectForTest(QStringView typeName, RandomSource& random);

} // namespace waybill
