// SPDX-License-Identifier: MIT
#include "secrets/sealedfilevault.h"

#include "secrets/sealedfile.h"

using namespace Qt::StringLiterals;

namespace waybill {

SealedFileVault::SealedFileVault(const QString& dataFolder, QObject* parent)
    : SecretVault(parent), dataFolder_(dataFolder), worker_(new QObject) {
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    thread_.setObjectName(u"secrets"_s);
    thread_.start();
}

SealedFileVault::~SealedFileVault() {
    QMetaObject::invokeMethod(
        worker_, [] { QThread::currentThread()->quit(); }, Qt::QueuedConnection);
    thread_.wait();
}

template <typename T, typename Work>
void SealedFileVault::start(QObject* context, Done<T> done, Work work) {
    const quint64 number = calls_.add<T>(context, std::move(done));
    QMetaObject::invokeMethod(
        worker_,
        [this, number, work = std::move(work), file = SealedFile(dataFolder_)] {
            QMetaObject::invokeMethod(
                this, [this, number, result = work(file)] { calls_.finish<T>(number, result); }, Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

void SealedFileVault::read(const QString& name, QObject* context, Done<Secret> done) {
    start<Secret>(context, std::move(done), [name](const SealedFile& file) -> Result<Secret> {
        const Result<Secrets> secrets = file.open();
        if (!secrets)
            return failure(secrets.error());
        const auto found = secrets->constFind(name);
        if (found == secrets->constEnd())
            return failure(ErrorKind::SecretNotFound, u"This secret is not kept here."_s);
        return *found;
    });
}

void SealedFileVault::write(const QString& name, const Secret& secret, QObject* context, Done<void> done) {
    start<void>(context, std::move(done), [name, secret](const SealedFile& file) -> Result<void> {
        Result<Secrets> secrets = file.open();
        if (!secrets)
            return failure(secrets.error());
        secrets->insert(name, secret);
        return file.seal(*secrets);
    });
}

void SealedFileVault::remove(const QString& name, QObject* context, Done<void> done) {
    start<void>(context, std::move(done), [name](const SealedFile& file) -> Result<void> {
        Result<Secrets> secrets = file.open();
        if (!secrets)
            return failure(secrets.error());
        if (secrets->remove(name) == 0)
            return {};
        return file.seal(*secrets);
    });
}

} // namespace waybill
