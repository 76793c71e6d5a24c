// SPDX-License-Identifier: MIT
#include "contract/endpointrules.h"

#include "contract/eventcatalogue.h"
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
    if (host == u"localhost" || host == u"::1")
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
    const QString trimmed = text.trimmed();
    const auto no = [](const QString& message) { return refused(u"url", message); };
    if (trimmed.isEmpty())
        return no(tr("Enter the address that should get the messages."));
    if (characterCount(trimmed) > maximumUrlLength)
        return no(tr("This address is too long: %1 characters at most.").arg(maximumUrlLength));
    if (std::ranges::any_of(trimmed, [](QChar c) {
            return c.isSpace() || c.category() == QChar::Other_Control || c.category() == QChar::Other_Format;
        }))
        return no(tr("An address has no spaces or hidden characters. Copy it again."));
    const QUrl url(trimmed, QUrl::StrictMode);
    const QString scheme = url.scheme();
    if (scheme != u"https" && scheme != u"http")
        return no(tr("Use an address that begins with https://."));
    if (!url.isValid() || url.host().isEmpty())
        return no(tr("This is not a complete address. It looks like https://example.com/path."));
    if (scheme == u"http" && !isLoopback(url, trimmed))
        return no(
            tr("Use an address that begins with https://. Plain http:// works only for this computer (localhost)."));
    if (!url.userInfo().isEmpty())
        return no(tr("Leave out the name and password before the @: they would be stored with the address."));
    if (url.hasFragment())
        return no(tr("Leave out the part after the #: it is never sent."));
    if (url.port() == 0)
        return no(tr("The port in this address is not a usable one."));
    QUrl normalised = url;
    if (normalised.path().isEmpty())
        normalised.setPath(QStringLiteral("/"));
    return normalised;
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
