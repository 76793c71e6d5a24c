// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"
#include "secrets/secretplace.h"

#include <QSet>
#include <QString>

#include <optional>

namespace waybill {

/// Where the secrets are that belong to a folder of data. What is in its sealed file, that file tells itself.
struct SecretPlaces {
    /// For new ones; none before the first was kept. Never ThisSession, which leaves nothing behind.
    std::optional<SecretPlace> chosen;
    QSet<QString> inKeychain; ///< The names that the keychain has, or had when it was last seen.
    /// Names that are not listed may be in the keychain, too: an earlier Waybill kept no record.
    bool othersInKeychain = false;
    friend bool operator==(const SecretPlaces&, const SecretPlaces&) = default;
};

/// "secrets.json" of a folder of data: the record goes with the data, so that whoever opens them looks in the same
/// places. It holds names, never a secret.
class PlaceRecord {
public:
    /// To be made before the databases of this run are: those that are there already are an earlier Waybill's.
    explicit PlaceRecord(const QString& folder);
    /// Without a record that can be read: what the other files of the folder tell.
    SecretPlaces read() const;
    Result<void> write(const SecretPlaces& places) const;

private:
    QString path() const;
    QString folder_;
    bool hadData_;
};

} // namespace waybill
