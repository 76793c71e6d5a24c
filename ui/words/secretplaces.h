// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"
#include "secrets/secretplace.h"

#include <QStringList>

namespace waybill {

/// Where secrets are kept, for the settings: also what is still elsewhere.
/// `inKeychain`: how many secrets are there, also where new ones go elsewhere; `lacksKeychain`: it did not open.
QString secretPlaceText(SecretPlace place, int inKeychain, bool lacksKeychain);
/// What became of the secrets when another place was chosen.
QString carriedOverText(int moved, int left);
/// Other people of this computer could read these files.
QString openToOthersText(const QStringList& files);
/// For whoever serves the account without a window.
QString servedWithoutKeychainText(int inKeychain, const Error& error);

} // namespace waybill
