// SPDX-License-Identifier: MIT
#include "accountcatchup.h"

#include "services.h"

namespace waybill {

AccountCatchUp::AccountCatchUp(Services& services, AccountList& accounts, const ConnectedAccount& account,
                               const Secret& apiKey, QObject* parent)
    : QObject(parent), services_(services), accounts_(accounts), account_(account), apiKey_(apiKey) {}

AccountCatchUp::~AccountCatchUp() = default;

void AccountCatchUp::open() {
    if (catchUp_)
        return;
    services_.sandbox().readBringing(account_.id, this, [this](const Result<Bringing>& kept) {
        if (catchUp_)
            return;
        take(kept);
        if (kept && record_.isOn)
            withKey([](CatchUp&) {}); // It is opened where it is made.
    });
}

void AccountCatchUp::take(const Result<Bringing>& kept) {
    if (kept) {
        record_ = kept->record;
        problem_.reset();
    } else {
        problem_ = kept.error();
    }
    Q_EMIT changed();
}

void AccountCatchUp::start() {
    withKey([](CatchUp& catchUp) { catchUp.start(); });
}

void AccountCatchUp::stop() {
    if (catchUp_) {
        catchUp_->stop();
        return;
    }
    BringingStep off;
    off.isOn = false;
    services_.sandbox().bring(account_.id, off, this, [this](const Result<Bringing>& kept) {
        if (!catchUp_)
            take(kept);
    });
}

void AccountCatchUp::takeKey(const Secret& apiKey) {
    record_ = state().record;
    problem_.reset();
    catchUp_.reset();
    connection_.reset();
    if (!apiKey_.isEmpty())
        apiKey_ = apiKey;
    connected(apiKey);
    Q_EMIT changed();
}

BringingState AccountCatchUp::state() const {
    BringingState state;
    state.isKeyKept = apiKey_.isEmpty();
    if (catchUp_ && hasRead_) {
        state.record = catchUp_->record();
        state.isLooking = catchUp_->isLooking();
        state.waiting = catchUp_->waiting();
        state.problem = catchUp_->problem();
    } else {
        state.record = record_;
        state.problem = problem_;
    }
    return state;
}

void AccountCatchUp::withKey(std::function<void(CatchUp&)> then) {
    if (catchUp_) {
        then(*catchUp_);
        return;
    }
    if (!apiKey_.isEmpty()) {
        then(connected(apiKey_));
        return;
    }
    accounts_.readKey(account_.id, this, [this, then = std::move(then)](const Result<Secret>& apiKey) {
        if (apiKey) {
            problem_.reset();
            then(connected(*apiKey));
        } else {
            problem_ = apiKey.error();
            if (problem_->kind == ErrorKind::SecretNotFound) {
                problem_ = Error();
                problem_->kind = ErrorKind::Authentication;
                problem_->message = tr("The account's key is not on this computer any more.");
            }
        }
        Q_EMIT changed();
    });
}

CatchUp& AccountCatchUp::connected(const Secret& apiKey) {
    if (!catchUp_) {
        connection_ = std::make_unique<AccountConnection>(account_.baseUrl, apiKey, services_.proxies(),
                                                          services_.clock(), services_.random());
        catchUp_ =
            std::make_unique<CatchUp>(connection_->client(), account_.id, services_.sandbox(), services_.clock());
        hasRead_ = false;
        connect(catchUp_.get(), &CatchUp::changed, this, [this] {
            hasRead_ = true;
            Q_EMIT changed();
        });
        catchUp_->open();
    }
    return *catchUp_;
}

} // namespace waybill
