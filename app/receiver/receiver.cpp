// SPDX-License-Identifier: MIT
#include "receiver/receiver.h"

#include "receiver/receiverworker.h"

#include <memory>

namespace waybill {

namespace {
QString currentName(const QString& owner) {
    return QString(u"inbox/" % owner);
}
QString previousName(const QString& owner) {
    return QString(u"inbox/" % owner % u"/previous");
}
} // namespace

Receiver::Receiver(const DataFile& databaseFile, SecretVault& vault, const Clock& clock, RandomSource& random,
                   QObject* parent)
    : QObject(parent), vault_(vault), worker_(new Worker(databaseFile, clock, random)) {
    thread_.setObjectName(QStringLiteral("receiver"));
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    connect(worker_, &Worker::opened, this, [this](const QList<InboxOwner>& owners, const InboxAddress& address) {
        address_ = address;
        // What was said before the log was open counts, and is still to be kept.
        for (auto owner = owners_.constBegin(); owner != owners_.constEnd(); ++owner)
            remember(owner.key());
        for (const InboxOwner& owner : owners) {
            if (!owners_.contains(owner.owner))
                owners_.insert(owner.owner, owner.previousValidUntil);
        }
        reloadSecrets();
    });
    connect(worker_, &Worker::listening, this, [this](const InboxAddress& address, quint16 portBefore) {
        address_ = address;
        portBefore_ = portBefore;
        Q_EMIT listening(url());
    });
    connect(worker_, &Worker::captured, this, &Receiver::captured);
    connect(worker_, &Worker::failed, this, &Receiver::failed);
    connect(worker_, &Worker::recovered, this, &Receiver::recovered);
    connect(worker_, &Worker::captureRead, this,
            [this](quint64 call, const Result<Capture>& capture) { calls_.finish<Capture>(call, capture); });
    thread_.start();
}

Receiver::~Receiver() {
    // Behind what was asked before, so that it is done.
    QMetaObject::invokeMethod(
        worker_, [] { QThread::currentThread()->quit(); }, Qt::QueuedConnection);
    thread_.wait();
}

void Receiver::start(quint16 port) {
    QMetaObject::invokeMethod(worker_, [worker = worker_, port] { worker->start(port); });
}

QUrl Receiver::url() const {
    return address_.port == 0
               ? QUrl()
               : QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(QString::number(address_.port), address_.path));
}

void Receiver::useSecrets(const QString& owner, const EndpointSecrets& secrets) {
    forgetKept(owner);
    handed_.insert(owner);
    InboxSecrets inbox{{{secrets.current, std::nullopt}}, true};
    if (!secrets.previous.isEmpty() && secrets.previousValidUntil)
        inbox.secrets += {secrets.previous, secrets.previousValidUntil};
    QMetaObject::invokeMethod(worker_, [worker = worker_, owner, inbox] {
        worker->keepPort();
        worker->setSecrets(owner, inbox);
    });
}

void Receiver::releaseSecrets(const QString& owner) {
    if (!handed_.remove(owner) && !owners_.contains(owner))
        return;
    forgetKept(owner);
    QMetaObject::invokeMethod(worker_, [worker = worker_, owner] { worker->releaseSecrets(owner); });
}

void Receiver::hand(const QString& owner) {
    InboxSecrets inbox;
    const auto add = [&](const QHash<QString, Secret>& secrets, std::optional<Instant> until) {
        const auto found = secrets.constFind(owner);
        if (found != secrets.constEnd())
            inbox.secrets += {*found, until};
        else
            inbox.isComplete = false;
    };
    add(current_, std::nullopt);
    if (const auto until = owners_.value(owner))
        add(previous_, until);
    QMetaObject::invokeMethod(worker_, [worker = worker_, owner, inbox] { worker->setSecrets(owner, inbox); });
}

void Receiver::remember(const QString& owner) {
    QMetaObject::invokeMethod(
        worker_, [worker = worker_, kept = InboxOwner{owner, owners_.value(owner)}] { worker->rememberOwner(kept); });
}

