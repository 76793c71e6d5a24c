// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"

#include <QString>

#include <sys/types.h>

namespace waybill {

/// A folder of data for one process alone. The lock is the system's, on the folder itself and on the file
/// "waybill.lock" in it, at which an older Waybill looks: it goes with its process, however that ends, and it stays
/// with the folder, wherever that is moved. It says nothing by a process number, which another process may have by now.
class FolderLock final {
public:
    explicit FolderLock(QString folder) : path_(std::move(folder)) {}
    /// Lets go, and takes its file away.
    ~FolderLock();
    Q_DISABLE_COPY_MOVE(FolderLock)

    /// Makes the folder (0700) where there is none; one that is there is used as it is. DataInUse where another process
    /// has it; Storage, by its own name, where it cannot be used.
    Result<void> take();
    const QString& path() const { return path_; }
    /// Whether at the path is the folder that was taken: not where it was moved away or deleted, whatever is there now.
    /// Any thread, after `take()`.
    bool isInPlace() const;

private:
    Result<void> takeFolder();
    Result<void> takeFile();
    void letGo();

    QString path_;
    int folder_ = -1; ///< Stays open, so that no other folder gets its number.
    int file_ = -1;
};

/// A file of data, and the lock of the folder around it. Without one (null) nobody looks whether the folder is still
/// the same.
struct DataFile {
    DataFile(QString file, const FolderLock* lock = nullptr) : path(std::move(file)), folder(lock) {} // NOLINT
    QString path;
    const FolderLock* folder; ///< Outlives whoever has the file open.
    bool isInPlace() const { return !folder || folder->isInPlace(); }
};

} // namespace waybill
