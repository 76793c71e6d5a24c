// SPDX-License-Identifier: MIT
// For the two source files of SandboxApi.
#pragma once

#include "contract/contractjson.h"
#include "contract/unicode.h"
#include "sandbox/sandboxapi.h"

#include <QHash>

namespace waybill {

/// One request on its way through the API.
struct SandboxApi::Call {
    HttpRequest request;
    Respond respond;
    QString requestId;
    QByteArray path;
    QHash<QByteArray, QByteArray> query; ///< Decoded; of two of one name the first.
    QString id;                          ///< The id in the path, or empty.
    QByteArray idempotencyKey;
    QByteArray digest;
    Actor by = Actor::Unknown;
};

inline Error refusal(ErrorKind kind, const QString& message, const QString& code = {}, const QString& param = {}) {
    Error error;
    error.kind = kind;
    error.message = message;
    error.code = code;
    error.param = param;
    return error;
}

template <typename T>
void SandboxApi::answerWith(const Call& call, const Result<T>& result) {
    if (result)
        answer(call, 200, json::write(*result));
    else
        refuse(call, result.error());
}

} // namespace waybill
