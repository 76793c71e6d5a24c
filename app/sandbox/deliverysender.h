// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "contract/signature.h"
#include "http/httpmessage.h"
#include "http/httpsender.h"
#include "sandbox/deliveryqueue.h"
#include "sandbox/sendingorder.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QQueue>
#include <QTimer>

#include <array>
#include <functional>
#include <memory>
#include <vector>

namespace waybill {

/// What is to be sent to one endpoint, with what signs it.
struct Parcel {
    DueLine due;
    QList<Secret> secrets; ///< The current one first, then the previous one while it is valid.
};

/// The fields of a delivery's head that are ours.
HttpHeaders deliveryHeaders(const QByteArray& eventId, const QByteArray& eventType, const QByteArray& deliveryId,
                            const QByteArray& signature);

/// Signs and posts, one attempt a delivery. Endpoints take turns; so many attempts are under way at a time, for one and
/// for all, where those that have waited for a second for their answer hold no place any more: receivers that hang hold
/// up no other. Lives on a thread of its own.
class DeliverySender final : public QObject {
    Q_OBJECT
public:
    /// `HttpSender::post`, or a test's way to a receiver.
    using Post = std::function<void(const OutgoingPost&, std::function<void(AttemptOutcome)>)>;
    /// Attempts to one endpoint at a time, where it is alone.
    static constexpr int mostPerEndpoint = 32;
    /// And where many wait. With fewer, one whose answers take a little longer falls behind the others.
    static constexpr int leastPerEndpoint = 4;
    /// For all endpoints together, besides those that hang.
    static constexpr int places = 64;

    /// `clock` says when the attempt began; the signature carries `realTime`, because receivers check it against
    /// theirs. Where no `post` is given it has an HttpSender of its own, made with the first parcel.
    DeliverySender(const Clock& clock, const Clock& realTime, Post post = nullptr, QObject* parent = nullptr);

    /// Through which proxy it goes from the next attempt on.
    void setProxies(const ProxyChoice& choice);
    void send(const Parcel& parcel);
    /// Everything that has not begun yet is given back: `returned` names it. What was settled is told of at once.
    void recall();
    /// Recalls, and ends the thread that it lives on.
    void finish();

Q_SIGNALS:
    /// As they were settled.
    void sent(const QList<waybill::SentAttempt>& attempts);
    void returned(qint64 endpoint, const QList<qint64>& deliveries);

private:
    /// What the deliveries of a parcel have in common.
    struct Address {
        DueLine due; ///< Without its deliveries.
        HttpDestination destination;
        std::vector<Signer> signers;
    };
    struct Waiting {
        std::shared_ptr<const Address> address;
        DueDelivery delivery;
    };
    struct Line {
        QQueue<Waiting> waiting;
        int underWay = 0;
        std::optional<qint64> nextRound; ///< In the order of sending.
        bool awaitsTurn = false;
        bool isSlow = false; ///< Its last answer came after its place was given away.
    };
    CertificateAuthority trustedBy(const DueLine& due);
    void awaitTurn(qint64 endpoint, Line& line);
    void sendNext();
    void post(const Waiting& next);
    void answered(SentAttempt attempt, qint64 quarter);
    void freePlaces();
    void tell();

    const Clock& clock_;
    const Clock& realTime_;
    Post post_;
    std::unique_ptr<HttpSender> http_;
    ProxyChoice proxies_;
    QHash<QByteArray, CertificateAuthority> authorities_; ///< By their bytes, those that were read lately.
    QHash<qint64, Line> lines_;                           ///< By endpoint.
    SendingOrder order_; ///< Endpoints that have something waiting and room to send it.
    int linesNow_ = 0;   ///< The most lines in this quarter of a second, and in the one before.
    int linesBefore_ = 0;
    QList<SentAttempt> settled_;
    QTimer soon_;
    QElapsedTimer elapsed_;
    qint64 quarter_ = 0;              ///< The quarter of a second that it is, since the start.
    std::array<int, 4> begunIn_ = {}; ///< Attempts that hold a place, by the quarter in which they began.
    int placesTaken_ = 0;
    QTimer nextQuarter_;
};

} // namespace waybill
