// SPDX-License-Identifier: MIT
#pragma once

#include "http/httpserver.h"

#include <memory>

namespace waybill {

/// Reads one request out of bytes as they come. Strict: what two programs could read differently is refused.
class RequestReader {
public:
    enum class State { Head, Body, Complete, Refused };

    RequestReader(const HttpServerLimits& limits, quint16 port);
    ~RequestReader();

    /// Takes what belongs to this request from the front of `bytes`; what it could not use yet stays there.
    State read(QByteArray& bytes);

    const HttpRequest& request() const { return request_; }
    bool keepsAlive() const { return keepsAlive_; }
    bool expectsContinue() const { return expectsContinue_; }
    int refusedStatus() const { return status_; }
    QString refusedMessage() const { return message_; }

private:
    class Parser;
    State refuse(int status, const QString& message);
    State readHead(QByteArray& bytes);
    State readBody(QByteArray& bytes);
    bool checkLines(QByteArrayView head);
    bool checkRequestLine(QByteArrayView line);
    bool checkFields();
    bool takeAddressApart();

    HttpServerLimits limits_;
    quint16 port_;
    std::unique_ptr<Parser> parser_;
    HttpRequest request_;
    State state_ = State::Head;
    qsizetype scanned_ = 0;
    bool keepsAlive_ = false;
    bool expectsContinue_ = false;
    bool isOld_ = false;
    int status_ = 0;
    QString message_;
};

} // namespace waybill
