// SPDX-License-Identifier: MIT
// For tests of what sends deliveries: attempts and what came of them.
#pragma once

#include "http/httpsender.h"

#include <QEventLoop>
#include <QTimer>

namespace waybill::test {

struct Outcome {
    int calls = 0;
    AttemptOutcome outcome;
    QEventLoop loop;

    std::function<void(AttemptOutcome)> done() {
        return [this](const AttemptOutcome& value) {
            ++calls;
            outcome = value;
            loop.quit();
        };
    }
    bool wait() {
        QTimer::singleShot(20'000, &loop, &QEventLoop::quit);
        if (calls == 0)
            loop.exec();
        return calls > 0;
    }
};

inline AttemptOutcome outcomeOf(HttpSender& sender, const OutgoingPost& post) {
    Outcome result;
    sender.post(post, result.done());
    if (!result.wait())
        qFatal("An attempt did not end.");
    return result.outcome;
}

inline OutgoingPost postTo(const QUrl& url, const QByteArray& body = "{\"a\":1}") {
    return {HttpDestination(url), "Content-Type: application/json\r\nX-First: 1\r\nX-Second: 2\r\n", body};
}

} // namespace waybill::test
