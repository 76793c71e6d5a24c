// SPDX-License-Identifier: MIT
#include "http/httptransport.h"

#include "contract/endpointrules.h"
#include "http/loopback.h"
#include "http/proxyprobe.h"
#include "http/tlsfailure.h"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QPointer>
#include <QSslConfiguration>
#include <QTimer>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 readAhead = 64LL * 1024;

/// Can be read once: with a body that it can rewind, QNetworkAccessManager sends a request again by itself when the
/// peer closes without answering. Bodiless requests get an empty one for the same reason.
class BodyOnce final : public QIODevice {
public:
    explicit BodyOnce(const QByteArray& body) : left_(body) { open(QIODevice::ReadOnly | QIODevice::Unbuffered); }
    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    qint64 bytesAvailable() const override { return left_.size() + QIODevice::bytesAvailable(); }

protected:
    qint64 readData(char* data, qint64 most) override {
        if (left_.isEmpty())
            return -1;
        const qsizetype count = std::min<qsizetype>(most, left_.size());
        std::copy_n(left_.constData(), count, data);
        left_.remove(0, count);
        return count;
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    QByteArray left_;
};

QNetworkProxy forQt(const Proxy& proxy) {
    if (proxy.isDirect())
        return QNetworkProxy(QNetworkProxy::NoProxy);
    return {proxy.kind == Proxy::Kind::Socks5 ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, proxy.host,
            proxy.port, proxy.user, QString::fromUtf8(proxy.password.reveal())};
}

bool holdsControlCharacter(const QByteArray& text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// What QNetworkAccessManager calls an error although an answer came: 4xx and 5xx, and a redirect for which it cannot
// rewind the body.
bool isAnswer(QNetworkReply::NetworkError error, int status) {
    const bool isRefused = error >= QNetworkReply::ContentAccessDenied && error <= QNetworkReply::UnknownContentError &&
                           error != QNetworkReply::ContentReSendError;
    const bool isBroken = error >= QNetworkReply::InternalServerError && error <= QNetworkReply::UnknownServerError;
    const bool isRedirect = error == QNetworkReply::ContentReSendError && (status == 307 || status == 308);
    return status >= 200 && (error == QNetworkReply::NoError || isRefused || isBroken || isRedirect ||
                             error == QNetworkReply::ProtocolInvalidOperationError);
}

// Where it may have been the proxy, and Qt does not tell what it said.
bool mayBeTheProxy(QNetworkReply::NetworkError error) {
    return error == QNetworkReply::HostNotFoundError || error == QNetworkReply::ConnectionRefusedError ||
           error == QNetworkReply::RemoteHostClosedError || error == QNetworkReply::UnknownNetworkError ||
           (error >= QNetworkReply::ProxyConnectionRefusedError && error <= QNetworkReply::UnknownProxyError);
}

} // namespace

/// One request, from the call to the result; ends itself, and with the transport.
class HttpTransport::Call final : public QObject {
public:
    Call(HttpTransport& transport, QObject* context, Done<HttpResponse> done)
        : QObject(&transport.network_), transport_(transport), done_(std::move(done)), deadline_(this) {
        connect(context, &QObject::destroyed, this, &Call::cancel);
        deadline_.setSingleShot(true);
        connect(&deadline_, &QTimer::timeout, this, [this] {
            if (!reply_ || reply_->isFinished())
                return finish(failure(atProxy(proxy_.failure(ProxyFailure::Kind::TimedOut))));
            const auto limit = std::chrono::ceil<std::chrono::seconds>(transport_.limits_.time).count();
            stop(ErrorKind::TimedOut,
                 proxy_.isDirect() ? HttpTransport::tr("The account did not answer within %1 s.").arg(limit)
                                   : HttpTransport::tr("Through the proxy %2 the account did not answer within %1 s.")
                                         .arg(limit)
                                         .arg(proxy_.name()));
        });
    }

    void start(const QNetworkRequest& request, const QByteArray& method, const QByteArray& body) {
        deadline_.start(transport_.limits_.time);
        transport_.proxies_.find(transport_.baseUrl_, this, [this, request, method, body](const Proxy& proxy) {
            proxy_ = proxy;
            if (proxy.kind == Proxy::Kind::Unusable)
                return refuse(atProxy(proxy.failure(ProxyFailure::Kind::Unusable)));
            send(request, method, body);
        });
    }

    void refuse(const Error& error) {
        QMetaObject::invokeMethod(
            this, [this, error] { finish(failure(error)); }, Qt::QueuedConnection);
    }

