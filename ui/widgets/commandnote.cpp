// SPDX-License-Identifier: MIT
#include "widgets/commandnote.h"

#include "contract/foreigntext.h"
#include "theme/tokens.h"
#include "words/errors.h"

#include <QEvent>
#include <QPushButton>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr qint64 untilBusy = 300;
constexpr qint64 untilSaid = 3'000;
constexpr std::chrono::seconds praised{8};
constexpr int widest = 480;
} // namespace

QString sentencesFor(const Error& error) {
    const ErrorWords found = wordsFor(error);
    QStringList sentences{found.text, found.nextStep};
    if (!error.requestId.isEmpty())
        sentences += CommandNote::tr("Request id: %1").arg(isolated(error.requestId));
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

CommandNote::CommandNote(QWidget* ground, QWidget* anchor) : Banner(ground), ground_(ground) {
    setObjectName(u"commandNote"_s);
    setFloating(true);
    ground->installEventFilter(this);
    setAnchor(anchor);
    patience_.setSingleShot(true);
    connect(&patience_, &QTimer::timeout, this, &CommandNote::look);
    connect(this, &Banner::acted, this, [this] {
        const Command command = commands_.take(subject_); // It may begin anew.
        look();
        if (command.act)
            command.act();
    });
    connect(this, &Banner::closed, this, [this] {
        // It goes on; it is only not said any more.
        if (const auto found = commands_.find(subject_); found != commands_.end() && found->since.isValid()) {
            found->isSaid = false;
            found->since.start();
        } else {
            commands_.remove(subject_);
        }
        look();
    });
}

void CommandNote::setAnchor(QWidget* anchor) {
    if (anchor_ == anchor)
        return;
    if (anchor_)
        anchor_->removeEventFilter(this);
    anchor_ = anchor;
    anchor->installEventFilter(this);
    place();
}

void CommandNote::setSubject(const QString& subject) {
    if (subject == subject_)
        return;
    subject_ = subject;
    look();
}

void CommandNote::begin(const QString& subject, const QString& doing, Act stop) {
    Command command{doing, tr("Stop waiting"), std::move(stop), PillKind::Info, {}, false};
    command.since.start();
    commands_.insert(subject, command);
    look();
}

void CommandNote::finish(const QString& subject) {
    commands_.remove(subject);
    look();
}

void CommandNote::fail(const QString& subject, const QString& words, const QString& action, Act act) {
    commands_.insert(subject, {words, action, std::move(act), PillKind::Danger, {}, true});
    look();
}

void CommandNote::say(const QString& subject, const QString& words) {
    commands_.insert(subject, {words, {}, nullptr, PillKind::Info, {}, true});
    look();
}

void CommandNote::praise(const QString& subject, const QString& words) {
    commands_.insert(subject, {words, {}, nullptr, PillKind::Success, {}, true});
    look();
    QTimer::singleShot(praised, this, [this, subject, words] {
        if (commands_.value(subject).words == words)
            finish(subject);
    });
}

void CommandNote::remind(const QString& subject) {
    if (const auto found = commands_.find(subject); found != commands_.end() && found->since.isValid())
        found->isSaid = true;
    look();
}

bool CommandNote::isUnderWay(const QString& subject) const {
    const auto found = commands_.constFind(subject);
    return found != commands_.constEnd() && found->since.isValid();
}

bool CommandNote::isInSight(const QString& subject) const {
    return subject == subject_ && ground_->isVisible();
}

void CommandNote::look() {
    patience_.stop();
    const auto found = commands_.find(subject_);
    const bool isThere = found != commands_.end();
    bool isBusy = false;
    if (isThere && found->since.isValid()) {
        const qint64 elapsed = found->since.elapsed();
        isBusy = elapsed >= untilBusy || found->isSaid;
        found->isSaid = found->isSaid || elapsed >= untilSaid;
        if (!found->isSaid)
            patience_.start(int((isBusy ? untilSaid : untilBusy) - elapsed));
    }
    if (isThere && found->isSaid) {
        if (isHidden() || text() != found->words || actionButton()->text() != found->action) {
            setMessage(found->kind, found->words, found->action);
            place();
        }
    } else {
        hide();
    }
    if (std::exchange(isBusy_, isBusy) != isBusy)
        Q_EMIT busyChanged();
}

void CommandNote::place() {
    if (!anchor_ || isHidden())
        return;
    const int width = qMin(widest, ground_->width() - 2 * space::s);
    const int height = hasHeightForWidth() ? heightForWidth(width) : sizeHint().height();
    const QPoint below = anchor_->mapTo(ground_, QPoint(0, anchor_->height() + space::xs));
    const int left = qBound(space::s, below.x(), qMax(space::s, ground_->width() - space::s - width));
    const int top = qMin(below.y(), ground_->height() - space::s - height);
    setGeometry(left, qMax(0, top), width, height);
    raise();
}

bool CommandNote::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::Move || event->type() == QEvent::LayoutRequest)
        place();
    return Banner::eventFilter(watched, event);
}

} // namespace waybill
