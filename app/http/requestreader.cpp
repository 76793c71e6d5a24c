// SPDX-License-Identifier: MIT
#include "http/requestreader.h"

#include "http/inboxaddress.h"

#include <algorithm>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace waybill {

using namespace Qt::StringLiterals;
namespace beast = boost::beast;

namespace {

bool isTokenCharacter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
}

bool isToken(QByteArrayView text) {
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

QByteArray fromBeast(beast::string_view text) {
    return QByteArray(text.data(), qsizetype(text.size()));
}

bool listHolds(const QList<QByteArray>& values, const char* word) {
    for (const QByteArray& value : values) {
        for (const QByteArray& item : value.split(',')) {
            if (item.trimmed().compare(word, Qt::CaseInsensitive) == 0)
                return true;
        }
    }
    return false;
}

} // namespace

class RequestReader::Parser : public beast::http::request_parser<beast::http::string_body> {};

RequestReader::RequestReader(const HttpServerLimits& limits, quint16 port) : limits_(limits), port_(port) {}

RequestReader::~RequestReader() = default;

RequestReader::State RequestReader::refuse(int status, const QString& message) {
    status_ = status;
    message_ = message;
    return state_ = State::Refused;
}

RequestReader::State RequestReader::read(QByteArray& bytes) {
    if (state_ == State::Head)
        readHead(bytes);
    if (state_ == State::Body)
        readBody(bytes);
    return state_;
}

RequestReader::State RequestReader::readHead(QByteArray& bytes) {
    // An empty line after the request before is allowed, as RFC 9112 asks for.
    if (scanned_ == 0) {
        while (bytes.startsWith("\r\n"))
            bytes.remove(0, 2);
        if (bytes == "\r")
            return state_;
    }
    const qsizetype limit = std::min<qsizetype>(bytes.size(), limits_.headerBytes + 1);
    qsizetype end = -1;
    for (; scanned_ < limit; ++scanned_) {
        const char c = bytes[scanned_];
        const bool afterReturn = scanned_ > 0 && bytes[scanned_ - 1] == '\r';
        if ((c == '\n') != afterReturn)
            return refuse(400, u"A line of the request does not end with CR LF."_s);
        const auto code = static_cast<unsigned char>(c);
        if ((code < 0x20 && c != '\r' && c != '\n' && c != '\t') || code == 0x7f)
            return refuse(400, u"The head of the request holds a control character."_s);
        if (c == '\n' && scanned_ >= 3 && bytes[scanned_ - 2] == '\n') {
            end = scanned_ + 1;
            break;
        }
    }
    if (end < 0) {
        if (bytes.size() > limits_.headerBytes)
            return refuse(431, u"The head of the request is larger than %1 bytes."_s.arg(limits_.headerBytes));
        return state_;
    }
    if (end > limits_.headerBytes)
        return refuse(431, u"The head of the request is larger than %1 bytes."_s.arg(limits_.headerBytes));
    const QByteArray head = bytes.left(end);
    if (!checkLines(head))
        return state_;

    parser_ = std::make_unique<Parser>();
    parser_->header_limit(static_cast<std::uint32_t>(limits_.headerBytes) + 1);
    parser_->body_limit(static_cast<std::uint64_t>(limits_.bodyBytes));
    beast::error_code error;
    parser_->put(boost::asio::const_buffer(head.constData(), static_cast<std::size_t>(head.size())), error);
    if (error == beast::http::error::body_limit)
        return refuse(413, u"The body of the request is larger than %1 bytes."_s.arg(limits_.bodyBytes));
    if ((error && error != beast::http::error::need_more) || !parser_->is_header_done())
        return refuse(400, u"The head of the request is not valid HTTP/1.1."_s);
    bytes.remove(0, end);

    const auto& message = parser_->get();
    request_.method = fromBeast(message.method_string());
    request_.target = fromBeast(message.target());
    for (const auto& field : message)
        request_.headers.add(fromBeast(field.name_string()), fromBeast(field.value()));
    if (!checkFields())
        return state_;
    keepsAlive_ = !isOld_ && !listHolds(request_.headers.values("Connection"), "close");
    parser_->eager(true);
    return state_ = parser_->is_done() ? State::Complete : State::Body;
}

bool RequestReader::checkLines(QByteArrayView head) {
    qsizetype start = head.indexOf("\r\n");
    if (!checkRequestLine(head.first(start)))
        return false;
    int fields = 0;
    for (start += 2; start + 2 < head.size();) {
        const qsizetype end = head.indexOf("\r\n", start);
        const QByteArrayView line = head.sliced(start, end - start);
        start = end + 2;
        const qsizetype colon = line.indexOf(':');
        if (colon < 1 || !isToken(line.first(colon))) {
            refuse(400, u"A header of the request has no valid name."_s);
            return false;
        }
        if (++fields > limits_.headerFields) {
            refuse(431, u"The request has more than %1 headers."_s.arg(limits_.headerFields));
            return false;
        }
    }
    return true;
}

