// SPDX-License-Identifier: MIT
#include "window/clockbutton.h"

#include "sandbox/timemachine.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/buttons.h"
#include "widgets/elidedbutton.h"
#include "widgets/tip.h"
#include "words/engine.h"
#include "words/times.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr milliseconds eachSecond{1'000};
constexpr milliseconds whileFast{100};
} // namespace

ClockButton::ClockButton(QWidget* parent) : QWidget(parent) {
    setObjectName(u"clock"_s);
    const auto button = [this](const QString& name) {
        auto* made = new ElidedButton(this);
        made->setObjectName(name);
        makeStatusLine(made);
        makeQuiet(made);
        return made;
    };
    clock_ = button(u"clockButton"_s);
    back_ = button(u"backToRealTime"_s);
    back_->setText(tr("Back to real time"));
    back_->setToolTip(tr("Deliveries scheduled while the clock was ahead keep their times and wait for them. Nothing "
                         "is lost, and nothing is sent twice."));
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::xs);
    line->addWidget(clock_);
    line->addWidget(back_);
    clock_->setAccessibleName(tr("Clock"));
    makeMenu();
    connect(clock_, &QPushButton::clicked, this, &ClockButton::open);
    connect(back_, &QPushButton::clicked, this, &ClockButton::backRequested);
    connect(&tick_, &QTimer::timeout, this, &ClockButton::show);
    hide();
}

void ClockButton::makeMenu() {
    menu_ = new QMenu(tr("C&lock"), this);
    menu_->setObjectName(u"clockMenu"_s);
    menu_->setToolTipsVisible(true);
    const auto action = [this](Icon icon, const QString& name, void (TimeMachine::*act)()) {
        QAction* made = menu_->addAction(waybill::icon(icon, menu_), QString(), this, [this, act] {
            if (machine_)
                (machine_->*act)();
        });
        made->setObjectName(name);
        return made;
    };
    nextAttempt_ = action(Icon::ArrowRight, u"jumpToNextAttempt"_s, &TimeMachine::jumpToNextAttempt);
    nextAttempt_->setShortcut(QKeySequence(u"Ctrl+J"_s));
    jumpOn_ = action(Icon::Repeat, u"jumpOn"_s, &TimeMachine::jumpOn);
    jumpOn_->setText(tr("Jump on until &nothing is scheduled"));
    jumpOn_->setToolTip(tr("Goes from attempt to attempt, each as soon as the one before is done"));
    overlapEnd_ = action(Icon::Key, u"jumpToOverlapEnd"_s, &TimeMachine::jumpToOverlapEnd);
    menu_->addSeparator();
    fast_ = action(Icon::FastForward, u"goFast"_s, &TimeMachine::goFast);
    fast_->setText(tr("Run a &day in a minute"));
    stop_ = action(Icon::Clock, u"stopClock"_s, &TimeMachine::stop);
    stop_->setText(tr("&Stop here"));
    stop_->setToolTip(tr("The clock stays ahead and runs at its usual pace."));
    menu_->addSeparator();
    realTime_ = menu_->addAction(icon(Icon::Undo, menu_), tr("&Back to real time"), this, &ClockButton::backRequested);
    realTime_->setObjectName(u"backToRealTimeAction"_s);
    realTime_->setToolTip(back_->toolTip());
    connect(menu_, &QMenu::aboutToShow, this, &ClockButton::showMenu);
}

void ClockButton::setMachine(TimeMachine* machine) {
    if (machine_ == machine && isVisibleTo(parentWidget()) == (machine != nullptr))
        return;
    if (machine_)
        disconnect(machine_, nullptr, this, nullptr);
    machine_ = machine;
    if (machine)
        connect(machine, &TimeMachine::changed, this, &ClockButton::show);
    setVisible(machine != nullptr);
    menu_->menuAction()->setVisible(machine != nullptr);
    show();
}

void ClockButton::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        show();
}

void ClockButton::show() {
    if (!machine_) {
        tick_.stop();
        showMenu(); // Its keys do nothing, too.
        return;
    }
    const ClockWords words = clockWords(*machine_);
    const Tokens& tokens = currentTokens(this);
    const QColor colour = words.isWarning ? tokens.warning : tokens.textMuted;
    clock_->setText(words.text);
    clock_->setAccessibleName(words.text);
    setTip(clock_, words.tip);
    clock_->setIcon(icon(words.isWarning ? Icon::Warning : Icon::Clock, colour));
    QPalette palette = clock_->palette();
    palette.setColor(QPalette::ButtonText, colour);
    clock_->setPalette(palette);
    back_->setVisible(words.isWarning);
    if (!words.isWarning)
        tick_.stop();
    else
        tick_.start(machine_->isFast() ? whileFast : eachSecond);
    showMenu();
}

void ClockButton::showMenu() {
    const auto offer = [](QAction* action, bool isThere) { action->setEnabled(isThere); };
    const std::optional<Instant> attempt = machine_ ? machine_->nextAttempt() : std::nullopt;
    const std::optional<Instant> overlap = machine_ ? machine_->overlapEnd() : std::nullopt;
    const bool isMoved = machine_ && machine_->isMoved();
    const bool isGoing = machine_ && (machine_->isFast() || machine_->isJumpingOn());
    offer(nextAttempt_, attempt.has_value());
    nextAttempt_->setText(attempt ? tr("&Jump to the next attempt (%1)").arg(shortTime(*attempt))
                                  : tr("&Jump to the next attempt"));
    nextAttempt_->setToolTip(attempt ? exactTime(*attempt) : tr("No attempt is scheduled."));
    offer(jumpOn_, attempt.has_value() && !isGoing);
    overlapEnd_->setVisible(overlap.has_value());
    overlapEnd_->setText(overlap ? tr("Jump to the end of the &overlap (%1)").arg(shortTime(*overlap))
                                 : tr("Jump to the end of the &overlap"));
    overlapEnd_->setToolTip(tr("After that, the old secret no longer signs."));
    offer(fast_, machine_ && !machine_->isFast());
    offer(stop_, isGoing);
    offer(realTime_, isMoved);
}

void ClockButton::open() {
    showMenu();
    menu_->popup(clock_->mapToGlobal(QPoint(0, -menu_->sizeHint().height())));
}

} // namespace waybill
