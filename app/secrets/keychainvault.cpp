// SPDX-License-Identifier: MIT
#include "secrets/keychainvault.h"

#include <QCoreApplication>
#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;

namespace waybill {

namespace {

QString serviceName() {
    return u"Waybill"_s;
}

Error noKeychain(const QKeychain::Job& job) {
    Error error;
    error.kind = ErrorKind::NoKeychain;
    error.message = QCoreApplication::translate("Secrets", "This computer's keychain did not open.");
    error.details = u"QtKeychain error %1: %2"_s.arg(QString::number(int(job.error())), job.errorString());
    return error;
}

} // namespace

// A job cannot be cancelled, and its library still writes to it: one that nobody waits for is left to end and delete
// itself.
template <typename T, typename KeychainJob, typename ReadResult>
void KeychainVault::start(KeychainJob* job, const QString& name, QObject* context, Done<T> done,
                          ReadResult readResult) {
    const quint64 number = calls_.add<T>(context, std::move(done));
    job->setInsecureFallback(false);
    job->setAutoDelete(true);
    job->setKey(name);
    connect(job, &QKeychain::Job::finished, this,
            [this, number, job, readResult] { calls_.finish<T>(number, readResult(*job)); });
    job->start();
}

void KeychainVault::read(const QString& name, QObject* context, Done<Secret> done) {
    start<Secret>(new QKeychain::ReadPasswordJob(serviceName()), name, context, std::move(done),
                  [](const QKeychain::ReadPasswordJob& job) -> Result<Secret> {
                      if (job.error() == QKeychain::EntryNotFound)
                          return failure(ErrorKind::SecretNotFound,
                                         QCoreApplication::translate("Secrets", "This secret is not in the keychain."));
                      if (job.error() != QKeychain::NoError)
                          return failure(noKeychain(job));
                      return Secret(job.binaryData());
                  });
}

void KeychainVault::write(const QString& name, const Secret& secret, QObject* context, Done<void> done) {
    auto* job = new QKeychain::WritePasswordJob(serviceName());
    job->setBinaryData(secret.reveal());
    start<void>(job, name, context, std::move(done), [](const QKeychain::Job& finished) -> Result<void> {
        if (finished.error() != QKeychain::NoError)
            return failure(noKeychain(finished));
        return {};
    });
}

void KeychainVault::remove(const QString& name, QObject* context, Done<void> done) {
    start<void>(new QKeychain::DeletePasswordJob(serviceName()), name, context, std::move(done),
                [](const QKeychain::Job& job) -> Result<void> {
                    if (job.error() != QKeychain::NoError && job.error() != QKeychain::EntryNotFound)
                        return failure(noKeychain(job));
                    return {};
                });
}

} // namespace waybill
