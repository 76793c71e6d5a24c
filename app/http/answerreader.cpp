// SPDX-License-Identifier: MIT
#include "http/answerreader.h"

#include "contract/retryschedule.h"

#include <algorithm>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional.hpp>
#include <limits>

namespace waybill {

namespace beast = boost::beast;

namespace {

constexpr std::uint32_t largestHead = 16 * 1024;

/// A body of any length of which only the beginning stays.
struct KeptBody {
    using value_type = QByteArray;

    class reader {
    public:
        template <bool isRequest, class Fields>
        reader(beast::http::header<isRequest, Fields>&, value_type& body) : body_(body) {}
        void init(const boost::optional<std::uint64_t>&, beast::error_code& error) { error = {}; }
        template <class Buffers>
        std::size_t put(const Buffers& buffers, beast::error_code& error) {
            error = {};
            std::size_t taken = 0;
            for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers);
                 ++it) {
                const boost::asio::const_buffer buffer(*it);
                const qsizetype room = keptAnswerBytes - body_.size();
                body_.append(static_cast<const char*>(buffer.data()), std::min(room, qsizetype(buffer.size())));
                taken += buffer.size();
            }
            return taken;
        }
        void finish(beast::error_code& error) { error = {}; }

    private:
        value_type& body_;
    };
};

} // namespace

class AnswerReader::Parser : public beast::http::response_parser<KeptBody> {
public:
    Parser() {
        eager(true);
        header_limit(largestHead);
        // Not boost::none: Boost 1.74 takes every Content-Length for larger than no limit.
        body_limit(std::numeric_limits<std::uint64_t>::max());
    }
};

AnswerReader::AnswerReader() : parser_(std::make_unique<Parser>()) {}

AnswerReader::~AnswerReader() = default;

AnswerReader::State AnswerReader::read(const QByteArray& bytes) {
    bytes_ += bytes;
    return state_ == State::Reading ? state_ = parse() : state_;
}

AnswerReader::State AnswerReader::parse() {
    while (!bytes_.isEmpty()) {
        if (!looksLikeHttp())
            return State::Unreadable;
        beast::error_code error;
        const std::size_t used =
            parser_->put(boost::asio::const_buffer(bytes_.constData(), static_cast<std::size_t>(bytes_.size())), error);
        bytes_.remove(0, qsizetype(used));
        if (error && error != beast::http::error::need_more)
            return State::Unreadable;
        if (parser_->is_done()) {
            const int status = int(parser_->get().result_int());
            if (status >= 200 || status == 101)
                return State::Complete;
            parser_ = std::make_unique<Parser>();
            continue;
        }
        if (error || used == 0)
            break;
    }
    if (!parser_->is_header_done() && bytes_.size() > qsizetype(largestHead))
        return State::Unreadable;
    return State::Reading;
}

// Beast waits for a whole line before it judges one.
bool AnswerReader::looksLikeHttp() const {
    if (parser_->is_header_done())
        return true;
    const QByteArrayView prefix("HTTP/1.");
    const qsizetype shared = std::min(prefix.size(), bytes_.size());
    if (!parser_->got_some() && QByteArrayView(bytes_).first(shared) != prefix.first(shared))
        return false;
    for (qsizetype at = bytes_.indexOf('\n'); at >= 0; at = bytes_.indexOf('\n', at + 1)) {
        if (at == 0 || bytes_[at - 1] != '\r')
            return false;
        // The empty line that ends the head may be all of it that is left; behind it is the body.
        if ((at >= 3 && bytes_[at - 2] == '\n') || (at == 1 && parser_->got_some()))
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
    if (!parser_->is_header_done())
        return std::nullopt;
    return int(parser_->get().result_int());
}

QByteArray AnswerReader::kept() const {
    return parser_->get().body();
}

bool AnswerReader::keepsAlive() const {
    return state_ == State::Complete && bytes_.isEmpty() && status() != 101 && parser_->keep_alive();
}

} // namespace waybill
