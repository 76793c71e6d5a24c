// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"
#include "widgets/banner.h"

#include <QElapsedTimer>
#include <QHash>
#include <QPointer>
#include <QTimer>

#include <functional>

namespace waybill {

/// What went wrong, what now, and what to quote.
QString sentencesFor(const Error& error);

/// How a command does, beside the button that was pressed: after a while that it is under way, with a way to stop it,
/// then what came of it. It lies over what is below, so nothing moves. A button commands several subjects, of which one
/// is shown.
class CommandNote final : public Banner {
    Q_OBJECT
public:
    using Act = std::function<void()>;

    /// Lies on `ground`, below `anchor`, which is in it.
    CommandNote(QWidget* ground, QWidget* anchor);
    /// Where it is pressed now.
    void setAnchor(QWidget* anchor);
    void setSubject(const QString& subject);

    /// `doing` says it in words; `stop` ends the waiting for it.
    void begin(const QString& subject, const QString& doing, Act stop);
    void finish(const QString& subject);
    /// `act` is the way out, in the words `action`.
    void fail(const QString& subject, const QString& words, const QString& action, Act act);
    /// What came of it, where nothing failed and yet something is to be said.
    void say(const QString& subject, const QString& words);
    /// That it went well: for a while.
    void praise(const QString& subject, const QString& words);
    /// It was asked for again while it is under way: that is said at once.
    void remind(const QString& subject);

    bool isUnderWay(const QString& subject) const;
    /// Of the subject that is shown, for longer than a moment.
    bool isBusy() const { return isBusy_; }
    /// What it says of this subject can be seen.
    bool isInSight(const QString& subject) const;

Q_SIGNALS:
    void busyChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Command {
        QString words;
        QString action;
        Act act;
        PillKind kind = PillKind::Info;
        QElapsedTimer since; ///< While it is under way.
        bool isSaid = false;
    };
    void look();
    void place();

    QWidget* ground_;
    QPointer<QWidget> anchor_;
    QHash<QString, Command> commands_;
    QString subject_;
    QTimer patience_;
    bool isBusy_ = false;
};

} // namespace waybill
