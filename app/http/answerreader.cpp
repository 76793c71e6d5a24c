// SPDX-License-Identifier: MIT
#include "http/answerreader.h"

#include "contract/retryschedule.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/optional.hpp>
#include <limits>

namespace waybill {

namespace beast = boost::beast;

namespace {

constexpr std::uint32_t largestHead = 16 * 1024;

QByteArrayView view(beast::string_view text) {
    return {text.data(), qsizetype(text.size())};
}

/// The number after `timeout=` in a Keep-Alive field.
std::optional<seconds> timeoutIn(QByteArrayView field) {
    const QByteArray lower = field.toByteArray().toLower();
    const qsizetype at = lower.indexOf("timeout=");
    if (at < 0)
        return std::nullopt;
    const qsizetype begin = at + 8;
    qsizetype end = begin;
    while (end < lower.size() && lower[end] >= '0' && lower[end] <= '9')
        ++end;
    bool isNumber = false;
    const int number = lower.sliced(begin, end - begin).toInt(&isNumber);
    return isNumber ? std::optional(seconds(number)) : std::nullopt;
}

} // namespace

/// Keeps of an answer what is asked for and nothing else: no field is stored, so nothing is allocated for one.
class AnswerReader::Parser final : public beast::http::basic_parser<false> {
public:
    Parser() {
        eager(true);
        header_limit(largestHead);
        // Not boost::none: Boost 1.74 takes every Content-Length for larger than no limit.
        body_limit(std::numeric_limits<std::uint64_t>::max());
    }
    int status = 0;
    QByteArray body;
    std::optional<seconds> keepAliveTime;

private:
    void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, beast::error_code&) override {}
    void on_response_impl(int code, beast::string_view, int, beast::error_code&) override { status = code; }
    void on_field_impl(beast::http::field name, beast::string_view, beast::string_view value,
                       beast::error_code&) override {
        if (name == beast::http::field::keep_alive)
            keepAliveTime = timeoutIn(view(value));
    }
    void on_header_impl(beast::error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    std::size_t on_body_impl(beast::string_view bytes, beast::error_code&) override { return keep(bytes); }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, beast::error_code&) override {
        return keep(bytes);
    }
    void on_finish_impl(beast::error_code&) override {}

    std::size_t keep(beast::string_view bytes) {
        const qsizetype room = keptAnswerBytes - body.size();
        body.append(bytes.data(), std::min(room, qsizetype(bytes.size())));
        return bytes.size();
    }
};

AnswerReader::AnswerReader() : parser_(std::make_unique<Parser>()) {}

AnswerReader::~AnswerReader() = default;

void AnswerReader::restart() {
    *parser_ = Parser();
    unread_.clear();
    state_ = State::Reading;
}

AnswerReader::State AnswerReader::read(QByteArrayView bytes) {
    if (unread_.isEmpty()) {
        if (state_ == State::Reading)
            state_ = parse(bytes);
        else
            unread_ = bytes.toByteArray();
        return state_;
    }
    unread_.append(bytes);
    if (state_ == State::Reading) {
        const QByteArray all = std::exchange(unread_, {});
        state_ = parse(all);
    }
    return state_;
}

AnswerReader::State AnswerReader::parse(QByteArrayView bytes) {
    State state = State::Reading;
    while (!bytes.isEmpty() && state == State::Reading) {
        if (!looksLikeHttp(bytes))
            return State::Unreadable;
        beast::error_code error;
        const std::size_t used =
            parser_->put(boost::asio::const_buffer(bytes.data(), std::size_t(bytes.size())), error);
        bytes = bytes.sliced(qsizetype(used));
        if (error && error != beast::http::error::need_more)
            return State::Unreadable;
        if (parser_->is_done()) {
            if (parser_->status >= 200 || parser_->status == 101)
                state = State::Complete;
            else
                *parser_ = Parser();
        } else if (error || used == 0) {
            break;
        }
    }
    unread_ = bytes.toByteArray();
    if (!parser_->is_header_done() && unread_.size() > qsizetype(largestHead))
        return State::Unreadable;
    return state;
}

// Beast waits for a whole line before it judges one.
bool AnswerReader::looksLikeHttp(QByteArrayView bytes) const {
    if (parser_->is_header_done())
        return true;
    const QByteArrayView prefix("HTTP/1.");
    const qsizetype shared = std::min(prefix.size(), bytes.size());
    if (!parser_->got_some() && bytes.first(shared) != prefix.first(shared))
        return false;
    for (qsizetype at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r')
            return false;
        // The empty line that ends the head may be all of it that is left; behind it is the body.
        if ((at >= 3 && bytes[at - 2] == '\n') || (at == 1 && parser_->got_some()))
            break;
    }
    return true;
}

AnswerReader::State AnswerReader::close() {
    if (state_ != State::Reading || !parser_->is_header_done())
        return state_;
    beast::error_code error;
    parser_->put_eof(error);
    return state_ = !error && parser_->is_done() ? State::Complete : State::Reading;
}

std::optional<int> AnswerReader::status() const {
    return parser_->is_header_done() ? std::optional(parser_->status) : std::nullopt;
}

const QByteArray& AnswerReader::kept() const {
    return parser_->body;
}

bool AnswerReader::keepsAlive() const {
    return state_ == State::Complete && unread_.isEmpty() && status() != 101 && parser_->keep_alive();
}

std::optional<seconds> AnswerReader::keepAliveTime() const {
    return parser_->keepAliveTime;
}

} // namespace waybill
