// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>
#include <QMutex>

#include <algorithm>
#include <sqlite3.h>

namespace waybill {

/// While it lives, counts the steps that SQLite's machine takes for each statement, in every database of this process
/// that is opened meanwhile: the same on every machine, busy or not.
class StatementSteps {
public:
    StatementSteps() { sqlite3_auto_extension(entry()); }
    ~StatementSteps() { sqlite3_cancel_auto_extension(entry()); }
    Q_DISABLE_COPY_MOVE(StatementSteps)

    /// The most that one run took, by statement; from here on it counts anew.
    static QHash<QByteArray, int> take() {
        const QMutexLocker locker(&mutex);
        return std::exchange(counts, {});
    }

private:
    static void (*entry())() { return reinterpret_cast<void (*)()>(&watch); }
    static int watch(sqlite3* database, const char**, const void*) {
        return sqlite3_trace_v2(database, SQLITE_TRACE_PROFILE, &note, nullptr);
    }
    static int note(unsigned, void*, void* what, void*) {
        auto* statement = static_cast<sqlite3_stmt*>(what);
        const QByteArray text = sqlite3_sql(statement);
        const int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
        const QMutexLocker locker(&mutex);
        int& most = counts[text];
        most = std::max(most, steps);
        return 0;
    }

    static inline QMutex mutex;
    static inline QHash<QByteArray, int> counts;
};

} // namespace waybill
