// SPDX-License-Identifier: MIT
#include "sandbox/deliverysender.h"

#include <QPointer>
#include <QThread>

#include <algorithm>
#include <utility>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {
constexpr milliseconds quarter{250};
constexpr qsizetype mostAuthorities = 64;
} // namespace

namespace {

/// The fields of a delivery's head that are ours, in the order of the wire, until `visit` answers false.
template <typename Visit>
bool visitFields(QByteArrayView eventId, QByteArrayView eventType, QByteArrayView deliveryId, QByteArrayView signature,
                 Visit visit) {
    return visit("Content-Type", "application/json") && visit("User-Agent", header::userAgentOfDeliveries) &&
           visit(header::signature, signature) && visit(header::eventId, eventId) &&
           visit(header::eventType, eventType) && visit(header::deliveryId, deliveryId);
}

} // namespace

HttpHeaders deliveryHeaders(const QByteArray& eventId, const QByteArray& eventType, const QByteArray& deliveryId,
                            const QByteArray& signature) {
    HttpHeaders headers;
    visitFields(eventId, eventType, deliveryId, signature, [&headers](const char* name, QByteArrayView value) {
        headers.add(name, value.toByteArray());
        return true;
    });
    return headers;
}

DeliverySender::DeliverySender(const Clock& clock, const Clock& realTime, Post post, QObject* parent)
    : QObject(parent), clock_(clock), realTime_(realTime), post_(std::move(post)), soon_(this), nextQuarter_(this) {
    soon_.setSingleShot(true);
    connect(&soon_, &QTimer::timeout, this, &DeliverySender::tell);
    nextQuarter_.setSingleShot(true);
    connect(&nextQuarter_, &QTimer::timeout, this, &DeliverySender::sendNext);
    elapsed_.start();
}

void DeliverySender::setProxies(const ProxyChoice& choice) {
    proxies_ = choice;
    if (http_)
        http_->setProxies(choice);
}

CertificateAuthority DeliverySender::trustedBy(const DueLine& due) {
    if (due.trusted.isEmpty())
        return {};
    if (const auto known = authorities_.constFind(due.trusted); known != authorities_.constEnd())
        return *known;
    if (authorities_.size() >= mostAuthorities)
        authorities_.clear();
    return *authorities_.insert(due.trusted, CertificateAuthority::restored(due.trusted));
}

void DeliverySender::send(const Parcel& parcel) {
    if (!post_) {
        http_ = std::make_unique<HttpSender>();
        http_->setProxies(proxies_);
        post_ = [this](const OutgoingPost& post, std::function<void(AttemptOutcome)> done) {
            http_->post(post, std::move(done));
        };
    }
    DueLine due = parcel.due;
    const QList<DueDelivery> deliveries = std::exchange(due.deliveries, {});
    const HttpDestination destination(QUrl(due.url), trustedBy(due));
    const auto address =
        std::make_shared<const Address>(Address{std::move(due), destination, signersOf(parcel.secrets)});
    Line& line = lines_[parcel.due.endpoint];
    for (const DueDelivery& delivery : deliveries)
        line.waiting.enqueue({address, delivery});
    awaitTurn(parcel.due.endpoint, line);
    sendNext();
}

// The more endpoints there are, the fewer connections each gets: what is kept open is looked at in every turn. How many
// there were lately counts, or the last few of a batch would open connections that nothing needs afterwards.
void DeliverySender::awaitTurn(qint64 endpoint, Line& line) {
    linesNow_ = std::max(linesNow_, int(lines_.size()));
    const int most = std::clamp(places / std::max(linesNow_, linesBefore_), leastPerEndpoint, mostPerEndpoint);
    if (line.awaitsTurn || line.waiting.isEmpty() || line.underWay >= most)
        return;
    line.awaitsTurn = true;
    order_.enqueue(endpoint, line.waiting.head().delivery.seq, line.nextRound, line.isSlow);
}

