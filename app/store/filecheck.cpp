// SPDX-License-Identifier: MIT
#include "store/filecheck.h"

namespace waybill {

FileCheck::FileCheck(const QString& path, std::span<const Migration> migrations, QObject* parent) : QObject(parent) {
    thread_.reset(QThread::create([this, path, migrations] {
        const auto goesOn = [] { return !QThread::currentThread()->isInterruptionRequested(); };
        const auto database = Database::open(path, migrations);
        const bool isDamaged = database && (*database)->check(goesOn) == Database::Condition::Damaged;
        // It arrives on the thread of whoever listens; we are still there, because we wait.
        Q_EMIT finished(isDamaged);
    }));
    thread_->setObjectName(QStringLiteral("check"));
    thread_->start(QThread::LowestPriority);
}

FileCheck::~FileCheck() {
    thread_->requestInterruption();
    thread_->wait();
}

} // namespace waybill
