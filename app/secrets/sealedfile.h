// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"
#include "contract/secret.h"

#include <QMap>
#include <QString>

namespace waybill {

using Secrets = QMap<QString, Secret>;

/// "secrets.sealed" and "secrets.key" of one folder. One seal over everything, so that a missing entry is noticed as
/// much as a changed one; the file is only ever replaced as a whole.
class SealedFile {
public:
    explicit SealedFile(const QString& folder) : folder_(folder) {}
    /// Nothing sealed yet: empty. Any damage: Storage.
    Result<Secrets> open() const;
    /// Makes the key where nothing is sealed yet.
    Result<void> seal(const Secrets& secrets) const;

private:
    QString path() const;
    QString keyPath() const;
    Result<Secret> readKey() const;
    QString folder_;
};

} // namespace waybill
