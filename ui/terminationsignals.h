// SPDX-License-Identifier: MIT
#pragma once

#include <QSocketNotifier>

namespace waybill {

/// SIGTERM, SIGINT and SIGHUP as a signal of the event loop, so that everything ends in its order; and the promise that
/// it does end: a thread of its own takes the signals from the first line of main() on, and ends the process itself
/// where that has not happened in time, whatever the other threads hang on. What is stored outlives that, as it
/// outlives a kill.
class TerminationSignals final : public QObject {
    Q_OBJECT
public:
    /// First of all in main(), before there is another thread: one that does not block these signals would take them,
    /// and end the program at once. SIGHUP is left alone where whoever started Waybill has it ignored (nohup).
    static void watch();
    /// The event loop has ended, for whatever reason: the rest has to end in time, too.
    static void hurry();
    /// After `watch()`; one that arrived before is told as soon as the event loop runs.
    explicit TerminationSignals(QObject* parent = nullptr);
    ~TerminationSignals() override;

Q_SIGNALS:
    void received();

private:
    QSocketNotifier notifier_;
};

} // namespace waybill
