// SPDX-License-Identifier: MIT
#include "window/endpointactions.h"

#include "account/accountclient.h"
#include "dialogs/confirmationdialog.h"
#include "dialogs/endpointdialog.h"
#include "dialogs/secretdialog.h"
#include "models/endpointlistmodel.h"
#include "places/endpointsplace.h"
#include "receiver/receiver.h"

#include <QLocale>

namespace waybill {

namespace {
/// Shown beside the window, gone when it is closed. Never a nested event loop.
template <typename Dialog>
Dialog* opened(Dialog* dialog) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}
} // namespace

EndpointActions::EndpointActions(const Surroundings& surroundings, EndpointsPlace& place, QObject* parent)
    : QObject(parent), surroundings_(surroundings), place_(place) {
    connect(&place, &EndpointsPlace::editRequested, this, &EndpointActions::edit);
    connect(&place, &EndpointsPlace::deleteRequested, this, &EndpointActions::remove);
    connect(&place, &EndpointsPlace::rotateRequested, this, &EndpointActions::rotate);
    connect(&place, &EndpointsPlace::enableRequested, this, &EndpointActions::setEnabled);
    connect(&place, &EndpointsPlace::testRequested, this, &EndpointActions::sendTest);
}

QWidget* EndpointActions::window() const {
    return place_.window();
}

void EndpointActions::create() {
    auto* dialog = opened(new EndpointDialog(surroundings_.receiver, window()));
    connect(dialog, &EndpointDialog::submitted, this, [this, dialog] { submitCreate(dialog); });
}

void EndpointActions::submitCreate(EndpointDialog* dialog) {
    dialog->setBusy(true);
    surroundings_.client.createEndpoint(
        dialog->draft(), dialog, [this, dialog](const Result<EndpointWithSecret>& created) {
            dialog->setBusy(false);
            if (!created) {
                dialog->setError(created.error());
                return;
            }
            dialog->accept();
            surroundings_.history.putEndpoint(created->endpoint, this, [](const Result<void>&) {});
            place_.select(created->endpoint.id);
            showSecret(*created);
        });
}

void EndpointActions::showSecret(const EndpointWithSecret& issued) {
    auto* dialog = opened(new SecretDialog({endpointName(issued.endpoint), issued.secret,
                                            surroundings_.receiver.owns(QUrl(issued.endpoint.url)),
                                            issued.previousSecretValidUntil, surroundings_.clock.now()},
                                           surroundings_.clipboard, window()));
    connect(dialog, &QDialog::finished, this, [this, dialog, issued] {
        if (dialog->keepsCopy())
            keepSecret(issued);
    });
}

void EndpointActions::keepSecret(const EndpointWithSecret& issued) {
    surroundings_.receiver.useSecret(ownerOf(issued.endpoint.id), issued.secret, issued.previousSecretValidUntil, this,
                                     [this](const Result<void>& kept) {
                                         if (!kept)
                                             Q_EMIT failed(kept.error());
                                     });
}

void EndpointActions::edit(const Endpoint& endpoint) {
    auto* dialog = opened(new EndpointDialog(endpoint, surroundings_.receiver, window()));
    connect(dialog, &EndpointDialog::submitted, this, [this, dialog, endpoint] { submitEdit(dialog, endpoint); });
}

void EndpointActions::submitEdit(EndpointDialog* dialog, const Endpoint& endpoint) {
    dialog->setBusy(true);
    surroundings_.client.updateEndpoint(
        endpoint.id, dialog->changes(), dialog, [this, dialog](const Result<Endpoint>& changed) {
            dialog->setBusy(false);
            if (!changed) {
                dialog->setError(changed.error());
                return;
            }
            dialog->accept();
            surroundings_.history.putEndpoint(*changed, this, [](const Result<void>&) {});
        });
}

void EndpointActions::remove(const EndpointSummary& summary) {
    const Endpoint endpoint = summary.endpoint;
    const bool isEnabled = endpoint.status == EndpointStatus::Enabled;
    const QString goes = summary.deliveries > 0 ? tr("Deleting removes this endpoint and its %n delivery(s) for good.",
                                                     nullptr, summary.deliveries)
                                                : tr("Deleting removes this endpoint for good.");
    auto* dialog = opened(
        new ConfirmationDialog({tr("Delete “%1”?").arg(endpointName(endpoint)),
                                isEnabled ? goes + u' ' + tr("Disable it instead if you may want it back.") : goes,
                                tr("&Delete endpoint"), isEnabled ? tr("Di&sable instead") : QString(), true},
                               window()));
    connect(dialog, &ConfirmationDialog::alternativeChosen, this, [this, dialog, id = endpoint.id] {
        dialog->accept();
        setEnabled(id, false);
    });
    connect(dialog, &ConfirmationDialog::confirmed, this, [this, dialog, id = endpoint.id] {
        dialog->setBusy(true);
        surroundings_.client.deleteEndpoint(id, dialog, [this, dialog, id](const Result<void>& deleted) {
            dialog->setBusy(false);
            // Somebody else deleted it: that was what the person wanted.
            if (!deleted && deleted.error().kind != ErrorKind::NotFound) {
                dialog->setError(deleted.error());
                return;
            }
            dialog->accept();
            surroundings_.receiver.forgetSecret(ownerOf(id));
            surroundings_.history.removeEndpoint(id, this, [](const Result<void>&) {});
        });
    });
}

void EndpointActions::rotate(const Endpoint& endpoint) {
    auto* dialog = opened(new ConfirmationDialog(
        {tr("Rotate the signing secret of “%1”?").arg(endpointName(endpoint)),
         tr("You get a new secret, shown once. The old one stays valid for 24 hours: give the new one to the receiver "
            "in that time, and nothing is missed."),
         tr("&Rotate secret"),
         {},
         false},
        window()));
    connect(dialog, &ConfirmationDialog::confirmed, this, [this, dialog, id = endpoint.id] {
        dialog->setBusy(true);
        surroundings_.client.rotateSecret(id, dialog, [this, dialog](const Result<EndpointWithSecret>& rotated) {
            dialog->setBusy(false);
            if (!rotated) {
                dialog->setError(rotated.error());
                return;
            }
            dialog->accept();
            surroundings_.history.putEndpoint(rotated->endpoint, this, [](const Result<void>&) {});
            showSecret(*rotated);
        });
    });
}

void EndpointActions::setEnabled(const QString& endpointId, bool enabled) {
    EndpointChanges changes;
    changes.status = enabled ? EndpointStatus::Enabled : EndpointStatus::Disabled;
    surroundings_.client.updateEndpoint(endpointId, changes, this, [this](const Result<Endpoint>& changed) {
        if (changed)
            surroundings_.history.putEndpoint(*changed, this, [](const Result<void>&) {});
        else
            Q_EMIT failed(changed.error());
    });
}

void EndpointActions::sendTest(const QString& endpointId, const QString& eventType) {
    place_.setTesting(true);
    surroundings_.client.sendTestEvent(endpointId, eventType, this, [this](const Result<QueuedDelivery>& queued) {
        place_.setTesting(false);
        if (queued)
            place_.confirmTest();
        else
            Q_EMIT failed(queued.error());
    });
}

} // namespace waybill
