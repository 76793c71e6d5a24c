// SPDX-License-Identifier: MIT
#pragma once

#include "account/requestbudget.h"
#include "account/versionnotice.h"
#include "completion/pendingcalls.h"
#include "completion/requesthandle.h"
#include "contract/account.h"
#include "contract/delivery.h"
#include "contract/endpoint.h"
#include "contract/event.h"
#include "contract/page.h"
#include "contract/random.h"
#include "http/transport.h"

#include <optional>

namespace waybill {

/// The account, one function an operation of the contract. All policy (key, idempotency keys, retries, throttle,
/// errors) is in RequestBudget and here, nowhere else. `done` runs at most once, on the caller's thread, never before
/// the call returns, never after `context` or the client is gone; the handle cancels.
class AccountClient final : public QObject {
    Q_OBJECT
public:
    /// How long an answer may take before somebody is told. Waiting itself goes on.
    static constexpr seconds patience{3};

    /// `transport`, `clock` and `random` outlive the client.
    AccountClient(Transport& transport, Secret apiKey, const Clock& clock, RandomSource& random,
                  QObject* parent = nullptr);
    ~AccountClient() override;

    /// For requests from now on.
    void setApiKey(const Secret& apiKey) { apiKey_ = apiKey; }

    RequestHandle whoami(QObject* context, Done<Principal> done);
    RequestHandle usage(QObject* context, Done<Usage> done);
    RequestHandle listEndpoints(const PageRequest& page, QObject* context, Done<Page<Endpoint>> done);
    RequestHandle createEndpoint(const EndpointDraft& draft, QObject* context, Done<EndpointWithSecret> done);
    RequestHandle getEndpoint(const QString& id, QObject* context, Done<Endpoint> done);
    RequestHandle updateEndpoint(const QString& id, const EndpointChanges& changes, QObject* context,
                                 Done<Endpoint> done);
    RequestHandle deleteEndpoint(const QString& id, QObject* context, Done<void> done);
    RequestHandle rotateSecret(const QString& id, QObject* context, Done<EndpointWithSecret> done);
    /// Empty type: `webhook.test`.
    RequestHandle sendTestEvent(const QString& endpointId, const QString& eventType, QObject* context,
                                Done<QueuedDelivery> done);
    RequestHandle listDeliveries(const QString& endpointId, const PageRequest& page, QObject* context,
                                 Done<Page<Delivery>> done);
    RequestHandle listPendingDeliveries(const QString& endpointId, const PageRequest& page, QObject* context,
                                        Done<Page<Delivery>> done);
    RequestHandle getDelivery(const QString& id, QObject* context, Done<Delivery> done);
    RequestHandle replayDelivery(const QString& id, QObject* context, Done<QueuedDelivery> done);
    RequestHandle listEvents(const PageRequest& page, QObject* context, Done<Page<Event>> done);
    RequestHandle getEvent(const QString& id, QObject* context, Done<Event> done);

    /// Requests a minute, as the account last said; nothing before its first answer.
    std::optional<int> requestsPerMinute() const { return budget_.limit(); }
    RateLimit rateLimit() const { return budget_.rateLimit(); }
    /// What the account last said of the version of the contract that we speak, where it said something.
    const std::optional<VersionNotice>& versionNotice() const { return versionNotice_; }
    /// Requests that were sent again, since the client was made: they cost like any.
    quint64 retries() const { return retries_; }

Q_SIGNALS:
    /// A request that may have changed something has been answered: look for what is new.
    void acted();
    /// A request did not get its answer, or not within `patience`. It is sent again or waited for: nothing failed yet,
    /// and the caller waits meanwhile.
    void retrying(const waybill::Error& why);
    /// After `retrying`: the account answers.
    void recovered();

private:
    class Call;
    struct Operation;
    template <typename T>
    RequestHandle submit(Operation operation, Result<T> (*read)(const QByteArray&), QObject* context, Done<T> done);

    Transport& transport_;
    Secret apiKey_;
    const Clock& clock_;
    RandomSource& random_;
    RequestBudget budget_;
    std::optional<VersionNotice> versionNotice_;
    quint64 retries_ = 0;
    bool hasTold_ = false; ///< That a request is not answered.
};

} // namespace waybill
