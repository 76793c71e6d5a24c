// SPDX-License-Identifier: MIT
#pragma once

#include "completion/requesthandle.h"
#include "contract/endpoint.h"
#include "contract/error.h"
#include "history/history.h"
#include "insight/obstacle.h"
#include "window/testwatch.h"

#include <QObject>

#include <functional>

namespace waybill {

class AccountClient;
class CertificateAuthority;
class Clock;
class CommandNote;
class EndpointDialog;
class EndpointsPlace;
class Receiver;
class SandboxControls;
class SecretClipboard;
class Sheet;
class Unfinished;

/// What a person does to endpoints: asks in a dialog, asks the account, and says what came of it. An answer that comes
/// when its dialog has been closed counts all the same: above all, no new secret is lost.
class EndpointActions final : public QObject {
    Q_OBJECT
public:
    /// What the actions work with; all of it outlives them.
    struct Surroundings {
        AccountClient& client;
        History& history;
        Receiver& receiver;
        SecretClipboard& clipboard;
        Unfinished& unfinished;
        const Clock& clock;
        QString accountId; ///< Names the owner of a secret that the receiver keeps: "<account>/<endpoint>".
        /// Null for an account that runs elsewhere; else it gives the receiver the secrets of the endpoints that point
        /// to it by itself.
        SandboxControls* controls = nullptr;
    };
    EndpointActions(const Surroundings& surroundings, EndpointsPlace& place, QObject* parent = nullptr);

    /// Whether the account can deliver to this computer: the sandbox can.
    void setReceiverInReach(bool inReach) { receiverInReach_ = inReach; }

    void create();
    void edit(const Endpoint& endpoint);
    void remove(const EndpointSummary& summary);
    void rotate(const Endpoint& endpoint);
    /// Where the account can: asks first.
    void endOverlap(const Endpoint& endpoint);
    void setEnabled(const QString& endpointId, bool enabled);
    /// Empty type: the plain test event.
    void sendTest(const QString& endpointId, const QString& eventType);

Q_SIGNALS:
    /// An action without a dialog of its own did not work.
    void failed(const waybill::Error& error);
    /// What a person wanted has been done.
    void succeeded();
    /// The person chose the way out that was offered beside what failed.
    void remedyRequested(waybill::Obstacle obstacle);

private:
    void submitCreate(EndpointDialog* dialog);
    void submitEdit(EndpointDialog* dialog, const Endpoint& endpoint);
    void took(const Endpoint& endpoint);
    void changeEndpoint(EndpointDialog* dialog, const QString& endpointId);
    void keepAuthority(const QString& endpointId, const CertificateAuthority& authority);
    /// In the dialog that asked, or in the window where it has been closed.
    void refused(Sheet* dialog, const Error& error);
    void showSecret(const EndpointWithSecret& issued);
    void keepSecret(const EndpointWithSecret& issued);
    QString ownerOf(const QString& endpointId) const { return surroundings_.accountId + u'/' + endpointId; }
    QWidget* window() const;
    using Act = std::function<void()>;
    void stopWaiting(CommandNote& note, const QString& endpointId, RequestHandle& handle);
    /// Beside the button, with the way out: that of the obstacle, or another try.
    void tellBeside(CommandNote& note, const QString& endpointId, const Error& error, const Act& again);

    Surroundings surroundings_;
    bool receiverInReach_ = true;
    EndpointsPlace& place_;
    TestWatch tests_;
};

} // namespace waybill
