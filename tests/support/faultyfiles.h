// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <array>
#include <sqlite3.h>

namespace waybill {

/// While it lives, SQLite's files go through it: the default file system, but the n-th write, sync, truncation or lock
/// of all files together fails as the test says. Nothing reaches the disk's platters (a sync does nothing) and nobody
/// waits (a sleep is none), so that a thousand runs take seconds. Make it before a database is opened; one thread.
class FaultyFiles {
public:
    enum Operation { Write, Sync, Truncate, Lock };

    FaultyFiles() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
        vfs_.zName = "faulty";
        vfs_.pNext = nullptr;
        vfs_.pAppData = this;
        vfs_.szOsFile = int(sizeof(File)) + real_->szOsFile;
        vfs_.xOpen = &open;
        vfs_.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
        sqlite3_vfs_register(&vfs_, 1);
    }
    ~FaultyFiles() { sqlite3_vfs_unregister(&vfs_); }
    Q_DISABLE_COPY_MOVE(FaultyFiles)

    /// Counts from here on. `once`: only the n-th; otherwise every one from then on, of every kind that writes.
    void failAt(Operation operation, int n, int code, bool once) {
        operation_ = operation;
        left_ = n;
        code_ = code;
        once_ = once;
        failing_ = false;
        failed_ = 0;
    }
    void recover() {
        left_ = 0;
        failing_ = false;
    }
    int failed() const { return failed_; } ///< How many operations failed since `failAt`.

private:
    struct File {
        sqlite3_file base;
        FaultyFiles* owner;
        sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };
    static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
    static sqlite3_file* realOf(sqlite3_file* file) { return of(file)->real(); }

    /// What the operation answers instead of doing its work, or SQLITE_OK.
    static int faultOf(sqlite3_file* file, Operation operation) { return of(file)->owner->fault(operation); }
    int fault(Operation operation) {
        const bool isLock = operation == Lock;
        if (failing_ && (operation_ == Lock) == isLock) {
            ++failed_;
            return code_;
        }
        if (operation != operation_ || left_ == 0 || --left_ > 0)
            return SQLITE_OK;
        failing_ = !once_;
        ++failed_;
        return code_;
    }

    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* outFlags) {
        auto* self = static_cast<FaultyFiles*>(vfs->pAppData);
        of(file)->owner = self;
        of(file)->base.pMethods = nullptr;
        const int opened = self->real_->xOpen(self->real_, name, realOf(file), flags, outFlags);
        if (opened == SQLITE_OK)
            of(file)->base.pMethods = &methods;
        return opened;
    }

    // Of the real file, apart from what may fail. Version 2: with shared memory, without mapped files.
    static constexpr sqlite3_io_methods methods{
        2,
        [](sqlite3_file* f) { return realOf(f)->pMethods->xClose(realOf(f)); },
        [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
            return realOf(f)->pMethods->xRead(realOf(f), to, size, at);
        },
        [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
            const int fault = faultOf(f, Write);
            // A disk that fills up has taken half of it.
            if (fault == SQLITE_FULL && size > 1)
                realOf(f)->pMethods->xWrite(realOf(f), from, size / 2, at);
            return fault ? fault : realOf(f)->pMethods->xWrite(realOf(f), from, size, at);
        },
        [](sqlite3_file* f, sqlite3_int64 size) {
            const int fault = faultOf(f, Truncate);
            return fault ? fault : realOf(f)->pMethods->xTruncate(realOf(f), size);
        },
        [](sqlite3_file* f, int) { return faultOf(f, Sync); },
        [](sqlite3_file* f, sqlite3_int64* size) { return realOf(f)->pMethods->xFileSize(realOf(f), size); },
        [](sqlite3_file* f, int level) {
            const int fault = faultOf(f, Lock);
            return fault ? fault : realOf(f)->pMethods->xLock(realOf(f), level);
        },
        [](sqlite3_file* f, int level) { return realOf(f)->pMethods->xUnlock(realOf(f), level); },
        [](sqlite3_file* f, int* isReserved) { return realOf(f)->pMethods->xCheckReservedLock(realOf(f), isReserved); },
        [](sqlite3_file* f, int what, void* argument) {
            return realOf(f)->pMethods->xFileControl(realOf(f), what, argument);
        },
        [](sqlite3_file* f) { return realOf(f)->pMethods->xSectorSize(realOf(f)); },
        [](sqlite3_file* f) { return realOf(f)->pMethods->xDeviceCharacteristics(realOf(f)); },
        [](sqlite3_file* f, int page, int size, int extend, void volatile** memory) {
            return realOf(f)->pMethods->xShmMap(realOf(f), page, size, extend, memory);
        },
        [](sqlite3_file* f, int offset, int n, int flags) {
            const int fault = (flags & SQLITE_SHM_LOCK) ? faultOf(f, Lock) : SQLITE_OK;
            return fault ? fault : realOf(f)->pMethods->xShmLock(realOf(f), offset, n, flags);
        },
        [](sqlite3_file* f) { realOf(f)->pMethods->xShmBarrier(realOf(f)); },
        [](sqlite3_file* f, int deleteFlag) { return realOf(f)->pMethods->xShmUnmap(realOf(f), deleteFlag); },
        nullptr,
        nullptr,
    };

    sqlite3_vfs* real_;
    sqlite3_vfs vfs_;
    Operation operation_ = Write;
    int left_ = 0;
    int code_ = SQLITE_OK;
    bool once_ = true;
    bool failing_ = false;
    int failed_ = 0;
};

} // namespace waybill
