// SPDX-License-Identifier: MIT
#pragma once

#include "theme/icons.h"
#include "widgets/elidedbutton.h"

#include <QList>

namespace waybill {

/// In the status bar: that events are brought here, and a way to more about it. Hidden where none are.
class BringingButton final : public ElidedButton {
    Q_OBJECT
public:
    /// One account whose events are brought.
    struct Entry {
        QString accountId;
        QString text;
        bool hasProblem = false;
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    explicit BringingButton(QWidget* parent = nullptr);

    /// `summary` stands for all where there are several.
    void setEntries(const QList<Entry>& entries, const QString& summary);

Q_SIGNALS:
    void chosen(const QString& accountId);

private:
    void open();

    QList<Entry> entries_;
};

} // namespace waybill