    void cancel() {
        done_ = nullptr;
        end();
    }

private:
    void send(const QNetworkRequest& request, const QByteArray& method, const QByteArray& body) {
        if (transport_.network_.proxy() != forQt(proxy_))
            transport_.network_.setProxy(forQt(proxy_));
        auto* content = new BodyOnce(body);
        reply_ = transport_.network_.sendCustomRequest(request, method, content);
        content->setParent(reply_);
        reply_->setReadBufferSize(readAhead);
        connect(reply_, &QNetworkReply::readyRead, this, &Call::read);
        connect(reply_, &QNetworkReply::sslErrors, this,
                [this](const QList<QSslError>& errors) { tlsErrors_ = errors; });
        // Queued: `done` may do anything, and must not do it in the middle of the reply's own work.
        connect(reply_, &QNetworkReply::finished, this, &Call::settle, Qt::QueuedConnection);
    }

    void read() {
        body_ += reply_->readAll();
        if (body_.size() > transport_.limits_.responseBytes)
            stop(ErrorKind::UnreadableAnswer,
                 HttpTransport::tr("The account's answer is larger than %1 KB. It was not read further.")
                     .arg(transport_.limits_.responseBytes / 1024));
    }

    void stop(ErrorKind kind, const QString& message) {
        if (reply_->isFinished())
            return;
        stopped_.emplace();
        stopped_->kind = kind;
        stopped_->message = message;
        reply_->abort();
    }

    void settle() {
        if (!stopped_)
            body_ += reply_->readAll();
        const int status = reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (stopped_)
            finish(failure(*stopped_));
        else if (isAnswer(reply_->error(), status))
            finish(answer(status));
        else if (!proxy_.isDirect() && mayBeTheProxy(reply_->error()))
            askProxy();
        else
            finish(networkFailure());
    }

    void askProxy() {
        const QUrl url = reply_->url();
        auto* probe = new ProxyProbe(proxy_, url.host(), quint16(url.port(443)), this);
        connect(
            probe, &ProxyProbe::finished, this,
            [this](const std::optional<ProxyFailure>& why) { finish(why ? failure(atProxy(*why)) : networkFailure()); },
            Qt::QueuedConnection);
        probe->start();
    }

    Error atProxy(const ProxyFailure& why) const {
        Error error;
        error.kind = why.kind == ProxyFailure::Kind::TimedOut ? ErrorKind::TimedOut : ErrorKind::Unreachable;
        error.message = describe(why);
        error.code = proxyErrorPrefix.toString() + nameOf(why.kind);
        error.details = reply_ ? reply_->errorString() : QString();
        return error;
    }

    HttpResponse answer(int status) const {
        HttpResponse response;
        response.status = status;
        for (const auto& [name, value] : reply_->rawHeaderPairs())
            response.headers.add(name, value);
        response.body = body_;
        return response;
    }

    QString whyNotSafe(const QString& host) const {
        if (tlsErrors_.isEmpty())
            return HttpTransport::tr("No safe connection (TLS) to %1 came about.").arg(host);
        const auto say = [&host](const QString& what) {
            return HttpTransport::tr("%1 Nothing was sent.", "what is wrong with a certificate").arg(what.arg(host));
        };
        switch (handshakeFailure({{}, {}, tlsErrors_, false})) {
        case AttemptFailure::CertificateExpired:
            return say(HttpTransport::tr("The certificate of %1 has expired."));
        case AttemptFailure::CertificateNotYetValid:
            return say(HttpTransport::tr("The certificate of %1 is not valid yet."));
        case AttemptFailure::CertificateSelfSigned:
            return say(HttpTransport::tr("The certificate of %1 is signed by itself."));
        case AttemptFailure::CertificateUnknownAuthority:
            return say(HttpTransport::tr("This computer does not know who issued the certificate of %1."));
        case AttemptFailure::CertificateWrongName:
            return say(HttpTransport::tr("The certificate of %1 is for another name."));
        case AttemptFailure::CertificateRevoked:
            return say(HttpTransport::tr("The certificate of %1 was revoked."));
        default:
            return say(HttpTransport::tr("The certificate of %1 cannot be trusted."));
        }
    }

