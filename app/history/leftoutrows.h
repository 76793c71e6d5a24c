// SPDX-License-Identifier: MIT
#pragma once

#include "contract/page.h"

#include <QMap>
#include <QSet>
#include <QStringList>

namespace waybill {

/// Rows of the account that could not be read, and are not in the copy.
struct LeftOutRows {
    int count = 0;
    QStringList ids; ///< Of those that have one, in alphabetical order. Foreign text.
    friend bool operator==(const LeftOutRows&, const LeftOutRows&) = default;
};

/// What is known of them, as the account's lists were read last.
class LeftOutNotes {
public:
    template <typename T>
    void note(const QString& list, const Page<T>& page) {
        if (page.unreadable.isEmpty() && ids_.isEmpty() && nameless_.isEmpty())
            return;
        for (const T& row : page.data)
            ids_.remove(row.id);
        int nameless = 0;
        for (const T& row : page.unreadable) {
            if (row.id.isEmpty() || !row.id.isValidUtf16())
                ++nameless;
            else
                ids_.insert(row.id);
        }
        if (nameless > 0)
            nameless_.insert(list, nameless);
        else
            nameless_.remove(list);
    }
    void add(const QString& id) { ids_.insert(id); }
    void remove(const QString& id) { ids_.remove(id); }

    LeftOutRows rows() const {
        LeftOutRows rows{int(ids_.size()), QStringList(ids_.cbegin(), ids_.cend())};
        rows.ids.sort();
        for (const int count : nameless_)
            rows.count += count;
        return rows;
    }

private:
    QSet<QString> ids_;
    QMap<QString, int> nameless_; ///< By the list that they are in.
};

} // namespace waybill
