// SPDX-License-Identifier: MIT
#pragma once

#include <QSocketNotifier>

namespace waybill {

/// SIGTERM, SIGINT and SIGHUP as a signal of the event loop, so that everything ends in its order. Blocks them for this
/// thread and those that it starts: make it before any other thread. Lives as long as the program.
class TerminationSignals final : public QObject {
    Q_OBJECT
public:
    explicit TerminationSignals(QObject* parent = nullptr);
    ~TerminationSignals() override;

Q_SIGNALS:
    void received();

private:
    int descriptor_;
    QSocketNotifier notifier_;
};

} // namespace waybill
