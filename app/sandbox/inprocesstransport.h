// SPDX-License-Identifier: MIT
#pragma once

#include "http/transport.h"

#include <functional>
#include <memory>

namespace waybill {

/// Hands the same requests to the sandbox on its thread: no port, no firewall, one meaning. Lives on the main thread.
class InProcessTransport final : public Transport {
public:
    using HandOver = std::function<void(quint64 call, const HttpRequest& request)>;
    explicit InProcessTransport(HandOver handOver) : handOver_(std::move(handOver)) {}

    RequestHandle send(const HttpRequest& request, QObject* context, Done<HttpResponse> done) override {
        const quint64 call = calls_->add<HttpResponse>(context, std::move(done));
        handOver_(call, request);
        return RequestHandle([calls = std::weak_ptr(calls_), call] {
            if (const auto still = calls.lock())
                still->cancel(call);
        });
    }
    void responded(quint64 call, const HttpResponse& response) { calls_->finish<HttpResponse>(call, response); }

private:
    HandOver handOver_;
    std::shared_ptr<PendingCalls> calls_ = std::make_shared<PendingCalls>();
};

} // namespace waybill