bool RequestReader::checkRequestLine(QByteArrayView line) {
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    const bool hasParts = first > 0 && last > first + 1;
    const QByteArrayView version = hasParts ? line.sliced(last + 1) : QByteArrayView();
    const QByteArrayView target = hasParts ? line.sliced(first + 1, last - first - 1) : QByteArrayView();
    const bool isClean = std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!hasParts || !isToken(line.first(first)) || !isClean || !version.startsWith("HTTP/")) {
        refuse(400, u"The first line is not an HTTP request."_s);
        return false;
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        refuse(505, u"Only HTTP/1.1 is spoken here."_s);
        return false;
    }
    isOld_ = version == "HTTP/1.0";
    const bool isServerWide = target == "*" && line.first(first) == "OPTIONS";
    if (!target.startsWith('/') && !isServerWide && !target.contains("://")) {
        refuse(400, u"The request has to name a path."_s);
        return false;
    }
    return true;
}

/// Some proxies write the whole address (RFC 9112, 3.2.2). It has to be ours, like `Host`: two programs could go by one
/// of them each.
bool RequestReader::takeAddressApart() {
    if (request_.target.startsWith('/') || request_.target == "*")
        return true;
    const qsizetype authority = request_.target.indexOf("://") + 3;
    qsizetype end = authority;
    while (end < request_.target.size() && request_.target[end] != '/' && request_.target[end] != '?')
        ++end;
    const bool isHttp = request_.target.first(authority).compare("http://", Qt::CaseInsensitive) == 0;
    if (!isHttp || !isServedAuthority(request_.target.sliced(authority, end - authority), port_))
        return false;
    request_.target.remove(0, end);
    if (request_.target.isEmpty() && request_.method == "OPTIONS")
        request_.target = "*";
    else if (!request_.target.startsWith('/'))
        request_.target.prepend('/');
    return true;
}

bool RequestReader::checkFields() {
    const QList<QByteArray> lengths = request_.headers.values("Content-Length");
    const QList<QByteArray> codings = request_.headers.values("Transfer-Encoding");
    const bool isNumber =
        lengths.isEmpty() ||
        (!lengths[0].isEmpty() && std::ranges::all_of(lengths[0], [](char c) { return c >= '0' && c <= '9'; }));
    if (lengths.size() > 1 || !isNumber || (!lengths.isEmpty() && !codings.isEmpty())) {
        refuse(400, u"The request does not say clearly how long it is."_s);
        return false;
    }
    if (!codings.isEmpty() &&
        (isOld_ || codings.size() > 1 || codings[0].compare("chunked", Qt::CaseInsensitive) != 0)) {
        refuse(400, u"The only transfer coding understood here is “chunked”."_s);
        return false;
    }
    const QList<QByteArray> hosts = request_.headers.values("Host");
    if (hosts.size() != 1 || !isServedAuthority(hosts[0], port_) || !takeAddressApart()) {
        refuse(421, u"This address answers only to its own name and port."_s);
        return false;
    }
    for (const QByteArray& origin : request_.headers.values("Origin")) {
        if (!origin.startsWith("http://") || !isServedAuthority(origin.mid(7), port_)) {
            refuse(403, u"Requests from web pages are not accepted."_s);
            return false;
        }
    }
    for (const QByteArray& site : request_.headers.values("Sec-Fetch-Site")) {
        if (site != "same-origin" && site != "none") {
            refuse(403, u"Requests from web pages are not accepted."_s);
            return false;
        }
    }
    for (const QByteArray& expectation : request_.headers.values("Expect")) {
        if (expectation.compare("100-continue", Qt::CaseInsensitive) != 0) {
            refuse(417, u"The only expectation understood here is “100-continue”."_s);
            return false;
        }
        expectsContinue_ = !isOld_;
    }
    return true;
}

RequestReader::State RequestReader::readBody(QByteArray& bytes) {
    beast::error_code error;
    while (!bytes.isEmpty() && !error && !parser_->is_done()) {
        const std::size_t used =
            parser_->put(boost::asio::const_buffer(bytes.constData(), static_cast<std::size_t>(bytes.size())), error);
        bytes.remove(0, qsizetype(used));
        if (used == 0 && !error)
            break;
    }
    if (error == beast::http::error::body_limit)
        return refuse(413, u"The body of the request is larger than %1 bytes."_s.arg(limits_.bodyBytes));
    if (error && error != beast::http::error::need_more)
        return refuse(400, u"The body of the request is not in valid chunks."_s);
    if (parser_->is_done()) {
        const std::string& body = parser_->get().body();
        request_.body = QByteArray(body.data(), qsizetype(body.size()));
        return state_ = State::Complete;
    }
    // Only the lines between chunks wait here unparsed.
    if (bytes.size() > limits_.headerBytes)
        return refuse(400, u"A line between two chunks of the body is too long."_s);
    return state_;
}

} // namespace waybill
