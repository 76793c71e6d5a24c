// SPDX-License-Identifier: MIT
#include "window/endpointactions.h"

#include "account/accountclient.h"
#include "contract/foreigntext.h"
#include "dialogs/confirmationdialog.h"
#include "dialogs/endpointdialog.h"
#include "dialogs/secretdialog.h"
#include "models/endpointlistmodel.h"
#include "places/endpointsplace.h"
#include "receiver/receiver.h"
#include "sandbox/sandboxcontrols.h"
#include "widgets/commandnote.h"
#include "window/unfinished.h"
#include "words/obstacles.h"

#include <QPointer>

#include <memory>

namespace waybill {

EndpointActions::EndpointActions(const Surroundings& surroundings, EndpointsPlace& place, QObject* parent)
    : QObject(parent), surroundings_(surroundings), place_(place), tests_(surroundings.history, surroundings.receiver) {
    connect(&tests_, &TestWatch::told, this, [this](const QString& endpointId, const QString& words, bool wentWell) {
        CommandNote& note = place_.testNote();
        if (note.isUnderWay(endpointId)) // The next test speaks for itself.
            return;
        wentWell ? note.praise(endpointId, words) : note.say(endpointId, words);
    });
    connect(&place, &EndpointsPlace::editRequested, this, &EndpointActions::edit);
    connect(&place, &EndpointsPlace::deleteRequested, this, &EndpointActions::remove);
    connect(&place, &EndpointsPlace::enableRequested, this, &EndpointActions::setEnabled);
    connect(&place, &EndpointsPlace::endOverlapRequested, this, &EndpointActions::endOverlap);
    place.setEndsOverlap(surroundings.controls);
    connect(&place, &EndpointsPlace::testRequested, this, &EndpointActions::sendTest);
}

QWidget* EndpointActions::window() const {
    return place_.window();
}

void EndpointActions::create() {
    auto* dialog = opened(new EndpointDialog(surroundings_.receiver, window()));
    dialog->setReceiverInReach(receiverInReach_);
    if (surroundings_.controls)
        dialog->offerAuthority({});
    connect(dialog, &EndpointDialog::submitted, this, [this, dialog] { submitCreate(dialog); });
}

void EndpointActions::submitCreate(EndpointDialog* dialog) {
    dialog->setBusy(true);
    const EndpointDraft draft = dialog->draft();
    const int noted = surroundings_.unfinished.begin({Unfinished::Kind::Creating,
                                                      surroundings_.accountId,
                                                      {},
                                                      draft.description.isEmpty() ? draft.url : draft.description});
    surroundings_.client.createEndpoint(
        draft, this,
        [this, dialog = QPointer(dialog), noted,
         authority = dialog->changedAuthority()](const Result<EndpointWithSecret>& created) {
            surroundings_.unfinished.end(noted);
            if (dialog)
                dialog->setBusy(false);
            if (!created) {
                refused(dialog, created.error());
                return;
            }
            if (dialog)
                dialog->accept();
            if (authority)
                keepAuthority(created->endpoint.id, *authority);
            took(created->endpoint);
            place_.present(created->endpoint.id);
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
    const int noted = surroundings_.unfinished.begin(
        {Unfinished::Kind::SecretShown, surroundings_.accountId, issued.endpoint.id, endpointName(issued.endpoint)});
    connect(dialog, &QDialog::finished, this, [this, dialog, issued, noted, wasKept = dialog->keepsCopy()] {
        surroundings_.unfinished.end(noted);
        if (dialog->keepsCopy() && !wasKept)
            keepSecret(issued);
        else if (!dialog->keepsCopy())
            surroundings_.receiver.forgetSecret(ownerOf(issued.endpoint.id));
        place_.focusDetail();
    });
}

void EndpointActions::keepSecret(const EndpointWithSecret& issued) {
    if (surroundings_.controls)
        return;
    surroundings_.receiver.useSecret(ownerOf(issued.endpoint.id), issued.secret, issued.previousSecretValidUntil, this,
                                     [this](const Result<void>& kept) {
                                         if (!kept)
                                             Q_EMIT failed(kept.error());
                                     });
}

void EndpointActions::edit(const Endpoint& endpoint) {
    auto* dialog = opened(new EndpointDialog(
        endpoint, surroundings_.controls || surroundings_.receiver.knowsSecretOf(ownerOf(endpoint.id)),
        surroundings_.receiver, window()));
    dialog->setReceiverInReach(receiverInReach_);
    connect(dialog, &EndpointDialog::submitted, this, [this, dialog, endpoint] { submitEdit(dialog, endpoint); });
    if (!surroundings_.controls)
        return;
    dialog->offerAuthority({}); // At once, so that nothing moves when it is known.
    surroundings_.controls->readAuthority(endpoint.id, dialog, [dialog](const Result<CertificateAuthority>& authority) {
        if (authority && !dialog->changedAuthority())
            dialog->offerAuthority(*authority);
    });
}

void EndpointActions::keepAuthority(const QString& endpointId, const CertificateAuthority& authority) {
    surroundings_.controls->setAuthority(endpointId, authority, this, [this](const Result<void>& kept) {
        if (!kept)
            Q_EMIT failed(kept.error());
    });
}

// What vouches for the receiver first: it is not the account's, so it may be all that is changed.
void EndpointActions::submitEdit(EndpointDialog* dialog, const Endpoint& endpoint) {
    dialog->setBusy(true);
    const auto authority = dialog->changedAuthority();
    if (!authority)
        return changeEndpoint(dialog, endpoint.id);
    surroundings_.controls->setAuthority(
        endpoint.id, *authority, this,
        [this, dialog = QPointer(dialog), id = endpoint.id, authority = *authority](const Result<void>& kept) {
            if (!kept) {
                if (dialog)
                    dialog->setBusy(false);
                refused(dialog, kept.error());
            } else if (dialog) {
                dialog->offerAuthority(authority);
                changeEndpoint(dialog, id);
            }
        });
}

void EndpointActions::changeEndpoint(EndpointDialog* dialog, const QString& endpointId) {
    if (dialog->isUntouched()) {
        dialog->setBusy(false);
        dialog->accept();
        Q_EMIT succeeded();
        return;
    }
    surroundings_.client.updateEndpoint(endpointId, dialog->changes(), this,
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
        opened(new ConfirmationDialog({tr("Delete “%1”?").arg(isolated(endpointName(endpoint))), sentences.join(u'\n'),
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
        {tr("Rotate the signing secret of “%1”?").arg(isolated(endpointName(endpoint))),
         tr("You get a new secret, shown once. The old one stays valid for 24 hours: give the new one to the receiver "
            "in that time, and nothing is missed."),
         tr("&Rotate secret"),
         {},
         false},
        window()));
    connect(dialog, &ConfirmationDialog::confirmed, this, [this, dialog, endpoint] {
        dialog->setBusy(true);
        const int noted = surroundings_.unfinished.begin(
            {Unfinished::Kind::Rotating, surroundings_.accountId, endpoint.id, endpointName(endpoint)});
        surroundings_.client.rotateSecret(
            endpoint.id, this, [this, dialog = QPointer(dialog), noted](const Result<EndpointWithSecret>& rotated) {
                surroundings_.unfinished.end(noted);
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

void EndpointActions::endOverlap(const Endpoint& endpoint) {
    if (!surroundings_.controls)
        return;
    auto* dialog =
        opened(new ConfirmationDialog({tr("End the overlap of “%1” now?").arg(isolated(endpointName(endpoint))),
                                       tr("From now on deliveries are signed with the new secret alone. A "
                                          "receiver that still checks with the old one "
                                          "refuses them."),
                                       tr("&End overlap"),
                                       {},
                                       false},
                                      window()));
    connect(dialog, &ConfirmationDialog::confirmed, this, [this, dialog, id = endpoint.id] {
        dialog->setBusy(true);
        const auto ended = [this, dialog = QPointer(dialog), id](const Result<void>& result) {
            if (dialog)
                dialog->setBusy(false);
            if (!result) {
                refused(dialog, result.error());
                return;
            }
            if (dialog)
                dialog->accept();
            surroundings_.receiver.forgetPreviousSecret(ownerOf(id));
            Q_EMIT succeeded();
        };
        surroundings_.controls->endOverlap(id, this, ended);
    });
}

void EndpointActions::setEnabled(const QString& endpointId, bool enabled) {
    CommandNote& note = place_.enableNote();
    if (note.isUnderWay(endpointId)) {
        note.remind(endpointId);
        return;
    }
    EndpointChanges changes;
    changes.status = enabled ? EndpointStatus::Enabled : EndpointStatus::Disabled;
    auto handle = std::make_shared<RequestHandle>();
    note.begin(endpointId,
               enabled ? tr("The account is asked to enable this endpoint.")
                       : tr("The account is asked to disable this endpoint."),
               [this, handle, endpointId] { stopWaiting(place_.enableNote(), endpointId, *handle); });
    *handle = surroundings_.client.updateEndpoint(
        endpointId, changes, this, [this, endpointId, enabled](const Result<Endpoint>& changed) {
            if (changed) {
                place_.enableNote().finish(endpointId);
                took(*changed);
            } else {
                tellBeside(place_.enableNote(), endpointId, changed.error(),
                           [this, endpointId, enabled] { setEnabled(endpointId, enabled); });
            }
        });
}

void EndpointActions::sendTest(const QString& endpointId, const QString& eventType) {
    CommandNote& note = place_.testNote();
    if (note.isUnderWay(endpointId)) {
        note.remind(endpointId);
        return;
    }
    auto handle = std::make_shared<RequestHandle>();
    note.begin(endpointId, tr("The test event is on its way to the account."),
               [this, handle, endpointId] { stopWaiting(place_.testNote(), endpointId, *handle); });
    *handle = surroundings_.client.sendTestEvent(
        endpointId, eventType, this, [this, endpointId, eventType](const Result<QueuedDelivery>& queued) {
            if (!queued) {
                tellBeside(place_.testNote(), endpointId, queued.error(),
                           [this, endpointId, eventType] { sendTest(endpointId, eventType); });
                return;
            }
            place_.testNote().finish(endpointId);
            place_.confirmTest(endpointId);
            tests_.follow(endpointId, queued->deliveryId);
            Q_EMIT succeeded();
        });
}

void EndpointActions::stopWaiting(CommandNote& note, const QString& endpointId, RequestHandle& handle) {
    handle.cancel();
    note.say(endpointId, tr("Waybill waits no longer. The account may have done it all the same."));
}

void EndpointActions::tellBeside(CommandNote& note, const QString& endpointId, const Error& error, const Act& again) {
    const Obstacle obstacle = obstacleOf(error);
    const QString remedy = remedyFor(obstacle);
    const QString words = sentencesFor(error);
    if (place_.isDisabled(endpointId) && error.kind == ErrorKind::InvalidRequest)
        note.fail(endpointId, words, tr("Enable"), [this, endpointId] { setEnabled(endpointId, true); });
    else if (!remedy.isEmpty())
        note.fail(endpointId, words, remedy, [this, obstacle] { Q_EMIT remedyRequested(obstacle); });
    else
        note.fail(endpointId, words, tr("Try again"), again);
    if (!note.isInSight(endpointId))
        Q_EMIT failed(error);
}

} // namespace waybill
