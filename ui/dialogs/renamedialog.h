// SPDX-License-Identifier: MIT
#pragma once

#include "dialogs/sheet.h"

class QLineEdit;

namespace waybill {

/// Another name for something that has one.
class RenameDialog final : public Sheet {
    Q_OBJECT
public:
    RenameDialog(const QString& heading, const QString& name, QWidget* parent);
    static constexpr int longestName = 80; ///< In characters.
    QString name() const;

private:
    QLineEdit* name_;
};

} // namespace waybill
