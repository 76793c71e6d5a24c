// SPDX-License-Identifier: MIT
#include "store/filecheck.h"

namespace waybill {

FileCheck::FileCheck(const DataFile& file, std::span<const Migration> migrations, QObject* parent) : QObject(parent) {
    thread_.reset(QThread::create([this, file, migrations] {
        const auto goesOn = [] { return !QThread::currentThread()->isInterruptionRequested(); };
        const auto database = Database::open(file, migrations);
        auto condition = Database::Condition::Unknown;
        if (database)
            condition = (*database)->check(goesOn);
        else if (database.error().code == storage::damaged)
            condition = Database::Condition::Damaged;
        // It arrives on the thread of whoever listens; we are still there, because we wait.
        Q_EMIT finished(condition);
    }));
    thread_->setObjectName(QStringLiteral("check"));
}

void FileCheck::start() {
    thread_->start(QThread::LowestPriority);
}

FileCheck::~FileCheck() {
    thread_->requestInterruption();
    thread_->wait();
}

} // namespace waybill
