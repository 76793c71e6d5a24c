// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"
#include "contract/secret.h"

#include <QMap>
#include <QStringList>

namespace waybill {

using Secrets = QMap<QString, Secret>;

/// "secrets.sealed" and "secrets.key" of one folder. One seal over everything, so that a missing entry is noticed as
/// much as a changed one; the file is only ever replaced as a whole. Files that others may read are closed to them when
/// they are opened.
class SealedFile {
public:
    explicit SealedFile(const QString& folder) : folder_(folder) {}
    /// Nothing sealed yet: empty. Any damage: Storage.
    Result<Secrets> open() const;
    /// Makes the key where nothing is sealed yet.
    Result<void> seal(const Secrets& secrets) const;
    /// Which of the two files others may read although opening them closes them to others.
    QStringList openToOthers() const;

private:
    QString path() const;
    QString keyPath() const;
    Result<Secret> readKey() const;
    QString folder_;
};

} // namespace waybill
