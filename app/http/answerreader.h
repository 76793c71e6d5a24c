// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"
#include "http/answerhead.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace waybill {

/// Reads one answer out of bytes as they come: skips interim answers, keeps the first `keptAnswerBytes` of the body. As
/// tolerant as curl 7.88 in what it takes for an answer; a connection is only kept where its end was beyond doubt.
class AnswerReader {
public:
    enum class State { Reading, Complete, Unreadable };

    /// Forgets what was read, for the next answer.
    void restart();
    State read(QByteArrayView bytes);
    /// The peer closed: whole where nothing more was promised.
    State close();
    /// Nothing more is read: whole as far as it goes, where the status is known.
    State stop();

    /// Known as soon as the final head is read.
    std::optional<int> status() const { return isHeadRead_ ? head_.status() : std::nullopt; }
    bool isInHead() const { return state_ == State::Reading && !isHeadRead_; }
    const QByteArray& kept() const { return kept_; }
    AnswerForm form() const;
    /// Whether the connection may carry another request.
    bool keepsAlive() const;
    /// How long the peer said to wait for another request, if it said so (`Keep-Alive: timeout=5`).
    std::optional<seconds> keepAliveTime() const { return head_.keepAliveTime(); }

private:
    enum class Part { Head, Counted, UntilClose, ChunkSize, ChunkBytes, ChunkEnd, Trailer, Nothing };

    QByteArrayView parse(QByteArrayView bytes);
    std::optional<QByteArrayView> nextLine(QByteArrayView& bytes);
    bool takeLine(QByteArrayView line);
    bool endHead();
    bool beginChunk(QByteArrayView line);
    QByteArrayView takeBody(QByteArrayView bytes);
    bool hasStrangeBeginning(QByteArrayView bytes) const;

    AnswerHead head_;
    QByteArray line_; ///< The beginning of one that is not whole.
    QByteArray kept_;
    Part part_ = Part::Head;
    State state_ = State::Reading;
    quint64 left_ = 0; ///< Of the body or of the chunk.
    qint64 size_ = 0;
    bool isHeadRead_ = false;
    bool isFirstLine_ = true; ///< Of a head.
    bool isSurplus_ = false;  ///< More came than the answer, or the end of the connection.
    bool isCut_ = false;      ///< Not all of it was read.
};

} // namespace waybill
