// SPDX-License-Identifier: MIT
#include "dialogs/catchupdialog.h"

#include "contract/foreigntext.h"
#include "dialogs/broughteventtable.h"
#include "insight/obstacle.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/announced.h"
#include "widgets/banner.h"
#include "widgets/buttons.h"
#include "widgets/emptystate.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>

#include <algorithm>
#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr int rowsInSight = 6;
constexpr std::chrono::hours newsFor{24}; // Older gaps are history.

/// Says a message once: a banner announces itself each time.
void tell(Banner& banner, PillKind kind, const QString& text, const QString& action = {}) {
    if (text.isEmpty())
        banner.hide();
    else if (banner.isHidden() || banner.text() != text || banner.actionButton()->text() != action)
        banner.setMessage(kind, text, action);
}
} // namespace

CatchUpDialog::CatchUpDialog(const QString& account, const Clock& clock, QWidget* parent)
    : Sheet(tr("Bring events of “%1” here").arg(isolated(account)), parent)
    , account_(account)
    , clock_(clock)
    , brought_(clock)
    , status_(new Pill(this))
    , look_(sheetText({}, this, true))
    , counts_(sheetText({}, this, true))
    , takers_(sheetText({}, this, true))
    , noTakers_(new Banner(this))
    , problem_(new Banner(this))
    , gaps_(new Banner(this))
    , pages_(new QStackedWidget(this))
    , empty_(new EmptyState(this))
    , table_(new BroughtEventTable(brought_, this))
    , gapList_(new QListWidget(this))
    , allGaps_(new QPushButton(this)) {
    setObjectName(u"catchUpDialog"_s);
    setFixedWidth(740);
    setSentence(
        tr("New events of “%1” are copied to the Sandbox on this computer. Its endpoints sign them with their own "
           "secrets and deliver them, for example to a server here; the account's own endpoints and deliveries "
           "are not touched.")
            .arg(isolated(account)));
    status_->setObjectName(u"bringingStatus"_s);
    look_->setObjectName(u"bringingLook"_s);
    counts_->setObjectName(u"bringingCounts"_s);
    takers_->setObjectName(u"bringingTakers"_s);
    noTakers_->setObjectName(u"bringingNoTakers"_s);
    problem_->setObjectName(u"bringingProblem"_s);
    gaps_->setObjectName(u"bringingGaps"_s);
    table_->setObjectName(u"broughtEvents"_s);
    table_->setAccessibleName(tr("Events that were brought here"));
    gapList_->setObjectName(u"gapList"_s);
    gapList_->setAccessibleName(tr("Gaps"));
    gapList_->setFrameShape(QFrame::NoFrame);
    gapList_->setWordWrap(true);
    gapList_->setSpacing(space::xs);
    gapList_->setIconSize({16, 16});
    allGaps_->setObjectName(u"allGaps"_s);
    allGaps_->setCheckable(true);
    announceAs(allGaps_, Announced::Fold);
    allGaps_->setIcon(icon(Icon::History, allGaps_));
    makeQuiet(allGaps_);
    for (QWidget* page :
         {static_cast<QWidget*>(empty_), static_cast<QWidget*>(table_), static_cast<QWidget*>(gapList_)})
        pages_->addWidget(page);
    pages_->setFixedHeight(BroughtEventTable::heightOf(rowsInSight));
    QVBoxLayout* lines = content();
    lines->addWidget(makeHead());
    lines->addWidget(takers_);
    for (Banner* banner : {noTakers_, problem_, gaps_}) {
        banner->setClosable(false);
        lines->addWidget(banner);
    }
    lines->addWidget(pages_);
    addFootnote(allGaps_);
    close_ = addButton(tr("Close"), u"close"_s);
    toggle_ = addButton({}, u"toggleBringing"_s);
    toggle_->setFocus();

    connect(close_, &QPushButton::clicked, this, &QDialog::accept);
    connect(toggle_, &QPushButton::clicked, this, &CatchUpDialog::toggle);
    longToggle_.setSingleShot(true);
    longToggle_.setInterval(300);
    connect(&longToggle_, &QTimer::timeout, this, &CatchUpDialog::showToggle);
    connect(noTakers_, &Banner::acted, this, &CatchUpDialog::endpointRequested);
    connect(problem_, &Banner::acted, this, &CatchUpDialog::newKeyRequested);
    connect(allGaps_, &QPushButton::toggled, this, &CatchUpDialog::showPage);
    for (QTimer* timer : {&tick_, &longLook_})
        connect(timer, &QTimer::timeout, this, &CatchUpDialog::showLook);
    connect(&clock, &Clock::moved, this, &CatchUpDialog::showState);
    longLook_.setSingleShot(true);
    longLook_.setInterval(300);
    tick_.start(1000);
    showState();
}

