// SPDX-License-Identifier: MIT
#pragma once

#include "http/certificateauthority.h"

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <memory>

namespace waybill {

/// Where posts go: a URL taken apart once. A value, cheap to copy.
class HttpDestination {
public:
    /// `url`: http or https; normalised by checkEndpointUrl.
    /// `trusted`: what may vouch for it besides the authorities of the system.
    explicit HttpDestination(const QUrl& url, const CertificateAuthority& trusted = {});

    const QString& host() const { return parts_->host; } ///< In ASCII; an IPv6 address without its brackets.
    /// What a certificate has to be for: the host without the dot of the root.
    const QString& certificateName() const { return parts_->certificateName; }
    quint16 port() const { return parts_->port; }
    bool isTls() const { return parts_->isTls; }
    bool isLoopback() const { return parts_->isLoopback; }
    /// Scheme, host and port alone.
    const QUrl& origin() const { return parts_->origin; }
    const CertificateAuthority& trusted() const { return parts_->trusted; }
    /// Scheme, host, port, and what vouches for it: destinations with the same peer may share a connection.
    const QByteArray& peer() const { return parts_->peer; }
    /// The first bytes of every post: "POST /hook?a=b HTTP/1.1\r\nHost: example.org\r\n".
    const QByteArray& firstLines() const { return parts_->firstLines; }
    /// The same for a proxy that is asked for http: "POST http://example.org/hook?a=b HTTP/1.1\r\n…".
    QByteArray firstLinesForProxy() const;

private:
    struct Parts {
        QString host;
        QString certificateName;
        quint16 port = 0;
        bool isTls = false;
        bool isLoopback = false;
        QUrl origin;
        CertificateAuthority trusted;
        QByteArray peer;
        QByteArray firstLines;
    };
    std::shared_ptr<const Parts> parts_;
};

} // namespace waybill
