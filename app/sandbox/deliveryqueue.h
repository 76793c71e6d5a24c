// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"
#include "contract/delivery.h"
#include "contract/endpointhealth.h"
#include "contract/event.h"
#include "contract/result.h"
#include "store/statement.h"

#include <QByteArrayList>
#include <QHash>

#include <functional>

namespace waybill {

/// Which secrets sign for an endpoint: ids in the vault ("sandbox/<secret id>"), never the secrets themselves.
struct SigningKeys {
    QString current;
    QString previous; ///< Empty where there is none.
    std::optional<Instant> previousValidUntil;
};

/// Where bytes are in those of a line.
struct BytesOfLine {
    qsizetype at = 0;
    qsizetype size = 0;
};

/// A delivery that is due, with all that an attempt needs but the secrets.
struct DueDelivery {
    qint64 seq = 0;
    int attempt = 1;
    BytesOfLine id;
    BytesOfLine eventId;
    BytesOfLine eventType;
    BytesOfLine body; ///< To be sent exactly so.
};

/// What is due at one endpoint, the oldest first.
struct DueLine {
    qint64 endpoint = 0;
    QString url;
    SigningKeys keys;
    QByteArray trusted; ///< The bytes of the CertificateAuthority that may vouch for it; empty: only the system's.
    QList<DueDelivery> deliveries;
    /// Of all of them, in one piece: what one thread allocates and another frees, both wait for.
    QByteArray bytes;
    QByteArrayView of(const BytesOfLine& part) const { return QByteArrayView(bytes).sliced(part.at, part.size); }
};

/// One attempt as it was made.
struct SentAttempt {
    qint64 seq = 0; ///< Of its delivery.
    qint64 endpoint = 0;
    int attempt = 1;
    AttemptOutcome outcome;
    Instant startedAt; ///< When the attempt began: the next one counts from here.
    Instant settledAt;
    QString url;         ///< Where it was sent.
    qint64 signedAt = 0; ///< `t` of the signature.
    QByteArray signatureHeader;
};

/// Deliveries that could not be sent, because a secret cannot be read.
struct Deferral {
    qint64 endpoint = 0;
    QList<qint64> deliveries;
    QString reason;
    Instant until; ///< When to try again.
};

/// The deliveries table as a queue. Each endpoint has a line of its own, so that a slow receiver holds up none but
/// itself. What a look needs of the lines is kept in memory, and read anew whenever something failed in the store.
/// Lives on the sandbox's thread; all errors are Storage.
class DeliveryQueue final {
public:
    using NewId = std::function<QString()>;
    explicit DeliveryQueue(Database& database);
    /// Answers the real time while the account's clock shows another: what is made or settled then is marked with it.
    void setMovedTime(std::function<std::optional<Instant>()> movedTime) { movedTime_ = std::move(movedTime); }

    /// As part of the caller's transaction, which tells `inserted` once it is committed. NotFound where its event or
    /// endpoint is gone.
    Result<void> insert(const Delivery& delivery);
    void inserted(const Delivery& delivery);
    void endpointDeleted() { distrust(); }
    /// Nothing that is remembered of the lines counts.
    void distrust() { lines_.reset(); }

    struct Line {
        int pending = 0;
        int underWay = 0;
        std::optional<Instant> nextDue; ///< Of those that are not under way.
    };
    /// How much may be taken.
    struct Room {
        int deliveries = 0;
        qint64 bytes = 0; ///< Of bodies. One delivery is taken whatever its size.
        std::function<int(qint64 endpoint, const Line& line)> ofLine;
        int suspects = 0; ///< Lines of which `isSuspect` is true.
        std::function<bool(qint64 endpoint)> isSuspect;
    };
    /// Stores what was answered, in the order in which the attempts ended (of one moment: in that of `sent`), so that
    /// the endpoints come out as if each had been stored by itself; and puts back what could not be sent; then takes
    /// what is due, which is under way from here on. One transaction: where it fails, nothing was stored and nothing is
    /// taken. The first one after a failure writes in any case, so that it succeeds only where the store takes work
    /// again.
    Result<QList<DueLine>> turn(const QList<SentAttempt>& sent, const QList<Deferral>& deferred, Instant now,
                                const Room& room, const NewId& newId);
    /// Taken, but not sent after all: it waits again.
    void putBack(const QList<qint64>& deliveries, Instant now);
    /// After a crash: attempts that were under way are settled as interrupted and follow the schedule. Answers how
    /// many.
    Result<int> settleInterrupted(Instant now, const NewId& newId);
    /// Makes everything that was deferred due again.
    Result<void> retryDeferred(Instant now);

    struct State {
        int scheduled = 0;
        int underWay = 0;
        std::optional<Instant> nextDue;
        std::optional<Instant> nextWithRoom; ///< Of the lines that have room.
        QString waitingReason;
    };
    Result<State> state(const Room& room);

    /// What runs at every turn, for a test of the plans: none may read the log or the whole queue.
    QByteArrayList statements() const;

private:
    struct UnderWay {
        qint64 endpoint = 0;
        Instant since;
        qsizetype bytes = 0;
    };
    struct Latest {
        EndpointHealth health;
        std::optional<Instant> deliveredAt;
        std::optional<Instant> failedAt;
        std::optional<DisablingRule> disabledBy;
        std::optional<Instant> disabledAt;
    };
    struct Due {
        Instant at;
        qint64 seq = 0;
        auto operator<=>(const Due&) const = default; // NOLINT(modernize-use-nullptr): of the comparison with 0
    };
    Result<void> readLines();
    Result<bool> settle(const SentAttempt& sent, const NewId& newId);
    Result<void> settleAll(QList<SentAttempt> sent, const NewId& newId);
    Result<void> putBack(const Deferral& deferral, Instant now);
    Result<QList<DueLine>> take(Instant now, const Room& room);
    Result<QList<Due>> dueOfLine(qint64 endpoint, Line& line, int most, Instant now);
    Result<QList<DueLine>> read(const QList<Due>& picked, qint64 bytes, Instant now);
    Result<void> noteUnderWay();
    Line* lineOf(qint64 endpoint);
    void release(qint64 seq);

    Database& database_;
    std::function<std::optional<Instant>()> movedTime_ = [] { return std::optional<Instant>(); };
    std::optional<QHash<qint64, Line>> lines_; ///< By endpoint; those where nothing waits are left out.
    quint64 failuresBeforeLines_ = 0;          ///< Of the database, when the lines were read.
    quint64 failuresBeforeTurn_ = 0;           ///< When a turn last succeeded.
    QHash<qint64, UnderWay> underWay_;         ///< By delivery.
    qint64 bytesUnderWay_ = 0;
    bool isNoted_ = true;     ///< What is under way, in the store.
    bool hasDeferred_ = true; ///< There may be some.

    Statement readEndpoints_;
    Statement readDue_;
    Statement readDeliveries_;
    Statement settle_;
    Statement keepAnswer_;
    Statement insertNext_;
    Statement readHealth_;
    Statement writeHealth_;
    Statement writeUnderWay_;
    Statement deferOne_;
    Statement deferLine_;
    Statement readReason_;
};

} // namespace waybill
