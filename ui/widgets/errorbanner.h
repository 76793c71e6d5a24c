// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"
#include "widgets/banner.h"

namespace waybill {

/// An error where it happened: what, what now, and the request id to quote, which its button copies.
class ErrorBanner final : public Banner {
    Q_OBJECT
public:
    explicit ErrorBanner(QWidget* parent = nullptr);
    void setError(const Error& error);

private:
    QString copied_;
};

} // namespace waybill
