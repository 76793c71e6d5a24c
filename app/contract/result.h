// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"

#include <tl/expected.hpp>

namespace waybill {

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

inline tl::unexpected<Error> failure(ErrorKind kind, QString message, QString details = {}) {
    Error error;
    error.kind = kind;
    error.message = std::move(message);
    error.details = std::move(details);
    return failure(std::move(error));
}

} // namespace waybill
