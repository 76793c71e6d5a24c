// SPDX-License-Identifier: MIT
#include "accountdesk.h"

#include "models/signatureverdicts.h"
#include "places/deliveriesplace.h"
#include "places/endpointsplace.h"
#include "window/deliveryactions.h"
#include "window/endpointactions.h"
#include "window/olderrows.h"

#include <QDir>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
const QString sandboxOwner = u"sandbox"_s;

QString copyName(const QString& accountId) {
    return accountId == sandboxOwner ? u"history.sqlite"_s : u"history-%1.sqlite"_s.arg(accountId);
}
} // namespace

AccountDesk::AccountDesk(Services& services, SecretClipboard& clipboard, Unfinished& unfinished)
    : AccountDesk(services, clipboard, unfinished, sandboxOwner, nullptr,
                  std::make_unique<AccountClient>(services.sandbox().transport(), services.apiKey(), services.clock(),
                                                  services.random()),
                  &services.sandbox()) {}

AccountDesk::AccountDesk(Services& services, SecretClipboard& clipboard, Unfinished& unfinished,
                         const ConnectedAccount& account)
    : AccountDesk(services, clipboard, unfinished, account.id,
                  std::make_unique<AccountConnection>(account.baseUrl, Secret(), services.proxies(), services.clock(),
                                                      services.random()),
                  nullptr, nullptr) {
    const bool isInReach = isOnThisComputer(account.baseUrl);
    endpointActions_->setReceiverInReach(isInReach);
    endpoints_->setReceiverInReach(isInReach);
    deliveries_->setReceiverInReach(isInReach);
}

AccountDesk::AccountDesk(Services& services, SecretClipboard& clipboard, Unfinished& unfinished,
                         const QString& accountId, std::unique_ptr<AccountConnection> connection,
                         std::unique_ptr<AccountClient> ownClient, SandboxControls* controls)
    : controls_(controls)
    , connection_(std::move(connection))
    , ownClient_(std::move(ownClient))
    , client_(connection_ ? &connection_->client() : ownClient_.get())
    , clock_(controls ? controls->clock() : services.clock())
    , history_(services.database(copyName(accountId)), clock_, services.clock())
    , sync_(*client_, history_, services.clock())
    , endpoints_(new EndpointsPlace(history_, clock_))
    , deliveries_(new DeliveriesPlace(history_, controls, services.receiver(), clock_))
    , verdicts_(new SignatureVerdicts(services.receiver(), this))
    , endpointActions_(std::make_unique<EndpointActions>(
          EndpointActions::Surroundings{*client_, history_, services.receiver(), clipboard, unfinished, clock_,
                                        accountId, controls},
          *endpoints_))
    , deliveryActions_(std::make_unique<DeliveryActions>(*client_, history_, *deliveries_)) {
    endpoints_->setVerdicts(verdicts_);
    deliveries_->setVerdicts(verdicts_);
    connect(endpointActions_.get(), &EndpointActions::failed, this, &AccountDesk::actionFailed);
    connect(deliveryActions_.get(), &DeliveryActions::failed, this, &AccountDesk::actionFailed);
    connect(endpointActions_.get(), &EndpointActions::succeeded, this, &AccountDesk::actionSucceeded);
    connect(deliveryActions_.get(), &DeliveryActions::succeeded, this, &AccountDesk::actionSucceeded);
    connect(endpointActions_.get(), &EndpointActions::remedyRequested, this, &AccountDesk::remedyRequested);
    connect(deliveryActions_.get(), &DeliveryActions::remedyRequested, this, &AccountDesk::remedyRequested);
    connect(deliveryActions_.get(), &DeliveryActions::enableRequested, endpointActions_.get(),
            [this](const QString& id) { endpointActions_->setEnabled(id, true); });
    connect(&history_, &History::failed, this, &AccountDesk::copyFailed);
    connect(&sync_, &HistorySync::leftOut, this, &AccountDesk::leftOut);
    connect(&sync_, &HistorySync::reachChanged, this, &AccountDesk::readReach);
    connect(this, &AccountDesk::reachChanged, deliveries_, &DeliveriesPlace::showReach);
    connect(this, &AccountDesk::reachChanged, endpoints_, &EndpointsPlace::showReach);
    connect(deliveries_, &DeliveriesPlace::olderRequested, &sync_, &HistorySync::resume);
    if (controls)
        connect(controls, &SandboxControls::changed, &sync_, &HistorySync::nudge);
    showUnknown({});
}

AccountDesk::~AccountDesk() = default;

void AccountDesk::tell(OlderRows& status) {
    status.setReach({}, {}); // The account's before is over.
    connect(this, &AccountDesk::reachChanged, &status,
            [this, &status](const Reach& reach) { status.setReach(reach, clock_.now()); });
    connect(&status, &OlderRows::pauseRequested, &sync_, &HistorySync::pause);
    connect(&status, &OlderRows::resumeRequested, &sync_, &HistorySync::resume);
    connect(&status, &OlderRows::cancelRequested, &sync_, &HistorySync::cancel);
    readReach();
}

void AccountDesk::readReach() {
    // Pages may come faster than anybody reads.
    readsReachAgain_ = isReadingReach_;
    if (std::exchange(isReadingReach_, true))
        return;
    history_.readReach(this, [this](const Result<Reach>& reach) {
        isReadingReach_ = false;
        if (reach)
            Q_EMIT reachChanged(*reach);
        if (std::exchange(readsReachAgain_, false))
            readReach();
    });
}

void AccountDesk::showKnown() {
    endpoints_->showKnown();
    deliveries_->showKnown();
}

void AccountDesk::showUnknown(const QString& why) {
    endpoints_->showUnknown(why);
    deliveries_->showUnknown(why);
}

void AccountDesk::removeCopiesOfRuns(const Services& services) {
    if (!services.hasDataFolder())
        return;
    QDir folder(services.dataFolder());
    const QStringList copies = folder.entryList({copyName(runPrefix + u'*') + u'*'}, QDir::Files);
    for (const QString& copy : copies)
        folder.remove(copy);
}

void AccountDesk::start(const Secret& apiKey) {
    if (connection_)
        client_->setApiKey(apiKey);
    sync_.start();
    deliveries_->readAgain();
}

void AccountDesk::check(Done<AccountFacts> done) {
    if (connection_)
        connection_->check(this, std::move(done));
}

QStringList AccountDesk::copyFiles(const Services& services, const QString& accountId) {
    // With SQLite's files beside it, and the copy of it that was made before its schema changed.
    const QString name = copyName(accountId);
    QStringList files;
    if (!services.hasDataFolder())
        return files;
    for (const QString& file : QDir(services.dataFolder()).entryList({name + u'*'}, QDir::Files))
        files.append(services.dataFile(file));
    return files;
}

} // namespace waybill
