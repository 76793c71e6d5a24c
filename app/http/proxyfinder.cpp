// SPDX-License-Identifier: MIT
#include "http/proxyfinder.h"

#include <QFutureWatcher>
#include <QNetworkProxyFactory>
#include <QPromise>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace waybill {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr auto answerCounts = 30s;
constexpr qsizetype mostKnown = 256;

Proxy proxyOf(const QNetworkProxy& found) {
    Proxy proxy;
    switch (found.type()) {
    case QNetworkProxy::HttpProxy:
    case QNetworkProxy::HttpCachingProxy:
        proxy.kind = Proxy::Kind::Http;
        break;
    case QNetworkProxy::Socks5Proxy:
        proxy.kind = Proxy::Kind::Socks5;
        break;
    case QNetworkProxy::NoProxy:
        return proxy;
    case QNetworkProxy::DefaultProxy:
    case QNetworkProxy::FtpCachingProxy:
        proxy.kind = Proxy::Kind::Unusable;
        break;
    }
    proxy.host = found.hostName();
    proxy.port = found.port();
    proxy.user = found.user();
    proxy.password = Secret(found.password().toUtf8());
    return proxy;
}

} // namespace

void ProxyFinder::setChoice(const ProxyChoice& choice) {
    choice_ = choice;
    known_.clear();
}

void ProxyFinder::find(const QUrl& url, QObject* context, Found found) {
    if (const auto proxy = choice_.proxyFor(url)) {
        found(*proxy);
        return;
    }
    QUrl origin;
    origin.setScheme(url.scheme());
    origin.setHost(url.host());
    origin.setPort(url.port());
    const QString name = origin.toString();
    if (const auto known = known_.constFind(name); known != known_.constEnd() && !known->until.hasExpired()) {
        found(known->proxy);
        return;
    }
    QList<Waiting>& waiting = waiting_[name];
    waiting.append({context, std::move(found)});
    if (waiting.size() > 1)
        return;
    // Not captured, but watched: the finder may be gone by then.
    const auto promise = std::make_shared<QPromise<Proxy>>();
    auto* answer = new QFutureWatcher<Proxy>(this);
    connect(answer, &QFutureWatcherBase::finished, this, [this, answer, name] {
        answer->deleteLater();
        answered(name, answer->result());
    });
    answer->setFuture(promise->future());
    promise->start();
    QThreadPool::globalInstance()->start([promise, origin] {
        const auto proxies = QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(origin));
        promise->addResult(proxyOf(proxies.value(0, QNetworkProxy::NoProxy)));
        promise->finish();
    });
}

void ProxyFinder::answered(const QString& origin, const Proxy& proxy) {
    if (known_.size() >= mostKnown)
        known_.clear();
    known_.insert(origin, {proxy, QDeadlineTimer(answerCounts)});
    // Who asked before the choice was another gets what counts now.
    for (const Waiting& waiting : waiting_.take(origin)) {
        if (waiting.context)
            waiting.found(choice_.proxyFor(QUrl(origin)).value_or(proxy));
    }
}

} // namespace waybill
