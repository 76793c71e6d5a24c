// SPDX-License-Identifier: MIT
#pragma once

#include "dialogs/sheet.h"

namespace waybill {

/// Version, licences, and what to paste when asking for help. It holds no secret and no address.
class AboutDialog final : public Sheet {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget* parent);
};

} // namespace waybill
