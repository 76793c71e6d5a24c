// SPDX-License-Identifier: MIT
#include "terminationsignals.h"

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace waybill {

namespace {
int blockedSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&signals, number);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}
} // namespace

TerminationSignals::TerminationSignals(QObject* parent)
    : QObject(parent), descriptor_(blockedSignals()), notifier_(descriptor_, QSocketNotifier::Read) {
    connect(&notifier_, &QSocketNotifier::activated, this, &TerminationSignals::received);
}

TerminationSignals::~TerminationSignals() {
    notifier_.setEnabled(false);
    close(descriptor_);
}

} // namespace waybill
