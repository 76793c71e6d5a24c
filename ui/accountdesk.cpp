// SPDX-License-Identifier: MIT
#include "accountdesk.h"

#include "places/deliveriesplace.h"
#include "places/endpointsplace.h"
#include "window/deliveryactions.h"
#include "window/endpointactions.h"

#include <QDir>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
const QString sandboxOwner = u"sandbox"_s;

QString copyName(const QString& accountId) {
    return accountId == sandboxOwner ? u"history.sqlite"_s : u"history-%1.sqlite"_s.arg(accountId);
}
} // namespace

AccountDesk::AccountDesk(Services& services, SecretClipboard& clipboard)
    : AccountDesk(services, clipboard, sandboxOwner, nullptr,
                  std::make_unique<AccountClient>(services.sandbox().transport(), services.apiKey(), services.clock(),
                                                  services.random()),
                  &services.sandbox()) {}

AccountDesk::AccountDesk(Services& services, SecretClipboard& clipboard, const QString& accountId,
                         std::unique_ptr<AccountConnection> connection)
    : AccountDesk(services, clipboard, accountId, std::move(connection), nullptr, nullptr) {}

AccountDesk::AccountDesk(Services& services, SecretClipboard& clipboard, const QString& accountId,
                         std::unique_ptr<AccountConnection> connection, std::unique_ptr<AccountClient> ownClient,
                         SandboxControls* controls)
    : connection_(std::move(connection))
    , ownClient_(std::move(ownClient))
    , client_(connection_ ? &connection_->client() : ownClient_.get())
    , history_(services.dataFile(copyName(accountId)), services.clock())
    , sync_(*client_, history_, services.clock())
    , endpoints_(new EndpointsPlace(history_, services.clock()))
    , deliveries_(new DeliveriesPlace(history_, controls, services.receiver(), services.clock()))
    , endpointActions_(
          std::make_unique<EndpointActions>(EndpointActions::Surroundings{*client_, history_, services.receiver(),
                                                                          clipboard, services.clock(), accountId},
                                            *endpoints_))
    , deliveryActions_(std::make_unique<DeliveryActions>(*client_, history_, *deliveries_)) {
    connect(endpointActions_.get(), &EndpointActions::failed, this, &AccountDesk::actionFailed);
    connect(deliveryActions_.get(), &DeliveryActions::failed, this, &AccountDesk::actionFailed);
    connect(endpointActions_.get(), &EndpointActions::succeeded, this, &AccountDesk::actionSucceeded);
    connect(deliveryActions_.get(), &DeliveryActions::succeeded, this, &AccountDesk::actionSucceeded);
    connect(&history_, &History::failed, this, &AccountDesk::copyFailed);
    if (controls)
        connect(controls, &SandboxControls::changed, &sync_, &HistorySync::nudge);
}

AccountDesk::~AccountDesk() = default;

void AccountDesk::removeCopiesOfRuns(const Services& services) {
    QDir folder(services.dataFolder());
    const QStringList copies = folder.entryList({copyName(runPrefix + u'*') + u'*'}, QDir::Files);
    for (const QString& copy : copies)
        folder.remove(copy);
}

void AccountDesk::start(const Secret& apiKey) {
    if (connection_)
        client_->setApiKey(apiKey);
    sync_.start();
}

void AccountDesk::check(Done<AccountFacts> done) {
    if (connection_)
        connection_->check(this, std::move(done));
}

QStringList AccountDesk::copyFiles(const Services& services, const QString& accountId) {
    const QString file = services.dataFile(copyName(accountId));
    return {file, file + u"-wal"_s, file + u"-shm"_s};
}

} // namespace waybill
