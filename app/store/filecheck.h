// SPDX-License-Identifier: MIT
#pragma once

#include "store/database.h"

#include <QObject>
#include <QThread>

#include <memory>

namespace waybill {

/// Reads a whole database file, to see whether it is damaged: on a thread of its own, at the lowest priority, with a
/// connection of its own, so that whoever uses the file goes on meanwhile. For a file that was not closed well. Lives
/// on one thread; ends with it at once.
class FileCheck final : public QObject {
    Q_OBJECT
public:
    /// `migrations` outlive it; the file is up to date.
    FileCheck(const DataFile& file, std::span<const Migration> migrations, QObject* parent = nullptr);
    ~FileCheck() override;
    /// Once, as soon as somebody listens: it may be over in no time.
    void start();

Q_SIGNALS:
    /// Once. Unknown where the file could not be read.
    void finished(waybill::Database::Condition condition);

private:
    std::unique_ptr<QThread> thread_;
};

} // namespace waybill
