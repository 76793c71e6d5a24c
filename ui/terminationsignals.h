// SPDX-License-Identifier: MIT
#pragma once

#include <QSocketNotifier>

namespace waybill {

/// SIGTERM, SIGINT and SIGHUP as a signal of the event loop, so that everything ends in its order. Lives as long as the
/// program.
class TerminationSignals final : public QObject {
    Q_OBJECT
public:
    /// For this thread and those that it starts: first of all in main(), since a thread that does not block them would
    /// take them, and end the program at once.
    static void block();
    /// After `block()`.
    explicit TerminationSignals(QObject* parent = nullptr);
    ~TerminationSignals() override;

Q_SIGNALS:
    void received();

private:
    int descriptor_;
    QSocketNotifier notifier_;
};

} // namespace waybill
