// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"

#include <QHash>
#include <QObject>
#include <QPointer>

#include <functional>
#include <utility>

namespace waybill {

template <typename T>
using Done = std::function<void(Result<T>)>;

/// Who waits for which answer, for the facade of a room that works on another thread: the facade keeps the calls here,
/// only numbers and values travel, and the answer reaches a caller that is still there. Lives on the callers' thread.
class PendingCalls {
public:
    /// Remembers `done` until `take`; it is dropped when `context` has gone by then.
    template <typename T>
    quint64 add(QObject* context, Done<T> done) {
        const quint64 number = ++last_;
        calls_.insert(number, {context, [done = std::move(done)](void* result) {
                                   done(std::move(*static_cast<Result<T>*>(result)));
                               }});
        return number;
    }
    /// Calls `done` of this number once, unless it was cancelled or its context is gone.
    template <typename T>
    void finish(quint64 number, Result<T> result) {
        const Call call = calls_.take(number);
        if (call.context)
            call.deliver(&result);
    }
    void cancel(quint64 number) { calls_.remove(number); }
    bool contains(quint64 number) const { return calls_.contains(number); }

private:
    struct Call {
        QPointer<QObject> context;
        std::function<void(void*)> deliver;
    };
    QHash<quint64, Call> calls_;
    quint64 last_ = 0;
};

} // namespace waybill
