// SPDX-License-Identifier: MIT
#include "window/endpointactions.h"

#include "account/accountclient.h"
#include "dialogs/confirmationdialog.h"
#include "dialogs/endpointdialog.h"
#include "dialogs/secretdialog.h"
#include "models/endpointlistmodel.h"
#include "places/endpointsplace.h"
#include "receiver/receiver.h"

#include <QPointer>

namespace waybill {

EndpointActions::EndpointActions(const Surroundings& surroundings, EndpointsPlace& place, QObject* parent)
    : QObject(parent), surroundings_(surroundings), place_(place) {
    connect(&place, &EndpointsPlace::editRequested, this, &EndpointActions::edit);
    connect(&place, &EndpointsPlace::deleteRequested, this, &EndpointActions::remove);
    connect(&place, &EndpointsPlace::enableRequested, this, &EndpointActions::setEnabled);
    connect(&place, &EndpointsPlace::testRequested, this, &EndpointActions::sendTest);
}

QWidget* EndpointActions::window() const {
    return place_.window();
}

void EndpointActions::create() {
    auto* dialog = opened(new EndpointDialog(surroundings_.receiver, window()));
    dialog->setReceiverInReach(receiverInReach_);
    connect(dialog, &EndpointDialog::submitted, this, [this, dialog] { submitCreate(dialog); });
}

void EndpointActions::submitCreate(EndpointDialog* dialog) {
    dialog->setBusy(true);
    surroundings_.client.createEndpoint(dialog->draft(), this,
                                        [this, dialog = QPointer(dialog)](const Result<EndpointWithSecret>& created) {
                                            if (dialog)
                                                dialog->setBusy(false);
                                            if (!created) {
                                                refused(dialog, created.error());
                                                return;
                                            }
                                            if (dialog)
                                                dialog->accept();
                                            took(created->endpoint);
                                            place_.select(created->endpoint.id);
                                            showSecret(*created);
                                        });
}

void EndpointActions::took(const Endpoint& endpoint) {
    surroundings_.history.putEndpoint(endpoint, this, [](const Result<void>&) {});
    Q_EMIT succeeded();
}

void EndpointActions::refused(Sheet* dialog, const Error& error) {
    if (dialog)
        dialog->setError(error);
    else
        Q_EMIT failed(error);
}

void EndpointActions::showSecret(const EndpointWithSecret& issued) {
    auto* dialog = opened(new SecretDialog(
        {endpointName(issued.endpoint), issued.secret, surroundings_.receiver.owns(QUrl(issued.endpoint.url)),
         issued.previousSecretValidUntil, surroundings_.clock.now(), receiverInReach_},
        surroundings_.clipboard, window()));
    // At once: if Waybill ends while the dialog is open, the receiver can still check what comes.
    if (dialog->keepsCopy())
        keepSecret(issued);
    connect(dialog, &QDialog::finished, this, [this, dialog, issued, wasKept = dialog->keepsCopy()] {
        if (dialog->keepsCopy() && !wasKept)
            keepSecret(issued);
        else if (!dialog->keepsCopy())
            surroundings_.receiver.forgetSecret(ownerOf(issued.endpoint.id));
        place_.focusDetail();
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
    auto* dialog = opened(new EndpointDialog(endpoint, surroundings_.receiver.knowsSecretOf(ownerOf(endpoint.id)),
                                             surroundings_.receiver, window()));
    dialog->setReceiverInReach(receiverInReach_);
    connect(dialog, &EndpointDialog::submitted, this, [this, dialog, endpoint] { submitEdit(dialog, endpoint); });
}

void EndpointActions::submitEdit(EndpointDialog* dialog, const Endpoint& endpoint) {
    dialog->setBusy(true);
    surroundings_.client.updateEndpoint(endpoint.id, dialog->changes(), this,
                                        [this, dialog = QPointer(dialog)](const Result<Endpoint>& changed) {
                                            if (dialog)
                                                dialog->setBusy(false);
                                            if (!changed) {
                                                refused(dialog, changed.error());
                                                return;
                                            }
                                            if (dialog)
                                                dialog->accept();
                                            took(*changed);
                                        });
}

void EndpointActions::remove(const EndpointSummary& summary) {
    const Endpoint endpoint = summary.endpoint;
    const bool isEnabled = endpoint.status == EndpointStatus::Enabled;
    QStringList sentences{summary.deliveries > 0 ? tr("Deleting removes this endpoint and its %n delivery(s) for good.",
                                                      nullptr, summary.deliveries)
                                                 : tr("Deleting removes this endpoint for good.")};
    if (isEnabled)
        sentences += tr("Disable it instead if you may want it back.");
    auto* dialog =
        opened(new ConfirmationDialog({tr("Delete “%1”?").arg(endpointName(endpoint)), sentences.join(u'\n'),
                                       tr("&Delete endpoint"), isEnabled ? tr("Di&sable instead") : QString(), true},
                                      window()));
    connect(dialog, &ConfirmationDialog::alternativeChosen, this, [this, dialog, id = endpoint.id] {
        dialog->accept();
        setEnabled(id, false);
    });
    connect(dialog, &ConfirmationDialog::confirmed, this, [this, dialog, id = endpoint.id] {
        dialog->setBusy(true);
        surroundings_.client.deleteEndpoint(
            id, this, [this, dialog = QPointer(dialog), id](const Result<void>& deleted) {
                if (dialog)
                    dialog->setBusy(false);
                // Somebody else deleted it: that was what the person wanted.
                if (!deleted && deleted.error().kind != ErrorKind::NotFound) {
                    refused(dialog, deleted.error());
                    return;
                }
                if (dialog)
                    dialog->accept();
                surroundings_.receiver.forgetSecret(ownerOf(id));
                surroundings_.history.removeEndpoint(id, this, [](const Result<void>&) {});
                Q_EMIT succeeded();
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
        surroundings_.client.rotateSecret(id, this,
                                          [this, dialog = QPointer(dialog)](const Result<EndpointWithSecret>& rotated) {
                                              if (dialog)
                                                  dialog->setBusy(false);
                                              if (!rotated) {
                                                  refused(dialog, rotated.error());
                                                  return;
                                              }
                                              if (dialog)
                                                  dialog->accept();
                                              took(rotated->endpoint);
                                              showSecret(*rotated);
                                          });
    });
}

void EndpointActions::setEnabled(const QString& endpointId, bool enabled) {
    EndpointChanges changes;
    changes.status = enabled ? EndpointStatus::Enabled : EndpointStatus::Disabled;
    surroundings_.client.updateEndpoint(endpointId, changes, this, [this](const Result<Endpoint>& changed) {
        if (changed)
            took(*changed);
        else
            Q_EMIT failed(changed.error());
    });
}

void EndpointActions::sendTest(const QString& endpointId, const QString& eventType) {
    place_.setTesting(true);
    surroundings_.client.sendTestEvent(endpointId, eventType, this, [this](const Result<QueuedDelivery>& queued) {
        place_.setTesting(false);
        if (!queued) {
            Q_EMIT failed(queued.error());
            return;
        }
        place_.confirmTest();
        Q_EMIT succeeded();
    });
}

} // namespace waybill
