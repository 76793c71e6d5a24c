// SPDX-License-Identifier: MIT
// For tests of what talks to an account: a Transport that plays a script of answers and keeps what was asked.
#pragma once

#include "http/transport.h"

#include <QObject>
#include <QPointer>
#include <QQueue>
#include <QTimer>

#include <memory>

namespace waybill::test {

class ScriptedTransport final : public Transport {
public:
    /// The next request that has no answer yet gets this one. In the order of the calls.
    void answer(HttpResponse response) { script_.enqueue({Step::Answer, std::move(response), {}}); }
    void answer(int status, const QByteArray& body = {}, HttpHeaders headers = {}) {
        answer({status, std::move(headers), body});
    }
    void fail(ErrorKind kind) {
        Error error;
        error.kind = kind;
        script_.enqueue({Step::Fail, {}, error});
    }
    /// No answer until `release()`.
    void hold(HttpResponse response) { script_.enqueue({Step::Hold, std::move(response), {}}); }
    void release() {
        for (const auto& held : std::exchange(held_, {})) {
            if (held->context && held->done)
                held->done(held->response);
        }
    }

    const QList<HttpRequest>& requests() const { return requests_; }
    int cancelled() const { return cancelled_; }

    RequestHandle send(const HttpRequest& request, QObject* context, Done<HttpResponse> done) override {
        requests_.append(request);
        if (script_.isEmpty())
            qFatal("The script has no answer to %s %s", request.method.constData(), request.target.constData());
        Step step = script_.dequeue();
        auto call = std::make_shared<Held>(Held{context, std::move(done), std::move(step.response)});
        if (step.kind == Step::Hold)
            held_.append(call);
        else
            QTimer::singleShot(0, context, [call, step] {
                if (!call->done)
                    return;
                if (step.kind == Step::Fail)
                    call->done(failure(step.error));
                else
                    call->done(call->response);
            });
        return RequestHandle([this, call] {
            call->done = nullptr;
            ++cancelled_;
        });
    }

private:
    struct Step {
        enum Kind { Answer, Fail, Hold } kind;
        HttpResponse response;
        Error error;
    };
    struct Held {
        QPointer<QObject> context;
        Done<HttpResponse> done;
        HttpResponse response;
    };
    QQueue<Step> script_;
    QList<std::shared_ptr<Held>> held_;
    QList<HttpRequest> requests_;
    int cancelled_ = 0;
};

} // namespace waybill::test
