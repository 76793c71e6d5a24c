// SPDX-License-Identifier: MIT
#include "secrets/sessionvault.h"

#include <QTimer>

using namespace Qt::StringLiterals;

namespace waybill {

template <typename T>
void SessionVault::answer(QObject* context, Done<T> done, Result<T> result) {
    const quint64 number = calls_.add<T>(context, std::move(done));
    QTimer::singleShot(0, this, [this, number, result = std::move(result)] { calls_.finish<T>(number, result); });
}

void SessionVault::read(const QString& name, QObject* context, Done<Secret> done) {
    const auto found = secrets_.constFind(name);
    if (found == secrets_.constEnd())
        return answer<Secret>(context, std::move(done),
                              failure(ErrorKind::SecretNotFound, u"This secret is not kept here."_s));
    answer<Secret>(context, std::move(done), *found);
}

void SessionVault::write(const QString& name, const Secret& secret, QObject* context, Done<void> done) {
    secrets_.insert(name, secret);
    answer<void>(context, std::move(done), {});
}

void SessionVault::remove(const QString& name, QObject* context, Done<void> done) {
    secrets_.remove(name);
    answer<void>(context, std::move(done), {});
}

void SessionVault::list(QObject* context, Done<QStringList> done) {
    answer<QStringList>(context, std::move(done), secrets_.keys());
}

} // namespace waybill
