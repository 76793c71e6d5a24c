// SPDX-License-Identifier: MIT
#pragma once

#include "http/proxyfinder.h"
#include "http/proxysetting.h"
#include "http/transport.h"

#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QUrl>

#include <chrono>

namespace waybill {

/// To a real account, over the network: total time limit, a response size limit, no redirects, no cookies, TLS
/// verified, a proxy where the setting names one (loopback always direct), and a POST body that refuses to be sent
/// twice by itself.
class HttpTransport final : public QObject, public Transport {
    Q_OBJECT
public:
    struct Limits {
        std::chrono::milliseconds time{30'000};
        qint64 responseBytes = 8LL * 1024 * 1024;
    };
    explicit HttpTransport(const QUrl& baseUrl, QObject* parent = nullptr);
    HttpTransport(const QUrl& baseUrl, Limits limits, QObject* parent = nullptr);
    /// The system's proxy unless told otherwise; follows `setting` from the next request on.
    void follow(const ProxySetting& setting);
    RequestHandle send(const HttpRequest& request, QObject* context, Done<HttpResponse> done) override;

private:
    class Call;
    Result<QNetworkRequest> prepare(const HttpRequest& request) const;

    QUrl baseUrl_;
    Limits limits_;
    QNetworkAccessManager network_;
    ProxyFinder proxies_;
};

} // namespace waybill
