// SPDX-License-Identifier: MIT
#pragma once

#include "secrets/secretvault.h"

#include <QMap>
#include <QStringList>

#include <functional>
#include <utility>

namespace waybill {

/// A vault in memory that does as the test says: refuses some operations, or keeps silent until it is told to answer.
class FakeVault final : public SecretVault {
public:
    FakeVault() {
        error.kind = ErrorKind::NoKeychain;
        error.message = QStringLiteral("The keychain is locked.");
        error.details = QStringLiteral("technical text");
    }

    QStringList refused; ///< "read", "write", "remove"
    Error error;         ///< What a refused operation answers.
    bool silent = false;
    QMap<QString, Secret> kept;
    QStringList asked; ///< "write probe"

    /// Answers the oldest question that it kept silent about.
    void answerOne() {
        if (!unanswered_.isEmpty())
            unanswered_.takeFirst()();
    }
    qsizetype unanswered() const { return unanswered_.size(); }

    void read(const QString& name, QObject* context, Done<Secret> done) override {
        start<Secret>(QStringLiteral("read"), name, context, std::move(done), [this, name]() -> Result<Secret> {
            if (!kept.contains(name))
                return failure(ErrorKind::SecretNotFound, QStringLiteral("This secret is not kept here."));
            return kept.value(name);
        });
    }
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override {
        start<void>(QStringLiteral("write"), name, context, std::move(done), [this, name, secret]() -> Result<void> {
            kept.insert(name, secret);
            return {};
        });
    }
    void remove(const QString& name, QObject* context, Done<void> done) override {
        start<void>(QStringLiteral("remove"), name, context, std::move(done), [this, name]() -> Result<void> {
            kept.remove(name);
            return {};
        });
    }

    void list(QObject* context, Done<QStringList> done) override {
        const quint64 number = calls_.add<QStringList>(context, std::move(done));
        QMetaObject::invokeMethod(
            this, [this, number] { calls_.finish<QStringList>(number, kept.keys()); }, Qt::QueuedConnection);
    }

private:
    template <typename T>
    void start(const QString& operation, const QString& name, QObject* context, Done<T> done,
               std::function<Result<T>()> work) {
        asked += operation + u' ' + name;
        const quint64 number = calls_.add<T>(context, std::move(done));
        auto answer = [this, number, operation, work = std::move(work)] {
            calls_.finish<T>(number, refused.contains(operation) ? Result<T>(failure(error)) : work());
        };
        if (silent)
            unanswered_.append(std::move(answer));
        else
            QMetaObject::invokeMethod(this, std::move(answer), Qt::QueuedConnection);
    }

    PendingCalls calls_;
    QList<std::function<void()>> unanswered_;
};

} // namespace waybill
