// SPDX-License-Identifier: MIT
#include "http/answerreader.h"

#include "contract/retryschedule.h"

#include <algorithm>
#include <utility>

namespace waybill {

namespace {

constexpr int mostHexDigits = 16;

int hexDigit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

void AnswerReader::restart() {
    *this = AnswerReader();
}

AnswerReader::State AnswerReader::read(QByteArrayView bytes) {
    if (state_ == State::Reading)
        bytes = parse(bytes);
    isSurplus_ = isSurplus_ || !bytes.isEmpty();
    return state_;
}

/// What is left of the bytes once the answer is complete.
QByteArrayView AnswerReader::parse(QByteArrayView bytes) {
    while (state_ == State::Reading && !bytes.isEmpty()) {
        if (part_ == Part::Counted || part_ == Part::UntilClose || part_ == Part::ChunkBytes) {
            bytes = takeBody(bytes);
            continue;
        }
        if (hasStrangeBeginning(bytes)) {
            state_ = State::Unreadable;
            break;
        }
        const auto line = nextLine(bytes);
        if (!line)
            break;
        if (!takeLine(*line))
            state_ = State::Unreadable;
        line_.clear();
    }
    return bytes;
}

// What is no answer is known before its first line ends, if it ever does.
bool AnswerReader::hasStrangeBeginning(QByteArrayView bytes) const {
    constexpr QByteArrayView prefix("HTTP/");
    if (part_ != Part::Head || !isFirstLine_ || line_.size() >= prefix.size())
        return false;
    const QByteArrayView expected = prefix.sliced(line_.size());
    const qsizetype shared = std::min(expected.size(), bytes.size());
    return bytes.first(shared).compare(expected.first(shared), Qt::CaseInsensitive) != 0;
}

/// A whole line without its end, CR LF or LF; nothing, and all bytes taken, where it is not whole.
std::optional<QByteArrayView> AnswerReader::nextLine(QByteArrayView& bytes) {
    const qsizetype end = bytes.indexOf('\n');
    if (end < 0) {
        line_.append(bytes);
        bytes = {};
        return std::nullopt;
    }
    QByteArrayView line = bytes.first(end);
    bytes = bytes.sliced(end + 1);
    if (!line_.isEmpty()) {
        line_.append(line);
        line = line_;
    }
    while (line.endsWith('\r'))
        line.chop(1);
    return line;
}

bool AnswerReader::takeLine(QByteArrayView line) {
    switch (part_) {
    case Part::Head:
        if (std::exchange(isFirstLine_, false))
            return head_.takeStatusLine(line);
        return line.isEmpty() ? endHead() : head_.takeField(line);
    case Part::ChunkSize:
        return beginChunk(line);
    case Part::ChunkEnd:
        part_ = Part::ChunkSize;
        return line.isEmpty();
    case Part::Trailer:
        if (line.isEmpty())
            state_ = State::Complete;
        return true;
    default:
        return false;
    }
}

bool AnswerReader::endHead() {
    if (!head_.end())
        return false;
    const int status = *head_.status();
    if (status < 200 && status != 101) {
        head_.restart();
        isFirstLine_ = true;
        return true;
    }
    isHeadRead_ = true;
    if (!head_.hasBody() || (!head_.isChunked() && head_.length() == 0U)) {
        part_ = Part::Nothing;
        state_ = State::Complete;
    } else if (head_.isChunked()) {
        part_ = Part::ChunkSize;
    } else if (head_.length()) {
        part_ = Part::Counted;
        left_ = *head_.length();
    } else {
        part_ = Part::UntilClose;
    }
    return true;
}

// Digits, with blanks around; what follows is an extension.
bool AnswerReader::beginChunk(QByteArrayView line) {
    line = line.trimmed();
    quint64 size = 0;
    int digits = 0;
    for (; digits < line.size() && hexDigit(line[digits]) >= 0; ++digits) {
        if (digits == mostHexDigits)
            return false;
        size = size * 16 + quint64(hexDigit(line[digits]));
    }
    if (digits == 0 || (digits == 1 && size == 0 && line.size() > 1 && (line[1] | 0x20) == 'x'))
        return false;
    left_ = size;
    part_ = size == 0 ? Part::Trailer : Part::ChunkBytes;
    return true;
}

QByteArrayView AnswerReader::takeBody(QByteArrayView bytes) {
    const bool isCounted = part_ != Part::UntilClose;
    const qsizetype count = isCounted ? qsizetype(std::min(quint64(bytes.size()), left_)) : bytes.size();
    const qsizetype room = keptAnswerBytes - kept_.size();
    kept_.append(bytes.first(std::min(count, room)));
    size_ += count;
    if (isCounted) {
        left_ -= quint64(count);
        if (left_ == 0 && part_ == Part::Counted)
            state_ = State::Complete;
        else if (left_ == 0)
            part_ = Part::ChunkEnd;
    }
    return bytes.sliced(count);
}

// The empty line after the fields, or after the last chunk, adds nothing to what was said.
AnswerReader::State AnswerReader::close() {
    if (state_ != State::Reading)
        return state_;
    if (part_ == Part::Head && !isFirstLine_ && !endHead())
        return state_ = State::Unreadable;
    if (part_ == Part::UntilClose || part_ == Part::Trailer)
        state_ = State::Complete;
    isSurplus_ = true;
    return state_;
}

AnswerReader::State AnswerReader::stop() {
    if (state_ != State::Reading)
        return state_;
    if (!isHeadRead_ && isFirstLine_ && !line_.isEmpty())
        isFirstLine_ = !head_.takeStatusLine(line_);
    isCut_ = true;
    isHeadRead_ = isHeadRead_ || (!isFirstLine_ && head_.status() >= 200);
    return state_ = isHeadRead_ ? State::Complete : State::Unreadable;
}

AnswerForm AnswerReader::form() const {
    const qint64 promised = isCut_ ? qint64(head_.length().value_or(0)) : 0;
    return {head_.type(), head_.encoding(), std::max(size_, promised), isCut_ && promised <= size_};
}

bool AnswerReader::keepsAlive() const {
    return state_ == State::Complete && !isSurplus_ && !isCut_ && head_.keepsAlive();
}

} // namespace waybill
