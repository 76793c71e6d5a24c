// SPDX-License-Identifier: MIT
#include "words/proxies.h"

#include <QCoreApplication>

namespace waybill {

namespace {
struct Sentences {
    const char* happened;
    const char* nextStep;
};

Sentences sentencesFor(const ProxyFailure& failure) {
    switch (failure.kind) {
    case ProxyFailure::Kind::LookUp:
        return {QT_TRANSLATE_NOOP("Proxies", "The name of the proxy %1 was not found, so nothing was sent."),
                QT_TRANSLATE_NOOP("Proxies", "Check how it is written in Settings, or on this computer.")};
    case ProxyFailure::Kind::Refused:
        return {QT_TRANSLATE_NOOP("Proxies", "The proxy %1 refused the connection, so nothing was sent."),
                QT_TRANSLATE_NOOP("Proxies", "Start it, or check its port in Settings.")};
    case ProxyFailure::Kind::Unreachable:
        return {QT_TRANSLATE_NOOP("Proxies", "The proxy %1 could not be reached, so nothing was sent."),
                QT_TRANSLATE_NOOP("Proxies", "Check the network, and whether it is still the right proxy.")};
    case ProxyFailure::Kind::WantsPassword:
        return {QT_TRANSLATE_NOOP("Proxies", "The proxy %1 asks for a name and a password (407)."),
                QT_TRANSLATE_NOOP("Proxies", "Enter them in Settings, under Proxy.")};
    case ProxyFailure::Kind::PasswordRefused:
        return {QT_TRANSLATE_NOOP("Proxies", "The proxy %1 did not accept the name and password (407)."),
                QT_TRANSLATE_NOOP("Proxies", "Correct them in Settings, under Proxy.")};
    case ProxyFailure::Kind::Denied:
        return {failure.status ? QT_TRANSLATE_NOOP("Proxies", "The proxy %1 answered %2: it does not allow this "
                                                              "address.")
                               : QT_TRANSLATE_NOOP("Proxies", "The proxy %1 does not allow this address."),
                QT_TRANSLATE_NOOP("Proxies", "Ask the people who run the proxy to allow the receiver's host.")};
    case ProxyFailure::Kind::NoWay:
        return {failure.status
                    ? QT_TRANSLATE_NOOP("Proxies", "The proxy %1 answered %2: it could not reach the receiver.")
                    : QT_TRANSLATE_NOOP("Proxies", "The proxy %1 could not reach the receiver."),
                QT_TRANSLATE_NOOP("Proxies", "Check the address. If it is right, tell the people who run the proxy.")};
    case ProxyFailure::Kind::Answered:
        return {failure.status ? QT_TRANSLATE_NOOP("Proxies", "The proxy %1 answered %2 instead of letting the message "
                                                              "through.")
                               : QT_TRANSLATE_NOOP("Proxies", "The proxy %1 did not let the message through."),
                QT_TRANSLATE_NOOP("Proxies", "Ask the people who run the proxy what that means.")};
    case ProxyFailure::Kind::Closed:
        return {QT_TRANSLATE_NOOP("Proxies", "The proxy %1 closed the connection without an answer."),
                QT_TRANSLATE_NOOP("Proxies", "Check that it is a proxy for https, and its port in Settings.")};
    case ProxyFailure::Kind::Unreadable:
        return {QT_TRANSLATE_NOOP("Proxies", "What answers at %1 is not a proxy of that kind."),
                QT_TRANSLATE_NOOP("Proxies", "Check its address and port in Settings, or on this computer.")};
    case ProxyFailure::Kind::TimedOut:
        return {QT_TRANSLATE_NOOP("Proxies", "The proxy %1 did not answer within 10 s, so nothing was sent."),
                QT_TRANSLATE_NOOP("Proxies", "Check the network, and whether the proxy is running.")};
    case ProxyFailure::Kind::Unusable:
        return {QT_TRANSLATE_NOOP("Proxies", "The proxy %1 is of a kind that Waybill cannot use, so nothing was sent."),
                QT_TRANSLATE_NOOP("Proxies", "Choose an http or socks5 proxy in Settings, or none.")};
    }
    return {};
}
} // namespace

AttemptWords wordsFor(const ProxyFailure& failure) {
    const Sentences sentences = sentencesFor(failure);
    const QString form = QCoreApplication::translate("Proxies", sentences.happened);
    const QString happened =
        form.contains(u"%2") ? form.arg(failure.proxy, QString::number(failure.status)) : form.arg(failure.proxy);
    return {happened, QCoreApplication::translate("Proxies", sentences.nextStep)};
}

} // namespace waybill
