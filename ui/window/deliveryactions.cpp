// SPDX-License-Identifier: MIT
#include "window/deliveryactions.h"

#include "account/accountclient.h"
#include "contract/foreigntext.h"
#include "dialogs/confirmationdialog.h"
#include "history/history.h"
#include "places/deliveriesplace.h"

#include <QTimer>
#include <QUrl>

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
    if (replaying_.contains(deliveryId))
        return; // The second click of a double click.
    replaying_.insert(deliveryId);
    QTimer::singleShot(doubleClick, this, [this, deliveryId] { replaying_.remove(deliveryId); });
    client_.replayDelivery(deliveryId, this, [this](const Result<QueuedDelivery>& queued) {
        if (!queued) {
            Q_EMIT failed(queued.error());
            return;
        }
        place_.selectIfShown(queued->deliveryId);
        Q_EMIT succeeded();
    });
}

} // namespace waybill
