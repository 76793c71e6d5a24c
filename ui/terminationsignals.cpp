// SPDX-License-Identifier: MIT
#include "terminationsignals.h"

#include <chrono>
#include <csignal>
#include <cstring>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

namespace waybill {

namespace {
// Two seconds are promised; the rest is for the process to be taken down.
#ifdef __SANITIZE_ADDRESS__
constexpr std::chrono::milliseconds patience{20'000}; // It looks for leaks at the end.
#else
constexpr std::chrono::milliseconds patience{1'700};
#endif

sigset_t terminationSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    struct sigaction hangup {};
    if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        sigaddset(&signals, SIGHUP);
    return signals;
}

/// Readable as long as a signal was taken that nobody was told of. Made by the first who asks, in main().
int taken() {
    static const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor;
}

[[noreturn]] void endAtOnce() {
    constexpr const char* words = "Waybill did not end by itself in time, so it was ended. What was stored is safe; "
                                  "what was under way is settled at the next start.\n";
    (void)!::write(STDERR_FILENO, words, std::strlen(words));
    std::_Exit(1);
}

[[noreturn]] void watchOver(sigset_t signals) {
    int number = 0;
    while (sigwait(&signals, &number) != 0) {
    }
    constexpr quint64 one = 1;
    (void)!::write(taken(), &one, sizeof one);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (auto left = patience; left.count() > 0;
         left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())) {
        // Others that come meanwhile ask for what is being done.
        const timespec wait{left.count() / 1000, left.count() % 1000 * 1'000'000};
        (void)sigtimedwait(&signals, nullptr, &wait);
    }
    endAtOnce();
}
} // namespace

void TerminationSignals::watch() {
    (void)taken();
    const sigset_t signals = terminationSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    // A browser that Waybill starts would not hear them either.
    pthread_atfork(nullptr, nullptr, [] {
        const sigset_t inherited = terminationSignals();
        pthread_sigmask(SIG_UNBLOCK, &inherited, nullptr);
    });
    std::thread(&watchOver, signals).detach();
}

// The watch has one way to hear of an end.
void TerminationSignals::hurry() {
    ::kill(::getpid(), SIGTERM);
}

TerminationSignals::TerminationSignals(QObject* parent) : QObject(parent), notifier_(taken(), QSocketNotifier::Read) {
    connect(&notifier_, &QSocketNotifier::activated, this, [this] {
        quint64 count = 0;
        if (::read(taken(), &count, sizeof count) == sizeof count)
            Q_EMIT received();
    });
}

TerminationSignals::~TerminationSignals() {
    notifier_.setEnabled(false);
}

} // namespace waybill
