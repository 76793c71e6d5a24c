// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <optional>

namespace waybill {

/// Reads one answer out of bytes as they come: skips interim answers, keeps the first `keptAnswerBytes` of the body.
class AnswerReader {
public:
    enum class State { Reading, Complete, Unreadable };

    AnswerReader();
    ~AnswerReader();

    /// Forgets what was read, for the next answer.
    void restart();
    State read(QByteArrayView bytes);
    /// The peer closed: whole only where the end of the connection is the end of the answer.
    State close();

    std::optional<int> status() const; ///< Known as soon as the final head is read.
    const QByteArray& kept() const;
    /// Whether the connection may carry another request.
    bool keepsAlive() const;
    /// How long the peer said to wait for another request, if it said so (`Keep-Alive: timeout=5`).
    std::optional<seconds> keepAliveTime() const;

private:
    class Parser;
    State parse(QByteArrayView bytes);
    bool looksLikeHttp(QByteArrayView bytes) const;

    std::unique_ptr<Parser> parser_;
    QByteArray unread_;
    State state_ = State::Reading;
};

} // namespace waybill
