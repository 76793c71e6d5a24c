// SPDX-License-Identifier: MIT
#pragma once

#include "dialogs/sheet.h"

namespace waybill {

/// A second start on the same data, where the first does not answer in time: says so, and offers to ask it once more.
class AlreadyOpenDialog final : public Sheet {
    Q_OBJECT
public:
    explicit AlreadyOpenDialog(const QString& dataFolder, QWidget* parent = nullptr);
    void sayThatThereIsNoAnswer();

Q_SIGNALS:
    void tryAgainRequested();
};

} // namespace waybill
