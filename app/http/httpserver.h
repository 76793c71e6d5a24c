// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"
#include "http/httpmessage.h"

#include <QObject>

#include <chrono>
#include <functional>
#include <memory>

class QTcpServer;

namespace waybill {

/// What one loopback server takes from the world.
struct HttpServerLimits {
    int headerBytes = 16 * 1024;                   ///< 431 past it.
    int headerFields = 100;                        ///< 431 past it.
    qint64 bodyBytes = 1024LL * 1024;              ///< 413 past it.
    int connections = 256;                         ///< 503 past it.
    std::chrono::milliseconds headerTime{10'000};  ///< 408 past it.
    std::chrono::milliseconds requestTime{30'000}; ///< 408 past it, head and body together.
    std::chrono::milliseconds idleTime{15'000};    ///< Between requests; then the connection is closed.
};

/// HTTP/1.1 on 127.0.0.1 and [::1]: keep-alive, chunked bodies, strict parsing (Beast), limits with a clear answer for
/// each. Takes only an exact `Host` (127.0.0.1, localhost, a name below it or [::1] with this port, once; 421
/// otherwise), the same for an address in place of a path, and no foreign `Origin` or cross-site fetch (403), all
/// before the handler sees anything. `OPTIONS *` is answered here. Lives on the thread that made it.
class HttpServer final : public QObject {
    Q_OBJECT
public:
    /// Answers one request; may be called later, from the server's thread, at most once. Harmless after the server has
    /// gone.
    using Respond = std::function<void(HttpResponse)>;
    using Handler = std::function<void(const HttpRequest&, Respond)>;
    /// The answer for what never reaches the handler (400, 403, 408, 413, 421, 431, 503, ...).
    using Refusal = std::function<HttpResponse(int status, const QString& message)>;

    HttpServer(Handler handler, Refusal refusal, QObject* parent = nullptr);
    HttpServer(Handler handler, Refusal refusal, HttpServerLimits limits, QObject* parent = nullptr);
    ~HttpServer() override;

    /// Port 0 takes a free one. Answers the port; Error PortTaken where another program has it at either address,
    /// others where this computer does not let us.
    Result<quint16> listen(quint16 port);
    void close();
    quint16 port() const; ///< 0 where it does not listen.
    /// Not every computer has [::1].
    bool answersIpv6() const;

private:
    class Connection;
    friend class Connection;
    void welcome(QTcpServer& server);
    static Error whyNot(const QTcpServer& server, quint16 port);
    std::unique_ptr<QTcpServer> ipv4_;
    std::unique_ptr<QTcpServer> ipv6_;
    Handler handler_;
    Refusal refusal_;
    HttpServerLimits limits_;
    int connections_ = 0;
};

} // namespace waybill