QWidget* CatchUpDialog::makeHead() {
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    look_->setWordWrap(false);
    counts_->setWordWrap(false);
    row->addWidget(status_);
    row->addWidget(look_);
    row->addStretch(1);
    row->addWidget(counts_);
    return head;
}

void CatchUpDialog::toggle() {
    if (std::exchange(isToggling_, true)) {
        showToggle(); // Pressed again: it says that it is under way.
        return;
    }
    longToggle_.start();
    state_.record.isOn ? Q_EMIT stopRequested() : Q_EMIT startRequested();
}

void CatchUpDialog::showToggle() {
    if (isToggling_ && !longToggle_.isActive())
        toggle_->setText(tr("One moment…"));
    else
        toggle_->setText(state_.record.isOn ? tr("S&top bringing") : tr("&Start bringing"));
}

void CatchUpDialog::setState(const BringingState& state) {
    const bool wasOn = state_.record.isOn;
    if (state.record.isOn != wasOn || (state.problem && state.problem != state_.problem)) {
        isToggling_ = false;
        longToggle_.stop();
    }
    if (state.isLooking && !state_.isLooking)
        longLook_.start();
    else if (!state.isLooking)
        longLook_.stop();
    state_ = state;
    showState();
    if (state.record.isOn != wasOn) {
        if (state.record.isOn && focusWidget() == toggle_)
            close_->setFocus(); // Enter once more never ends what goes on.
        QAccessibleEvent alert(status_, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void CatchUpDialog::setBrought(const QList<BroughtEvent>& events) {
    brought_.setEvents(events);
    showPage();
}

void CatchUpDialog::showState() {
    const bool isOn = state_.record.isOn;
    const StatusWords status = statusOf(state_);
    status_->setStatus(status.kind, status.icon, status.text);
    counts_->setText(state_.record.since ? countsText(state_.record) : QString());
    showToggle();
    isOn ? makePlain(toggle_) : makePrimary(toggle_);
    toggle_->setFont(textFont(type::body, isOn ? QFont::Normal : QFont::DemiBold));
    (isOn ? close_ : toggle_)->setDefault(true);
    takers_->setText(state_.endpoints.value_or(0) > 0 ? takersText(*state_.endpoints) : QString());
    takers_->setVisible(!takers_->text().isEmpty());
    tell(*noTakers_, PillKind::Info, state_.endpoints == 0 ? takersText(0) : QString(), tr("Create an endpoint…"));
    showLook();
    showProblem();
    showGaps();
    showPage();
}

void CatchUpDialog::showLook() {
    BringingState shown = state_;
    shown.isLooking = state_.isLooking && !longLook_.isActive();
    look_->setText(lookText(shown, clock_.now()));
}

void CatchUpDialog::showProblem() {
    if (!state_.problem) {
        problem_->hide();
        return;
    }
    const bool needsKey = state_.isKeyKept && obstacleOf(*state_.problem) == Obstacle::KeyRefused;
    tell(*problem_, statusOf(state_).kind == PillKind::Danger ? PillKind::Danger : PillKind::Warning,
         problemText(*state_.problem), needsKey ? tr("Enter a new key…") : QString());
}

void CatchUpDialog::showGaps() {
    const QList<BringingGap>& gaps = state_.record.gaps;
    const Instant now = clock_.now();
    QStringList all;
    for (const BringingGap& gap : gaps)
        all += gapText(gap, now);
    const auto news = std::ranges::find_if(gaps, [now](const BringingGap& gap) {
        const bool hasCome = gap.kind == GapKind::LookedLate && gap.broughtLate == 0; // On time, after all.
        return !hasCome && now - gap.to < newsFor;
    });
    tell(*gaps_, PillKind::Warning, news == gaps.cend() ? QString() : gapText(*news, now));
    allGaps_->setText(tr("%n gap(s)", nullptr, int(gaps.size())));
    allGaps_->setVisible(!gaps.isEmpty());
    if (gaps.isEmpty())
        allGaps_->setChecked(false);
    if (gapList_->count() == all.size() && (all.isEmpty() || gapList_->item(0)->text() == all.first()))
        return;
    gapList_->clear();
    for (qsizetype place = 0; place < all.size(); ++place) {
        const bool isLost = gaps.at(place).kind == GapKind::NoLongerListed;
        gapList_->addItem(new QListWidgetItem(icon(isLost ? Icon::Warning : Icon::Clock, gapList_), all.at(place)));
    }
}

void CatchUpDialog::showPage() {
    if (allGaps_->isChecked()) {
        pages_->setCurrentWidget(gapList_);
    } else if (brought_.rowCount() > 0) {
        pages_->setCurrentWidget(table_);
    } else {
        empty_->setContent(Icon::Inbox,
                           state_.record.isOn && !state_.problem ? tr("Nothing new yet") : tr("Nothing brought yet"),
                           nothingBroughtText(account_, state_, clock_.now()));
        pages_->setCurrentWidget(empty_);
    }
}

} // namespace waybill