    Result<HttpResponse> networkFailure() const {
        const QString host = transport_.baseUrl_.host();
        const auto say = [this](ErrorKind kind, const QString& message) {
            return failure(kind, message, reply_->errorString());
        };
        switch (reply_->error()) {
        case QNetworkReply::HostNotFoundError:
            return say(
                ErrorKind::Unreachable,
                HttpTransport::tr("The name %1 has no address. Is it right, and is this computer online?").arg(host));
        case QNetworkReply::ConnectionRefusedError:
            return say(ErrorKind::Unreachable, HttpTransport::tr("Nothing listens at the address of %1.").arg(host));
        case QNetworkReply::RemoteHostClosedError:
            return say(ErrorKind::Unreachable,
                       HttpTransport::tr("%1 closed the connection before its answer was complete.").arg(host));
        case QNetworkReply::ContentReSendError:
            return say(ErrorKind::Unreachable,
                       HttpTransport::tr("%1 closed the connection or did not answer in HTTP.").arg(host));
        case QNetworkReply::TimeoutError:
        case QNetworkReply::ProxyTimeoutError:
            return say(ErrorKind::TimedOut, HttpTransport::tr("%1 did not answer in time.").arg(host));
        case QNetworkReply::SslHandshakeFailedError:
            return say(ErrorKind::Untrusted, whyNotSafe(host));
        case QNetworkReply::NoError: // An interim answer that was not skipped.
        case QNetworkReply::ProtocolFailure:
        case QNetworkReply::ProtocolUnknownError:
        case QNetworkReply::ProtocolInvalidOperationError:
            return say(ErrorKind::UnreadableAnswer,
                       HttpTransport::tr("Something answered at %1, but not in HTTP.").arg(host));
        default:
            if (!proxy_.isDirect())
                return say(ErrorKind::Unreachable,
                           HttpTransport::tr("%1 could not be reached through the proxy %2.").arg(host, proxy_.name()));
            return say(ErrorKind::Unreachable, HttpTransport::tr("%1 could not be reached.").arg(host));
        }
    }

    void finish(const Result<HttpResponse>& result) {
        const Done<HttpResponse> done = std::exchange(done_, nullptr);
        end();
        if (done)
            done(result);
    }

    void end() {
        deadline_.stop();
        if (reply_) {
            reply_->disconnect(this);
            reply_->abort();
            reply_->deleteLater();
            reply_ = nullptr;
        }
        deleteLater();
    }

    HttpTransport& transport_;
    Proxy proxy_;
    Done<HttpResponse> done_;
    QTimer deadline_;
    QPointer<QNetworkReply> reply_;
    QList<QSslError> tlsErrors_; ///< Of the certificate.
    QByteArray body_;
    std::optional<Error> stopped_;
};

HttpTransport::HttpTransport(const QUrl& baseUrl, QObject* parent) : HttpTransport(baseUrl, Limits{}, parent) {}

HttpTransport::HttpTransport(const QUrl& baseUrl, Limits limits, QObject* parent)
    : QObject(parent), baseUrl_(baseUrl), limits_(limits), network_(this), proxies_(this) {
    network_.setProxy(QNetworkProxy::NoProxy);
}

void HttpTransport::follow(const ProxySetting& setting) {
    proxies_.setChoice(setting.choice());
    connect(&setting, &ProxySetting::changed, this, [this](const ProxyChoice& choice) { proxies_.setChoice(choice); });
}

Result<QNetworkRequest> HttpTransport::prepare(const HttpRequest& request) const {
    // The rule for endpoints is the one for carrying a key: https, or http to this computer, and no user info.
    if (const auto allowed = checkEndpointUrl(baseUrl_.toString(QUrl::FullyEncoded)); !allowed)
        return failure(allowed.error());
    QUrl url = QUrl::fromEncoded(baseUrl_.toEncoded(QUrl::RemoveQuery | QUrl::StripTrailingSlash) + request.target,
                                 QUrl::StrictMode);
    if (!request.target.startsWith('/') || !url.isValid())
        return failure(ErrorKind::Malformed, tr("The address of this request is not a usable one."));

    HttpHeaders headers = request.headers;
    // Names below localhost are not asked of anybody.
    const QString name = isLocalhostName(url.host()) && url.host() != u"localhost" ? url.host() : QString();
    if (!name.isEmpty()) {
        headers.set("Host", url.authority(QUrl::FullyEncoded).toLatin1());
        url.setHost(u"127.0.0.1"_s);
    }
    QNetworkRequest prepared(url);
    prepared.setPeerVerifyName(name);
    if (!headers.value("Accept"))
        headers.add("Accept", "*/*");
    headers.set("User-Agent", "Waybill/" WAYBILL_VERSION);
    headers.set("Accept-Encoding", "identity");
    headers.set("Accept-Language", "en");
    headers.set("Content-Length", QByteArray::number(request.body.size()));
    for (const HttpHeader& field : headers.fields()) {
        if (holdsControlCharacter(field.name) || holdsControlCharacter(field.value))
            return failure(ErrorKind::Malformed,
                           tr("A header of this request holds a character that cannot be sent: %1")
                               .arg(QString::fromLatin1(field.name)));
        prepared.setRawHeader(field.name, headers.values(field.name).join(", "));
    }
    prepared.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    prepared.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    // A buffered body could be rewound.
    prepared.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    prepared.setSslConfiguration(tls);
    return prepared;
}

RequestHandle HttpTransport::send(const HttpRequest& request, QObject* context, Done<HttpResponse> done) {
    auto* call = new Call(*this, context, std::move(done));
    if (const auto prepared = prepare(request))
        call->start(*prepared, request.method, request.body);
    else
        call->refuse(prepared.error());
    return RequestHandle([call = QPointer<Call>(call)] {
        if (call)
            call->cancel();
    });
}

} // namespace waybill
