// SPDX-License-Identifier: MIT
#include "words/proxies.h"

#include "contract/foreigntext.h"

#include <QCoreApplication>

namespace waybill {

namespace {
QString words(const char* text) {
    return QCoreApplication::translate("Proxies", text);
}

const char* happened(const ProxyFailure& failure) {
    const bool hasStatus = failure.status != 0;
    switch (failure.kind) {
    case ProxyFailure::Kind::LookUp:
        return QT_TRANSLATE_NOOP("Proxies", "The name of the proxy %1 was not found, so nothing was sent.");
    case ProxyFailure::Kind::Refused:
        return QT_TRANSLATE_NOOP("Proxies", "The proxy %1 refused the connection, so nothing was sent.");
    case ProxyFailure::Kind::Unreachable:
        return QT_TRANSLATE_NOOP("Proxies", "The proxy %1 could not be reached, so nothing was sent.");
    case ProxyFailure::Kind::WantsPassword:
        return QT_TRANSLATE_NOOP("Proxies", "The proxy %1 asks for a name and a password (407).");
    case ProxyFailure::Kind::PasswordRefused:
        return QT_TRANSLATE_NOOP("Proxies", "The proxy %1 did not accept the name and password (407).");
    case ProxyFailure::Kind::Denied:
        return hasStatus ? QT_TRANSLATE_NOOP("Proxies", "The proxy %1 answered %2: it does not allow this address.")
                         : QT_TRANSLATE_NOOP("Proxies", "The proxy %1 does not allow this address.");
    case ProxyFailure::Kind::NoWay:
        return hasStatus ? QT_TRANSLATE_NOOP("Proxies", "The proxy %1 answered %2: it could not reach this address.")
                         : QT_TRANSLATE_NOOP("Proxies", "The proxy %1 could not reach this address.");
    case ProxyFailure::Kind::Answered:
        return hasStatus ? QT_TRANSLATE_NOOP("Proxies", "The proxy %1 answered %2: it did not open the way.")
                         : QT_TRANSLATE_NOOP("Proxies", "The proxy %1 did not open the way.");
    case ProxyFailure::Kind::Closed:
        return QT_TRANSLATE_NOOP("Proxies", "The proxy %1 closed the connection before it answered.");
    case ProxyFailure::Kind::Unreadable:
        return QT_TRANSLATE_NOOP("Proxies", "What answers at %1 is not a proxy of that kind.");
    case ProxyFailure::Kind::TimedOut:
        return QT_TRANSLATE_NOOP("Proxies", "The proxy %1 did not answer in time, so nothing was sent.");
    case ProxyFailure::Kind::Unusable:
        return QT_TRANSLATE_NOOP("Proxies", "The proxy %1 is of a kind that Waybill cannot use, so nothing was sent.");
    }
    return nullptr;
}
} // namespace

QString nextStepFor(ProxyFailure::Kind kind) {
    switch (kind) {
    case ProxyFailure::Kind::LookUp:
        return words(QT_TRANSLATE_NOOP("Proxies", "Check how it is written in Settings, or on this computer."));
    case ProxyFailure::Kind::Refused:
        return words(QT_TRANSLATE_NOOP("Proxies", "Start it, or check its port in Settings."));
    case ProxyFailure::Kind::Unreachable:
        return words(QT_TRANSLATE_NOOP("Proxies", "Check the network, and whether it is still the right proxy."));
    case ProxyFailure::Kind::WantsPassword:
        return words(QT_TRANSLATE_NOOP("Proxies", "Enter them in Settings, under Proxy."));
    case ProxyFailure::Kind::PasswordRefused:
        return words(QT_TRANSLATE_NOOP("Proxies", "Correct them in Settings, under Proxy."));
    case ProxyFailure::Kind::Denied:
        return words(QT_TRANSLATE_NOOP("Proxies", "Ask the people who run the proxy to allow it."));
    case ProxyFailure::Kind::NoWay:
        return words(
            QT_TRANSLATE_NOOP("Proxies", "Check the address. If it is right, tell the people who run the proxy."));
    case ProxyFailure::Kind::Answered:
        return words(QT_TRANSLATE_NOOP("Proxies", "Ask the people who run the proxy what that means."));
    case ProxyFailure::Kind::Closed:
        return words(QT_TRANSLATE_NOOP("Proxies", "Check that it is a proxy for https, and its port in Settings."));
    case ProxyFailure::Kind::Unreadable:
        return words(QT_TRANSLATE_NOOP("Proxies", "Check its address and port in Settings, or on this computer."));
    case ProxyFailure::Kind::TimedOut:
        return words(QT_TRANSLATE_NOOP("Proxies", "Check the network, and whether the proxy is running."));
    case ProxyFailure::Kind::Unusable:
        return words(QT_TRANSLATE_NOOP("Proxies", "Choose an http or socks5 proxy in Settings, or none."));
    }
    return {};
}

AttemptWords wordsFor(const ProxyFailure& failure) {
    const QString form = words(happened(failure));
    const QString said = form.contains(u"%2") ? form.arg(isolated(failure.proxy), QString::number(failure.status))
                                              : form.arg(isolated(failure.proxy));
    return {said, nextStepFor(failure.kind)};
}

} // namespace waybill
