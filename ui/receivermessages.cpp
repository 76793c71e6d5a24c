// SPDX-License-Identifier: MIT
#include "receivermessages.h"

#include "contract/foreigntext.h"
#include "services.h"
#include "window/mainwindow.h"
#include "words/inbox.h"

#include <utility>

namespace waybill {

ReceiverMessages::ReceiverMessages(Services& services, MainWindow& window, BannerMessages& messages, QObject* parent)
    : QObject(parent)
    , services_(services)
    , window_(window)
    , messages_(messages)
    , client_(services.sandbox().transport(), services.apiKey(), services.clock(), services.random()) {
    const Receiver& receiver = services.receiver();
    connect(&receiver, &Receiver::failed, this, [this](const Error& error) {
        failure_ = error;
        show();
    });
    const auto recover = [this] {
        failure_.reset();
        show();
    };
    connect(&receiver, &Receiver::listening, this, recover);
    connect(&receiver, &Receiver::recovered, this, recover);
    connect(&services.sandbox(), &Sandbox::endpointsAstrayChanged, this, &ReceiverMessages::show);
}

void ReceiverMessages::show() {
    using Topic = BannerMessages::Topic;
    const Receiver& receiver = services_.receiver();
    const QUrl url = receiver.url();
    window_.setReceiverText(url.isEmpty() ? tr("Receiver: stopped") : tr("Receiver: %1").arg(isolated(url.authority())),
                            url.toString());
    const auto astray = int(services_.sandbox().endpointsAstray().size());
    const QString text = inboxText(receiver.portBefore(), receiver.address().port, astray);
    if (failure_) {
        messages_.sayError(Topic::Receiver, *failure_);
    } else if (isUpdating_) {
        messages_.say(Topic::Receiver, {PillKind::Info, tr("Updating the endpoints…"), {}, {}});
    } else if (text.isEmpty()) {
        messages_.unsay(Topic::Receiver);
    } else if (astray > 0) {
        messages_.say(Topic::Receiver,
                      {PillKind::Warning, text, tr("Update these endpoints"), [this] { updateEndpoints(); }});
    } else {
        messages_.say(Topic::Receiver, {PillKind::Info, text, {}, {}});
    }
}

void ReceiverMessages::updateEndpoints() {
    if (std::exchange(isUpdating_, true))
        return;
    messages_.unsay(BannerMessages::Topic::Action); // Of an earlier try.
    show();
    updateNext(services_.sandbox().endpointsAstray());
}

/// One after the other: the first that is refused tells why, and the others would be, too.
void ReceiverMessages::updateNext(QHash<QString, QString> endpoints) {
    const QUrl inbox = services_.receiver().url();
    if (endpoints.isEmpty() || inbox.isEmpty()) {
        isUpdating_ = false;
        show();
        return;
    }
    const QString id = endpoints.cbegin().key();
    QUrl url = inbox;
    url.setQuery(QUrl(endpoints.take(id)).query(QUrl::FullyEncoded));
    EndpointChanges changes;
    changes.url = url.toString(QUrl::FullyEncoded);
    client_.updateEndpoint(id, changes, this, [this, endpoints](const Result<Endpoint>& updated) {
        if (updated || updated.error().kind == ErrorKind::NotFound) {
            updateNext(endpoints);
            return;
        }
        isUpdating_ = false;
        show();
        messages_.sayError(BannerMessages::Topic::Action, updated.error());
    });
}

} // namespace waybill
