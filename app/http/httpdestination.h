// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <memory>

namespace waybill {

/// Where posts go: a URL taken apart once. A value, cheap to copy.
class HttpDestination {
public:
    /// `url`: http or https; normalised by checkEndpointUrl.
    explicit HttpDestination(const QUrl& url);

    const QString& host() const { return parts_->host; } ///< In ASCII; an IPv6 address without its brackets.
    /// What a certificate has to be for: the host without the dot of the root.
    const QString& certificateName() const { return parts_->certificateName; }
    quint16 port() const { return parts_->port; }
    bool isTls() const { return parts_->isTls; }
    bool isLoopback() const { return parts_->isLoopback; }
    /// Scheme, host and port: destinations with the same peer may share a connection.
    const QByteArray& peer() const { return parts_->peer; }
    /// The first bytes of every post: "POST /hook?a=b HTTP/1.1\r\nHost: example.org\r\n".
    const QByteArray& firstLines() const { return parts_->firstLines; }

private:
    struct Parts {
        QString host;
        QString certificateName;
        quint16 port = 0;
        bool isTls = false;
        bool isLoopback = false;
        QByteArray peer;
        QByteArray firstLines;
    };
    std::shared_ptr<const Parts> parts_;
};

} // namespace waybill
