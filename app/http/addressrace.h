// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptfailure.h"

#include <QHostAddress>
#include <QObject>
#include <QTcpSocket>
#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace waybill {

/// Connects to one of the addresses of a name (RFC 8305): by turns of IPv6 and IPv4, the next one after 250 ms or as
/// soon as the one before has failed. The first that stands wins; the others are closed, and nothing was written to
/// them. Not to be destroyed by what hears its signals.
class AddressRace final : public QObject {
    Q_OBJECT
public:
    /// `make`: a socket that is to be connected, with its proxy set.
    using MakeSocket = std::function<std::unique_ptr<QTcpSocket>()>;
    explicit AddressRace(MakeSocket make);
    ~AddressRace() override;

    void start(const QString& host, quint16 port, QIODevice::OpenMode mode);
    /// To these in turn, as they are.
    void start(const QList<QHostAddress>& addresses, quint16 port, QIODevice::OpenMode mode);
    void stop(); ///< Without a further signal.

    /// After `won`, once.
    std::unique_ptr<QTcpSocket> takeWinner() { return std::move(winner_); }
    /// After `lost`: what all of them have in common, or the nearest to a connection.
    AttemptFailure failure() const { return failure_; }
    QString details() const { return details_.join(u'\n'); }
    QStringList tried() const { return tried_; }

    /// Each address once, the families by turns, beginning with that of the first.
    static QList<QHostAddress> interleaved(const QList<QHostAddress>& addresses);

Q_SIGNALS:
    void lookedUp();
    void won();
    void lost();

private:
    class Runner;
    void tryNext();
    void runnerConnected(Runner& runner);
    void runnerFailed(Runner& runner, AttemptFailure failure, const QString& reason);
    void lose(AttemptFailure failure, const QString& reason);
    void drop(Runner& runner);

    const MakeSocket make_;
    QIODevice::OpenMode mode_ = QIODevice::ReadWrite;
    quint16 port_ = 0;
    int lookUp_ = -1;
    QList<QHostAddress> left_;
    std::vector<std::unique_ptr<Runner>> runners_;
    std::vector<std::unique_ptr<Runner>> gone_;
    std::unique_ptr<QTcpSocket> winner_;
    AttemptFailure failure_ = AttemptFailure::None;
    QStringList details_;
    QStringList tried_;
    QTimer next_;
};

} // namespace waybill
