// SPDX-License-Identifier: MIT
#include "http/firstbytes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

using Greeting = std::pair<QByteArrayView, QStringView>;

constexpr std::array greetings{
    Greeting("SSH-", u"SSH"),
    Greeting("220 ", u"A mail or FTP server"),
    Greeting("220-", u"A mail or FTP server"),
    Greeting("+OK", u"POP3"),
    Greeting("* OK", u"IMAP"),
    Greeting("* PREAUTH", u"IMAP"),
    Greeting("RFB 0", u"VNC"),
    Greeting("-ERR", u"Redis"),
    Greeting("AMQP", u"AMQP"),
    Greeting("RTSP/", u"RTSP"),
    Greeting("SIP/", u"SIP"),
    Greeting("ICY ", u"Shoutcast"),
    Greeting("@RSYNCD:", u"rsync"),
    Greeting("INFO {", u"NATS"),
    Greeting("ERROR :", u"IRC"),
};

int byteAt(QByteArrayView bytes, qsizetype at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : -1;
}

bool isTls(QByteArrayView bytes) {
    return byteAt(bytes, 0) >= 0x14 && byteAt(bytes, 0) <= 0x17 && byteAt(bytes, 1) == 3 && byteAt(bytes, 2) >= 0 &&
           byteAt(bytes, 2) <= 4;
}

/// The preface, or the frame that opens or ends a connection: SETTINGS, GOAWAY.
bool isHttp2(QByteArrayView bytes) {
    const int type = byteAt(bytes, 3);
    const bool isOfConnection = bytes.size() >= 9 && byteAt(bytes, 0) == 0 && (type == 4 || type == 7) &&
                                byteAt(bytes, 4) <= 1 && bytes.sliced(5, 4) == QByteArrayView("\0\0\0\0", 4);
    return isOfConnection || bytes.startsWith("PRI * HTTP/2");
}

/// A packet that begins with the version of the protocol, 10, and of the server.
bool isMySql(QByteArrayView bytes) {
    return byteAt(bytes, 3) == 0 && byteAt(bytes, 4) == 10 && byteAt(bytes, 5) >= '0' && byteAt(bytes, 5) <= '9';
}

} // namespace

FirstBytes FirstBytes::of(QByteArrayView bytes) {
    FirstBytes found;
    constexpr QByteArrayView http("HTTP/");
    if (isTls(bytes)) {
        constexpr int alert = 0x15;
        constexpr int handshake = 0x16;
        constexpr int serverHello = 2;
        found.kind = Kind::Tls;
        found.isAlert = byteAt(bytes, 0) == alert;
        found.isOldHello = byteAt(bytes, 0) == handshake && byteAt(bytes, 5) == serverHello && byteAt(bytes, 9) == 3 &&
                           byteAt(bytes, 10) >= 0 && byteAt(bytes, 10) < 3;
    } else if (bytes.size() >= http.size() && bytes.first(http.size()).compare(http, Qt::CaseInsensitive) == 0) {
        found.kind = Kind::Http1;
    } else if (isHttp2(bytes)) {
        found.kind = Kind::Http2;
    } else if (isMySql(bytes)) {
        found = {Kind::Named, u"MySQL"_s};
    } else if (const auto greeting = std::ranges::find_if(
                   greetings, [&](const Greeting& known) { return bytes.startsWith(known.first); });
               greeting != greetings.end()) {
        found = {Kind::Named, greeting->second.toString()};
    } else if (const QByteArrayView text = bytes.trimmed();
               !text.isEmpty() && QByteArrayView("<{[").contains(text[0])) {
        found.kind = Kind::Page;
    }
    return found;
}

} // namespace waybill
