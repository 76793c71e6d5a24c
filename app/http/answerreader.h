// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <memory>
#include <optional>

namespace waybill {

/// Reads one answer out of bytes as they come: skips interim answers, keeps the first `keptAnswerBytes` of the body.
class AnswerReader {
public:
    enum class State { Reading, Complete, Unreadable };

    AnswerReader();
    ~AnswerReader();

    State read(const QByteArray& bytes);
    /// The peer closed: whole only where the end of the connection is the end of the answer.
    State close();

    std::optional<int> status() const; ///< Known as soon as the final head is read.
    QByteArray kept() const;
    /// Whether the connection may carry another request.
    bool keepsAlive() const;

private:
    class Parser;
    State parse();
    bool looksLikeHttp() const;

    std::unique_ptr<Parser> parser_;
    QByteArray bytes_;
    State state_ = State::Reading;
};

} // namespace waybill
