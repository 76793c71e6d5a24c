// SPDX-License-Identifier: MIT
#pragma once

#include "terminationsignals.h"

class QCoreApplication;

namespace waybill {

/// The one way out. Whoever asks Waybill to end - a termination signal, the session at logout, Quit, the last window
/// that closes - ends its event loops at once. No window is asked whether it may close: a sheet that says no would have
/// the program go on. What that may cost a person is noted while it is at stake (`Unfinished`).
class Ending final : public QObject {
    Q_OBJECT
public:
    /// `status`: the exit status where somebody asks.
    explicit Ending(QCoreApplication& application, int status = 0);
    /// Runs the application until somebody asks; then the rest has to end in time.
    static int run();

Q_SIGNALS:
    /// The loops end now, or the session may end soon: the moment to remember the windows as the person left them.
    void near();

protected:
    /// Quit requests and the Quit key of the whole application, wherever the focus is.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void end();

    QCoreApplication& application_;
    const int status_;
    bool hasBegun_ = false;
    TerminationSignals termination_;
};

} // namespace waybill
