// SPDX-License-Identifier: MIT
#pragma once

#include "commandline.h"
#include "contract/secret.h"

namespace waybill {

/// What the environment gives Waybill, checked before anything is touched.
struct Environment {
    /// AUTOUSERS_API_KEY without blanks and line ends around it; empty where none is given.
    Secret apiKey;
    /// AUTOUSERS_BASE_URL, where it is used.
    QString baseUrl;
    /// What a desktop gives a program that it starts, so that its window may come to the front; or empty.
    QByteArray activationToken;
};

/// `apiKey`: as it was in the environment. Where HOME is missing, it is set to what the system knows of this user. The
/// error is a sentence for standard error.
Result<Environment> readEnvironment(const CommandLine& line, const Secret& apiKey);

} // namespace waybill
