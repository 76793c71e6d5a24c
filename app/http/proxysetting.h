// SPDX-License-Identifier: MIT
#pragma once

#include "http/proxychoice.h"

#include <QObject>

namespace waybill {

/// The choice that counts now, for everybody who sends: each follows it from its next attempt on. Lives on the main
/// thread.
class ProxySetting final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    const ProxyChoice& choice() const { return choice_; }
    void choose(const ProxyChoice& choice) {
        choice_ = choice;
        Q_EMIT changed(choice_);
    }

Q_SIGNALS:
    void changed(const waybill::ProxyChoice& choice);

private:
    ProxyChoice choice_;
};

} // namespace waybill
