// SPDX-License-Identifier: MIT
#include "window/deliveryactions.h"

#include "account/accountclient.h"
#include "contract/foreigntext.h"
#include "dialogs/confirmationdialog.h"
#include "history/history.h"
#include "places/deliveriesplace.h"
#include "words/obstacles.h"

#include <QTimer>
#include <QUrl>

#include <algorithm>
#include <memory>

namespace waybill {

namespace {
constexpr std::chrono::milliseconds doubleClick{700};
}

DeliveryActions::DeliveryActions(AccountClient& client, History& history, DeliveriesPlace& place, QObject* parent)
    : QObject(parent), client_(client), history_(history), place_(place) {
    connect(&place, &DeliveriesPlace::replayRequested, this, &DeliveryActions::replay);
}

void DeliveryActions::replay(const QStringList& deliveryIds) {
    if (deliveryIds.size() == 1) {
        replayOne(deliveryIds.constFirst());
        return;
    }
    // Where they would go is in the copy: one look for each, then the question.
    auto hosts = std::make_shared<QStringList>();
    auto open = std::make_shared<qsizetype>(deliveryIds.size());
    for (const QString& id : deliveryIds) {
        history_.readDelivery(id, this, [this, deliveryIds, hosts, open](const Result<DeliveryRow>& row) {
            if (row) {
                const QString host = isolated(QUrl(row->endpointUrl).host());
                if (!hosts->contains(host))
                    *hosts += host;
            }
            if (--*open == 0)
                ask(deliveryIds, *hosts);
        });
    }
}

void DeliveryActions::ask(const QStringList& deliveryIds, const QStringList& hosts) {
    constexpr qsizetype namedHosts = 4;
    QString where = hosts.mid(0, namedHosts).join(u", ");
    if (hosts.size() > namedHosts)
        where = tr("%1 and %n more", "hosts", int(hosts.size() - namedHosts)).arg(where);
    auto* dialog = opened(new ConfirmationDialog(
        {tr("Replay %n delivery(s)?", nullptr, int(deliveryIds.size())),
         where.isEmpty()
             ? tr("The events are sent once more, signed anew. Whoever receives them gets them again.")
             : tr("The events are sent once more, signed anew, to %1. Whoever receives there gets them again.")
                   .arg(where),
         tr("&Replay %n delivery(s)", nullptr, int(deliveryIds.size())),
         {},
         false},
        place_.window()));
    connect(dialog, &ConfirmationDialog::confirmed, this, [this, dialog, deliveryIds] {
        dialog->accept();
        for (const QString& id : deliveryIds)
            replayOne(id);
    });
}

void DeliveryActions::replayOne(const QString& deliveryId) {
    CommandNote& note = place_.replayNote();
    if (underWay_.contains(deliveryId)) {
        note.remind({});
        return;
    }
    if (justAsked_.contains(deliveryId)) {
        note.say({}, tr("A double click replays once."));
        return;
    }
    justAsked_.insert(deliveryId);
    QTimer::singleShot(doubleClick, this, [this, deliveryId] { justAsked_.remove(deliveryId); });
    if (underWay_.isEmpty()) {
        failed_.clear();
        note.begin({}, tr("The account is asked to send it once more."), [this] { stopWaiting(); });
    }
    // The answer never comes before the handle is here.
    underWay_.insert(deliveryId,
                     client_.replayDelivery(deliveryId, this, [this, deliveryId](const Result<QueuedDelivery>& queued) {
                         answered(deliveryId, queued);
                     }));
}

void DeliveryActions::answered(const QString& deliveryId, const Result<QueuedDelivery>& queued) {
    underWay_.remove(deliveryId);
    if (queued) {
        place_.selectIfShown(queued->deliveryId);
        Q_EMIT succeeded();
    } else {
        failed_ += deliveryId;
        why_ = queued.error();
    }
    if (!underWay_.isEmpty())
        return;
    if (failed_.isEmpty())
        place_.replayNote().finish({});
    else
        lookForRemedy();
}

void DeliveryActions::stopWaiting() {
    for (RequestHandle& request : underWay_)
        request.cancel();
    underWay_.clear();
    place_.replayNote().say({}, tr("Waybill waits no longer. The account may have done it all the same."));
}

void DeliveryActions::lookForRemedy() {
    const Obstacle obstacle = obstacleOf(why_);
    if (const QString remedy = remedyFor(obstacle); !remedy.isEmpty()) {
        tell(remedy, [this, obstacle] { Q_EMIT remedyRequested(obstacle); });
        return;
    }
    const auto again = [this, ids = failed_] {
        for (const QString& id : ids)
            replayOne(id);
    };
    if (why_.kind != ErrorKind::InvalidRequest) {
        tell(tr("Try again"), again);
        return;
    }
    // A disabled endpoint gets no replay: the copy knows whether it is that.
    history_.readDelivery(failed_.constFirst(), this, [this, again](const Result<DeliveryRow>& row) {
        const QString endpointId = row ? row->delivery.endpointId : QString();
        history_.readEndpoints(this, [this, again, endpointId](const Result<QList<EndpointSummary>>& endpoints) {
            const bool isDisabled =
                endpoints && std::ranges::any_of(*endpoints, [&](const EndpointSummary& one) {
                    return one.endpoint.id == endpointId && one.endpoint.status == EndpointStatus::Disabled;
                });
            if (isDisabled)
                tell(tr("Enable"), [this, endpointId] { Q_EMIT enableRequested(endpointId); });
            else
                tell(tr("Try again"), again);
        });
    });
}

void DeliveryActions::tell(const QString& action, const CommandNote::Act& act) {
    QStringList sentences{sentencesFor(why_)};
    if (failed_.size() > 1)
        sentences.prepend(tr("%n delivery(s) were not replayed.", nullptr, int(failed_.size())));
    place_.replayNote().fail({}, sentences.join(u' '), action, act);
    if (!place_.replayNote().isInSight({}))
        Q_EMIT failed(why_);
}

} // namespace waybill