void DeliverySender::recall() {
    order_.clear();
    for (auto line = lines_.begin(); line != lines_.end();) {
        QList<qint64> deliveries;
        for (const Waiting& waiting : std::as_const(line->waiting))
            deliveries += waiting.delivery.seq;
        line->waiting.clear();
        line->awaitsTurn = false;
        const qint64 endpoint = line.key();
        line = line->underWay == 0 ? lines_.erase(QHash<qint64, Line>::const_iterator(line)) : std::next(line);
        if (!deliveries.isEmpty())
            Q_EMIT returned(endpoint, deliveries);
    }
    if (soon_.isActive())
        tell();
}

void DeliverySender::finish() {
    recall();
    thread()->quit();
}

void DeliverySender::sendNext() {
    freePlaces();
    while (!order_.isEmpty()) {
        if (placesTaken_ >= places) {
            if (!nextQuarter_.isActive())
                nextQuarter_.start(quarter);
            return;
        }
        const SendingOrder::Turn turn = order_.dequeue();
        const qint64 endpoint = turn.endpoint;
        Line& line = lines_[endpoint];
        line.nextRound = turn.nextRound;
        const Waiting next = line.waiting.dequeue();
        ++line.underWay;
        line.awaitsTurn = false;
        awaitTurn(endpoint, line);
        post(next);
    }
}

void DeliverySender::post(const Waiting& next) {
    const DueDelivery& delivery = next.delivery;
    const Address& address = *next.address;
    SentAttempt attempt;
    attempt.seq = delivery.seq;
    attempt.endpoint = address.due.endpoint;
    attempt.attempt = delivery.attempt;
    attempt.url = address.due.url;
    const qint64 begunIn = quarter_;
    ++begunIn_.at(std::size_t(begunIn) % begunIn_.size());
    ++placesTaken_;
    attempt.startedAt = clock_.now();
    attempt.signedAt = secondsSinceEpoch(realTime_.now());
    attempt.signatureHeader = signatureHeader(address.due.of(delivery.body), attempt.signedAt, address.signers);
    OutgoingPost outgoing{address.destination, {}, address.due.of(delivery.body).toByteArray()};
    outgoing.fields.reserve(512);
    const bool isSendable =
        visitFields(address.due.of(delivery.eventId), address.due.of(delivery.eventType), address.due.of(delivery.id),
                    attempt.signatureHeader, [&outgoing](const char* name, QByteArrayView value) {
                        return appendHeaderField(outgoing.fields, name, value);
                    });
    if (!isSendable) {
        attempt.outcome.failure = AttemptFailure::Unsendable;
        QMetaObject::invokeMethod(
            this, [this, attempt, begunIn] { answered(attempt, begunIn); }, Qt::QueuedConnection);
        return;
    }
    post_(outgoing, [guard = QPointer(this), attempt = std::move(attempt), begunIn](AttemptOutcome outcome) mutable {
        if (!guard)
            return;
        attempt.outcome = std::move(outcome);
        guard->answered(std::move(attempt), begunIn);
    });
}

/// A second after it began, an attempt gives its place away.
void DeliverySender::freePlaces() {
    const qint64 now = elapsed_.elapsed() / quarter.count();
    if (quarter_ < now)
        linesBefore_ = std::exchange(linesNow_, 0);
    while (quarter_ < now) {
        ++quarter_;
        placesTaken_ -= std::exchange(begunIn_.at(std::size_t(quarter_) % begunIn_.size()), 0);
        if (placesTaken_ == 0)
            quarter_ = now;
    }
}

void DeliverySender::answered(SentAttempt attempt, qint64 begunIn) {
    freePlaces();
    const bool hasPlace = begunIn > quarter_ - qint64(begunIn_.size());
    if (hasPlace) {
        --begunIn_.at(std::size_t(begunIn) % begunIn_.size());
        --placesTaken_;
    }
    attempt.settledAt = clock_.now();
    Line& line = lines_[attempt.endpoint];
    --line.underWay;
    line.isSlow = !hasPlace;
    awaitTurn(attempt.endpoint, line);
    if (line.underWay == 0 && line.waiting.isEmpty())
        lines_.remove(attempt.endpoint);
    settled_.append(std::move(attempt));
    if (!soon_.isActive())
        soon_.start(0);
    sendNext();
}

// Everything that one turn of the event loop brought, together.
void DeliverySender::tell() {
    soon_.stop();
    Q_EMIT sent(std::exchange(settled_, {}));
}

} // namespace waybill
