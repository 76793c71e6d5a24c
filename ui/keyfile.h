// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"
#include "contract/secret.h"

#include <QString>

namespace waybill {

/// The file that --key-file names. A new one is for this person alone (0600); a pipe, a device and a key that was
/// written there before are used as they are; everything else that is there already is refused and left as it is.
class KeyFile final {
public:
    explicit KeyFile(QString path) : path_(std::move(path)) {}
    /// What can be said without opening it for writing. The error is a sentence.
    Result<void> check() const;
    enum class Written { Yes, NobodyReads };
    /// NobodyReads: it is a pipe that nobody has opened yet.
    Result<Written> write(const Secret& key) const;

private:
    tl::unexpected<Error> cannotWrite(int error) const;

    QString path_;
};

} // namespace waybill