void Receiver::keepPrevious(const QString& owner, const Secret& previous) {
    // The same secret once more: what came before it is still the previous one.
    if (equalInConstantTime(previous.reveal(), current_.value(owner).reveal()))
        return;
    previous_.insert(owner, previous);
    vault_.write(previousName(owner), previous, this, [](const Result<void>&) {});
}

void Receiver::useSecret(const QString& owner, const Secret& secret, std::optional<Instant> previousValidUntil,
                         QObject* context, Done<void> done) {
    const Secret before = current_.value(owner);
    const bool hadPrevious = owners_.value(owner).has_value();
    handed_.remove(owner);
    current_.insert(owner, secret);
    owners_.insert(owner, previousValidUntil);
    if (previousValidUntil && !before.isEmpty()) {
        keepPrevious(owner, before);
    } else if (previousValidUntil) {
        // Perhaps it is in the vault and was not read yet.
        vault_.read(currentName(owner), this, [this, owner, secret](const Result<Secret>& kept) {
            if (kept && equalInConstantTime(current_.value(owner).reveal(), secret.reveal())) {
                keepPrevious(owner, *kept);
                hand(owner);
            }
        });
    } else if (hadPrevious) {
        previous_.remove(owner);
        vault_.remove(previousName(owner), this, [](const Result<void>&) {});
    }
    // It checks from now on, also where it cannot be kept for later.
    QMetaObject::invokeMethod(worker_, &Worker::keepPort);
    hand(owner);
    remember(owner);
    vault_.write(currentName(owner), secret, context, std::move(done));
}

void Receiver::forgetSecret(const QString& owner) {
    handed_.remove(owner);
    forgetKept(owner);
    QMetaObject::invokeMethod(worker_, [worker = worker_, owner] { worker->dropSecrets(owner); });
}

void Receiver::forgetKept(const QString& owner) {
    if (!owners_.contains(owner))
        return;
    owners_.remove(owner);
    current_.remove(owner);
    previous_.remove(owner);
    QMetaObject::invokeMethod(worker_, [worker = worker_, owner] { worker->forgetOwner(owner); });
    vault_.remove(currentName(owner), this, [](const Result<void>&) {});
    vault_.remove(previousName(owner), this, [](const Result<void>&) {});
}

void Receiver::forgetPreviousSecret(const QString& owner) {
    if (!owners_.value(owner))
        return;
    owners_.insert(owner, std::nullopt);
    previous_.remove(owner);
    vault_.remove(previousName(owner), this, [](const Result<void>&) {});
    hand(owner);
    remember(owner);
}

void Receiver::forgetSecretsOf(const QString& account) {
    const QStringList owners = owners_.keys();
    for (const QString& owner : owners) {
        if (owner.startsWith(QString(account % u'/')))
            forgetSecret(owner);
    }
}

void Receiver::reloadSecrets() {
    for (auto owner = owners_.constBegin(); owner != owners_.constEnd(); ++owner) {
        const QString& name = owner.key();
        if (!current_.contains(name)) {
            vault_.read(currentName(name), this, [this, name](const Result<Secret>& secret) {
                if (secret && owners_.contains(name) && !current_.contains(name)) {
                    current_.insert(name, *secret);
                    hand(name);
                }
            });
        }
        if (owner.value() && !previous_.contains(name)) {
            vault_.read(previousName(name), this, [this, name, until = owner.value()](const Result<Secret>& secret) {
                if (secret && owners_.value(name) == until && !previous_.contains(name)) {
                    previous_.insert(name, *secret);
                    hand(name);
                }
            });
        }
    }
}

void Receiver::readCapture(const QString& deliveryId, QObject* context, Done<Capture> done) {
    const quint64 call = calls_.add<Capture>(context, std::move(done));
    QMetaObject::invokeMethod(worker_, [worker = worker_, call, deliveryId] { worker->readCapture(call, deliveryId); });
}

} // namespace waybill
