// SPDX-License-Identifier: MIT
#pragma once

#include "completion/pendingcalls.h"

#include <QThread>

namespace waybill {

/// A thread for files: work is done there in order, and its answer comes back to the thread of whoever asked.
class FileThread final : public QObject {
public:
    explicit FileThread(const QString& name);
    /// Finishes what was asked before.
    ~FileThread() override;

    template <typename T, typename Work>
    void run(QObject* context, Done<T> done, Work work) {
        const quint64 number = calls_.add<T>(context, std::move(done));
        QMetaObject::invokeMethod(
            worker_,
            [this, number, work = std::move(work)] {
                QMetaObject::invokeMethod(
                    this, [this, number, result = Result<T>(work())] { calls_.finish<T>(number, result); },
                    Qt::QueuedConnection);
            },
            Qt::QueuedConnection);
    }

private:
    QThread thread_;
    QObject* worker_;
    PendingCalls calls_;
};

} // namespace waybill
