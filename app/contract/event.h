// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

namespace waybill {

/// The version of the payload shapes that the sandbox writes.
inline constexpr const char* eventApiVersion = "2026-05-04";

/// Something that happened in the account, with the full snapshot of the object.
struct Event {
    QString id;
    QString type;
    QString apiVersion;
    qint64 created = 0; ///< Seconds since 1970, UTC.
    QString teamId;
    QString objectId;
    QByteArray body; ///< The exact bytes of the envelope, as signed, sent and replayed.

    bool isTest() const { return id.startsWith(u"event_test_"); }
    friend bool operator==(const Event&, const Event&) = default;
};

} // namespace waybill
