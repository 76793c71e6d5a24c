// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <utility>

namespace waybill {

/// A request under way. Dropping the handle lets it go on; `cancel()` ends it, and its `done` is not called any more.
class RequestHandle {
public:
    RequestHandle() = default;
    explicit RequestHandle(std::function<void()> cancel) : cancel_(std::move(cancel)) {}

    void cancel() {
        if (auto cancelOnce = std::exchange(cancel_, nullptr))
            cancelOnce();
    }

private:
    std::function<void()> cancel_;
};

} // namespace waybill
