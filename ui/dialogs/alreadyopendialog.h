// SPDX-License-Identifier: MIT
#pragma once

#include "dialogs/sheet.h"

namespace waybill {

/// A second start on the same data: says so, and offers to show the window that is open. Enter shows it.
class AlreadyOpenDialog final : public Sheet {
    Q_OBJECT
public:
    explicit AlreadyOpenDialog(const QString& dataFolder, QWidget* parent = nullptr);
    /// The other one did not answer.
    void sayThatThereIsNoWindow();

Q_SIGNALS:
    void showRequested();
};

} // namespace waybill
