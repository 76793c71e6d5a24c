// SPDX-License-Identifier: MIT
#include "catchup/catchup.h"

namespace waybill {

class CatchUp::Walk final : public QObject {};

CatchUp::CatchUp(AccountClient& account, const QString& source, SandboxControls& sandbox, const Clock& clock,
                 QObject* parent)
    : QObject(parent), account_(account), source_(source), sandbox_(sandbox), clock_(clock) {}

CatchUp::~CatchUp() = default;

void CatchUp::open() {}

void CatchUp::start() {}

void CatchUp::stop() {}

int CatchUp::waiting() const {
    return 0;
}

void CatchUp::readBrought(int limit, QObject* context, Done<QList<BroughtEvent>> done) {
    sandbox_.readBrought(source_, limit, context, std::move(done));
}

} // namespace waybill
