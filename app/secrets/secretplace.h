// SPDX-License-Identifier: MIT
#pragma once

namespace waybill {

/// Where a person wants secrets to be kept.
enum class SecretPlace { Keychain, SealedFile, ThisSession };

} // namespace waybill
