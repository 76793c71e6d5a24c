// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>
#include <QString>

namespace waybill {

/// What speaks at the other end, by the first bytes that came from there.
struct FirstBytes {
    enum class Kind {
        Unknown,
        Http1,
        Http2,
        Page, ///< Text as of a page, without a status.
        Tls,
        Named, ///< `protocol` says what.
    };
    Kind kind = Kind::Unknown;
    QString protocol; ///< "SSH"
    // Of TLS:
    bool isAlert = false;
    bool isOldHello = false; ///< A ServerHello of a version before TLS 1.2.

    static constexpr qsizetype enough = 16;
    /// Of `enough` bytes, or as many as came.
    static FirstBytes of(QByteArrayView bytes);
};

} // namespace waybill
