// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>

class QSettings;

namespace waybill {

/// What a person would lose if Waybill ended now: a secret that is shown this once, or is on its way. Noted while it is
/// at stake, so that the next start can say what happened and what the way out is. Only the fact, never the secret.
class Unfinished final {
public:
    enum class Kind { Creating, Rotating, SecretShown };
    struct Item {
        Kind kind = Kind::Creating;
        QString accountId;
        QString endpointId; ///< Empty while it has none.
        QString name;       ///< Of the endpoint, as a person knows it.
        friend bool operator==(const Item&, const Item&) = default;
    };

    /// `settings` outlives it.
    explicit Unfinished(QSettings& settings);
    /// Notes it; the answer is for `end`.
    int begin(const Item& item);
    void end(int number);
    /// What the runs before left. Told once: it is forgotten with this.
    QList<Item> takeOfLastRun();

private:
    void write();

    struct Noted {
        int number;
        Item item;
        bool isOfLastRun;
    };
    QSettings& settings_;
    QList<Noted> noted_;
    int lastNumber_ = 0;
};

} // namespace waybill
