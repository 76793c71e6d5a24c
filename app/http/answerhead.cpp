// SPDX-License-Identifier: MIT
#include "http/answerhead.h"

#include <QList>

#include <algorithm>
#include <limits>
#include <utility>

namespace waybill {

namespace {

constexpr qsizetype longestValue = 1024;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isNamed(QByteArrayView name, QByteArrayView wanted) {
    return name.size() == wanted.size() && name.compare(wanted, Qt::CaseInsensitive) == 0;
}

QList<QByteArray> tokensOf(QByteArrayView list) {
    QList<QByteArray> tokens = list.toByteArray().toLower().split(',');
    for (QByteArray& token : tokens)
        token = token.trimmed();
    tokens.removeAll(QByteArray());
    return tokens;
}

void addTo(QByteArray& list, QByteArrayView value) {
    if (!list.isEmpty())
        list.append(',');
    list.append(value);
}

} // namespace

AnswerHead::Field AnswerHead::fieldNamed(QByteArrayView name) {
    switch (name.size()) {
    case 10:
        return isNamed(name, "connection")   ? Field::Connection
               : isNamed(name, "keep-alive") ? Field::KeepAlive
                                             : Field::None;
    case 12:
        return isNamed(name, "content-type") ? Field::Type : Field::None;
    case 14:
        return isNamed(name, "content-length") ? Field::Length : Field::None;
    case 16:
        return isNamed(name, "content-encoding") ? Field::Encoding : Field::None;
    case 17:
        return isNamed(name, "transfer-encoding") ? Field::Coding : Field::None;
    default:
        return Field::None;
    }
}

void AnswerHead::restart() {
    *this = AnswerHead();
}

// HTTP/1.0 to HTTP/1.9; "HTTP/2" and "HTTP/2.0" are written by some that mean 1.1. Then blanks, three digits and
// whatever is no further digit.
bool AnswerHead::takeStatusLine(QByteArrayView line) {
    constexpr QByteArrayView prefix("HTTP/");
    if (line.size() < prefix.size() + 5 || line.first(prefix.size()).compare(prefix, Qt::CaseInsensitive) != 0 ||
        line.contains('\0'))
        return false;
    QByteArrayView rest = line.sliced(prefix.size());
    if (rest[0] == '1' && rest[1] == '.' && isDigit(rest[2])) {
        isOld_ = rest[2] == '0';
        rest = rest.sliced(3);
    } else if (rest[0] == '2') {
        isDoubtful_ = true;
        rest = rest.sliced(rest.startsWith("2.0") ? 3 : 1);
    } else {
        return false;
    }
    const auto begin = std::ranges::find_if(rest, [](char c) { return c != ' '; });
    const auto code = QByteArrayView(begin, rest.end());
    if (begin == rest.begin() || code.size() < 3 || !std::all_of(code.begin(), code.begin() + 3, isDigit) ||
        (code.size() > 3 && isDigit(code[3])) || code[0] == '0')
        return false;
    status_ = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
    return true;
}

bool AnswerHead::takeField(QByteArrayView line) {
    if (line.contains('\0'))
        return false;
    if (line.startsWith(' ') || line.startsWith('\t')) {
        if (!hasField_)
            return false;
        if (field_ != Field::None && value_.size() < longestValue)
            value_.append(' ').append(line.trimmed().first(std::min(line.trimmed().size(), longestValue)));
        return true;
    }
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || !settleField())
        return false;
    hasField_ = true;
    const QByteArrayView name = line.first(colon).trimmed();
    field_ = fieldNamed(name);
    if (field_ == Field::None)
        return true;
    const QByteArrayView value = line.sliced(colon + 1).trimmed();
    value_ = value.first(std::min(value.size(), longestValue)).toByteArray();
    isDoubtful_ = isDoubtful_ || name.size() != colon;
    return true;
}

bool AnswerHead::settleField() {
    const QByteArray value = std::exchange(value_, {}).trimmed();
    switch (std::exchange(field_, Field::None)) {
    case Field::None:
        break;
    case Field::Connection:
        addTo(connection_, value);
        break;
    case Field::KeepAlive:
        addTo(keepAlive_, value);
        break;
    case Field::Type:
        type_ = value;
        break;
    case Field::Length:
        return takeLength(value);
    case Field::Encoding:
        addTo(encoding_, value);
        break;
    case Field::Coding:
        takeCoding(value);
        break;
    }
    return true;
}

// The number that it begins with, and the last field counts; one past all numbers is none.
bool AnswerHead::takeLength(QByteArrayView value) {
    QByteArrayView digits = value;
    if (digits.startsWith('+'))
        digits = digits.sliced(1);
    const auto end = std::ranges::find_if_not(digits, isDigit);
    digits = digits.first(end - digits.begin());
    if (digits.isEmpty())
        return !hasBody();
    bool isNumber = false;
    const quint64 number = digits.toULongLong(&isNumber);
    const bool fits = isNumber && number <= quint64(std::numeric_limits<qint64>::max());
    isDoubtful_ = isDoubtful_ || digits.size() != value.size() || !fits || (hasLength_ && length_ != number);
    hasLength_ = true;
    length_ = fits ? std::optional(number) : std::nullopt;
    return true;
}

void AnswerHead::takeCoding(QByteArrayView value) {
    const QList<QByteArray> tokens = tokensOf(value);
    isDoubtful_ = isDoubtful_ || hasCoding_ || tokens != QList<QByteArray>{"chunked"};
    for (const QByteArray& token : tokens) {
        if (token == "identity")
            continue;
        hasCoding_ = true;
        isChunked_ = token == "chunked" || token.startsWith("chunked;");
        if (!isChunked_)
            addTo(encoding_, token);
    }
}

bool AnswerHead::end() {
    if (!settleField())
        return false;
    // The coding tells where the body ends, whatever length is told besides.
    if (hasCoding_) {
        isDoubtful_ = isDoubtful_ || hasLength_;
        length_.reset();
    }
    return true;
}

bool AnswerHead::hasBody() const {
    return status_.value_or(0) >= 200 && status_ != 204 && status_ != 304;
}

bool AnswerHead::keepsAlive() const {
    if (isDoubtful_ || status_ == 101 || (hasBody() && !isChunked_ && !length_))
        return false;
    if (connection_.isEmpty())
        return !isOld_;
    const QList<QByteArray> tokens = tokensOf(connection_);
    return !tokens.contains("close") && (!isOld_ || tokens.contains("keep-alive"));
}

std::optional<seconds> AnswerHead::keepAliveTime() const {
    if (keepAlive_.isEmpty())
        return std::nullopt;
    const QByteArray lower = keepAlive_.toLower();
    const qsizetype at = lower.indexOf("timeout=");
    if (at < 0)
        return std::nullopt;
    const qsizetype begin = at + 8;
    const auto end = std::find_if_not(lower.begin() + begin, lower.end(), isDigit);
    bool isNumber = false;
    const int number = lower.sliced(begin, end - lower.begin() - begin).toInt(&isNumber);
    return isNumber ? std::optional(seconds(number)) : std::nullopt;
}

} // namespace waybill
