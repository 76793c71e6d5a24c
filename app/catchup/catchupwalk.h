// SPDX-License-Identifier: MIT
#pragma once

#include "catchup/catchup.h"

namespace waybill {

/// One look at the account: finds what is new, hands it over oldest first, and says that the look was whole. Whatever
/// it is interrupted by, the next one begins at the place that the sandbox has written down.
///
/// Newest first: back from the head to the floor, keeping only the pages' cursors and the last few pages; then the
/// pages are handed over from the oldest on, those that were let go of being asked for again. Oldest first: on from the
/// anchor (which is older than the floor) to the end, page by page. How it is listed is learned from two pages in a
/// row; where all is of one second, by what of it is known.
class CatchUp::Walk final : public QObject {
    Q_OBJECT
public:
    explicit Walk(CatchUp& owner);
    ~Walk() override { underWay_.cancel(); }
    void start();
    int requests() const { return requests_; }
    int waiting() const { return waiting_; }
    int brought() const { return brought_; }
    bool wasShort() const { return wasShort_; } ///< One page told that nothing is new.
    const QString& headIds() const { return headIds_; }
    const QString& endCursor() const { return endCursor_; }

Q_SIGNALS:
    void ended(const std::optional<waybill::Error>& error);

private:
    /// The rows between one cursor and the next.
    struct Stretch {
        QString cursor;                   ///< Its rows come after this one; empty: from the head.
        QString next;                     ///< The cursor behind it, when it was first read.
        std::optional<qint64> oldest;     ///< Of its rows.
        std::optional<QList<Event>> rows; ///< Nothing once they were let go of.
        int waiting = 0;
    };
    using Took = void (Walk::*)(const QString& cursor, const Page<Event>& page);

    void ask(const QString& cursor, Took took);
    void askWhenAllowed();
    void answered(const Result<Page<Event>>& page);
    void fail(const Error& error);
    void goOn(const QString& after, const Page<Event>& page, Took took);

    void tookBack(const QString& cursor, const Page<Event>& page);
    void learnOrder(const QList<Event>& rows);
    void noteBorder(const QList<Event>& rows);
    void noteWhatIsMissing(std::optional<qint64> oldestListed);
    void letGo();
    void handOverStretches();
    void tookAgain(const QString& cursor, const Page<Event>& page);
    void handOverStretch(const QList<Event>& rows);

    void readOn();
    void tookOn(const QString& cursor, const Page<Event>& page);

    void beginAfter(const QList<Event>& rows);
    void bring(BringingStep step, const std::function<void()>& then);
    void endWhole();
    int countNew(const QList<Event>& rows) const;
    bool reachesFloor(const QList<Event>& rows) const;
    bool showsOpen(const QList<Event>& rows) const;

    CatchUp& owner_;
    const Bringing from_; ///< Where this look begins.
    const bool begins_;   ///< Nothing was brought yet: this look finds what was there before.
    qint64 floor_;
    BringingStep lastStep_; ///< What the end of the look says besides.
    std::optional<Instant> lateSince_;
    Alarm allowed_;
    RequestHandle underWay_;
    QString askedCursor_;
    Took askedFor_ = nullptr;
    QString headIds_;
    QList<Stretch> stretches_;
    QList<bool> border_;  ///< Of the newest second that was brought, the rows as they are listed: whether one is known.
    QList<Event> again_;  ///< Rows of a stretch that is asked for again.
    QList<Event> before_; ///< The newest so far, on the way to the end of a list with the oldest first.
    QString endCursor_;
    bool hasRelearned_ = false;
    bool hasShownOpen_ = false;
    bool wasShort_ = false;
    int brought_ = 0;
    int requests_ = 0;
    int waiting_ = 0;
};

} // namespace waybill
