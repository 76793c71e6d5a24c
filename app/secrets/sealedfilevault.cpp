// SPDX-License-Identifier: MIT
#include "secrets/sealedfilevault.h"

#include "secrets/sealedfile.h"

#include <QPointer>

#include <utility>

using namespace Qt::StringLiterals;

namespace waybill {

namespace {
template <typename T>
struct Worked {
    Result<T> result;
    QStringList openToOthers;
};
} // namespace

SealedFileVault::SealedFileVault(const QString& dataFolder, QObject* parent)
    : SecretVault(parent), dataFolder_(dataFolder), files_(u"secrets"_s) {}

template <typename T, typename Work>
void SealedFileVault::start(QObject* context, Done<T> done, Work work) {
    // Its answer comes to the vault first, which may be gone by then; the caller may be, too.
    files_.run<Worked<T>>(
        this,
        [this, context = QPointer(context), done = std::move(done)](const Result<Worked<T>>& worked) {
            if (!worked->openToOthers.isEmpty() && !std::exchange(isSaid_, true))
                Q_EMIT openToOthers(worked->openToOthers);
            if (context)
                done(worked->result);
        },
        [work = std::move(work), file = SealedFile(dataFolder_)] {
            Result<T> result = work(file);
            return Worked<T>{std::move(result), file.openToOthers()};
        });
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

void SealedFileVault::list(QObject* context, Done<QStringList> done) {
    start<QStringList>(context, std::move(done), [](const SealedFile& file) -> Result<QStringList> {
        const Result<Secrets> secrets = file.open();
        if (!secrets)
            return failure(secrets.error());
        return secrets->keys();
    });
}

} // namespace waybill
