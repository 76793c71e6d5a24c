// SPDX-License-Identifier: MIT
#include "contract/endpointrules.h"

#include "contract/addresstext.h"
#include "contract/eventcatalogue.h"
#include "contract/localhost.h"
#include "contract/unicode.h"

#include <QCoreApplication>

#include <algorithm>

namespace waybill {

namespace {
auto refused(const char16_t* param, const QString& message) {
    Error error;
    error.kind = ErrorKind::InvalidRequest;
    error.message = message;
    error.param = QStringView(param).toString();
    return failure(std::move(error));
}

QString tr(const char* text) {
    return QCoreApplication::translate("EndpointRules", text);
}

// Only the plain forms: other spellings of an address ("127.1", "0x7f.1") are read differently by different programs.
bool isLoopback(const QUrl& url, const QString& text) {
    const QString host = url.host();
    if (isLocalhostName(host) || host == u"::1")
        return true;
    const QStringList parts = host.split(u'.');
    return parts.size() == 4 && parts.first() == u"127" && text.contains(host) &&
           std::ranges::all_of(parts, [](const QString& part) {
               bool isNumber = false;
               const int number = part.toInt(&isNumber);
               return isNumber && number <= 255 && QString::number(number) == part;
           });
}
} // namespace

Result<QUrl> checkEndpointUrl(const QString& text) {
    const auto address = readAddress(text);
    if (!address)
        return refused(u"url", address.error().message);
    if (address->scheme() == u"http" && !isLoopback(*address, text.toLower()))
        return refused(
            u"url",
            tr("Use an address that begins with https://. Plain http:// works only for this computer (localhost)."));
    return *address;
}

Result<QStringList> checkEnabledEvents(const QStringList& names) {
    const auto no = [](const QString& message) { return refused(u"enabled_events", message); };
    if (names.isEmpty())
        return no(tr("Choose at least one event."));
    if (names.size() > maximumEnabledEvents)
        return no(tr("Choose %1 events at most.").arg(maximumEnabledEvents));
    if (names.contains(allEvents)) {
        if (names.size() > 1)
            return no(tr("“*” means all events and stands alone."));
        return names;
    }
    QStringList once;
    for (const QString& name : names) {
        if (!findEventType(name))
            return no(tr("There is no event named “%1”.").arg(firstCharacters(name, 100)));
        if (!once.contains(name))
            once += name;
    }
    return once;
}

Result<void> checkDescription(const QString& description) {
    if (characterCount(description) > maximumDescriptionLength)
        return refused(u"description",
                       tr("This name is too long: %1 characters at most.").arg(maximumDescriptionLength));
    return {};
}

Result<void> checkApiVersion(const QString& apiVersion) {
    if (characterCount(apiVersion) > maximumApiVersionLength)
        return refused(u"api_version",
                       tr("This version is too long: %1 characters at most.").arg(maximumApiVersionLength));
    return {};
}

Result<EndpointDraft> checkDraft(EndpointDraft draft) {
    return checkEndpointUrl(draft.url)
        .and_then([&](const QUrl& url) {
            draft.url = url.toString(QUrl::FullyEncoded);
            return checkEnabledEvents(draft.enabledEvents);
        })
        .and_then([&](const QStringList& events) {
            draft.enabledEvents = events;
            return checkDescription(draft.description);
        })
        .and_then([&] { return checkApiVersion(draft.apiVersion); })
        .map([&] { return draft; });
}

Result<EndpointChanges> checkChanges(EndpointChanges changes) {
    if (changes.url) {
        const auto url = checkEndpointUrl(*changes.url);
        if (!url)
            return failure(url.error());
        changes.url = url->toString(QUrl::FullyEncoded);
    }
    if (changes.enabledEvents) {
        auto events = checkEnabledEvents(*changes.enabledEvents);
        if (!events)
            return failure(events.error());
        changes.enabledEvents = *events;
    }
    if (changes.description) {
        if (auto checked = checkDescription(*changes.description); !checked)
            return failure(checked.error());
    }
    if (changes.apiVersion) {
        if (auto checked = checkApiVersion(*changes.apiVersion); !checked)
            return failure(checked.error());
    }
    return changes;
}

} // namespace waybill
