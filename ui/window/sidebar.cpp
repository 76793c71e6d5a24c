// SPDX-License-Identifier: MIT
#include "window/sidebar.h"

#include "contract/foreigntext.h"
#include "theme/tokens.h"
#include "widgets/announced.h"
#include "widgets/elidedlabel.h"
#include "widgets/tip.h"

#include <QButtonGroup>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr int lineHeight = 34;
constexpr int iconSide = 16;
constexpr int dotSide = 9;
constexpr int chevronSide = 14;
constexpr int mostStateLines = 2;
} // namespace

SidebarButton::SidebarButton(Icon icon, const QString& name, QWidget* parent) : QAbstractButton(parent), icon_(icon) {
    setText(name);
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SidebarButton::setCount(const QString& count) {
    count_ = count;
    setAccessibleDescription(count);
    update();
}

QSize SidebarButton::sizeHint() const {
    return {120, lineHeight};
}

void SidebarButton::focusInEvent(QFocusEvent* event) {
    QAbstractButton::focusInEvent(event);
    // Of a group, Qt lets Tab reach one button alone, and going on with the arrow keys would open the next place.
    const QList<QAbstractButton*> all = group() ? group()->buttons() : QList<QAbstractButton*>();
    for (QAbstractButton* button : all)
        button->setFocusPolicy(Qt::StrongFocus);
}

void SidebarButton::paintEvent(QPaintEvent*) {
    const Tokens& t = currentTokens(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
    if (isChecked() || isDown() || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(isChecked() || isDown() ? t.accentSoft : t.surfaceSunken);
        painter.drawRoundedRect(box, radius::small, radius::small);
    }
    if (hasFocus()) {
        painter.setPen(QPen(t.focus, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box, radius::small, radius::small);
    }
    const auto mirrored = [this](const QRect& area) { return QStyle::visualRect(layoutDirection(), rect(), area); };
    const int edge = space::s + 2;
    const QColor colour = isChecked() ? t.accent : t.text;
    paintIcon(painter, mirrored(QRect(edge, (height() - iconSide) / 2, iconSide, iconSide)), icon_,
              isChecked() ? t.accent : t.textMuted);
    const QFont counts = textFont(type::small, isChecked() ? QFont::DemiBold : QFont::Normal);
    const int countWidth = count_.isEmpty() ? 0 : QFontMetrics(counts).horizontalAdvance(count_) + space::s;
    const int left = edge + iconSide + space::s;
    const QRect words(left, 0, width() - left - edge - countWidth, height());
    const QFont names = textFont(type::body, isChecked() ? QFont::DemiBold : QFont::Normal);
    painter.setFont(names);
    painter.setPen(colour);
    painter.drawText(mirrored(words), int(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft | Qt::AlignVCenter)),
                     QFontMetrics(names).elidedText(text(), Qt::ElideRight, words.width()));
    painter.setFont(counts);
    painter.setPen(isChecked() ? t.accent : t.textMuted);
    painter.drawText(mirrored(QRect(width() - edge - countWidth, 0, countWidth, height())),
                     int(QStyle::visualAlignment(layoutDirection(), Qt::AlignRight | Qt::AlignVCenter)), count_);
}

AccountSwitcher::AccountSwitcher(QWidget* parent)
    : QAbstractButton(parent), name_(new ElidedLabel(this)), state_(new ElidedLabel(this)) {
    setObjectName(u"accountSwitcher"_s);
    setAccessibleName(tr("Account"));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum); // As high as its words need.
    name_->setFont(textFont(type::body, QFont::DemiBold));
    state_->setObjectName(u"accountState"_s);
    state_->setFont(textFont(type::small));
    state_->setForegroundRole(QPalette::PlaceholderText);
    state_->setMostLines(mostStateLines);
    auto* lines = new QVBoxLayout(this);
    lines->setContentsMargins(space::s + 2 + dotSide + space::s, space::s + 1, space::s + chevronSide + space::xs,
                              space::s + 1);
    lines->setSpacing(0);
    for (ElidedLabel* line : {name_, state_}) {
        line->setAttribute(Qt::WA_TransparentForMouseEvents);
        lines->addWidget(line);
    }
    connect(this, &QAbstractButton::clicked, this, &AccountSwitcher::openMenu);
}

void AccountSwitcher::setAccounts(const QList<AccountEntry>& accounts, const QString& current) {
    const auto found = std::ranges::find(accounts, current, &AccountEntry::id);
    const AccountEntry shown = found == accounts.cend() ? AccountEntry() : *found;
    if (accounts == accounts_ && shown == current_)
        return;
    accounts_ = accounts;
    current_ = shown;
    setAccessibleName(tr("Account: %1, %2").arg(isolated(current_.name), current_.state));
    setTip(this, isolated(current_.name) + u'\n' + current_.state);
    name_->setFullText(inOneLine(current_.name));
    state_->setFullText(current_.state);
    update();
}

void AccountSwitcher::openMenu() {
    auto* menu = new QMenu(this);
    menu->setObjectName(u"accountMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto plain = [](QString words) { return words.replace(u'&', u"&&"_s); };
    for (const AccountEntry& account : std::as_const(accounts_)) {
        QAction* entry =
            menu->addAction(plain(inOneLine(account.name)), this, [this, id = account.id] { Q_EMIT chosen(id); });
        entry->setObjectName(account.id);
        entry->setCheckable(true);
        entry->setChecked(account.id == current_.id);
    }
    menu->addSeparator();
    const auto offer = [this, menu](Icon mark, const QString& words, const QString& objectName,
                                    void (AccountSwitcher::*asked)()) {
        menu->addAction(waybill::icon(mark, menu), words, this, asked)->setObjectName(objectName);
    };
    offer(Icon::Plus, tr("&Add account…"), u"addAccount"_s, &AccountSwitcher::addRequested);
    menu->addSeparator();
    offer(Icon::Info, tr("Account &details…"), u"accountDetails"_s, &AccountSwitcher::detailsRequested);
    if (current_.bringsEvents)
        offer(Icon::Download, tr("&Bring events here…"), u"bringEvents"_s, &AccountSwitcher::bringRequested);
    if (!current_.isOurs) {
        offer(Icon::Edit, tr("&Rename “%1”…").arg(isolated(plain(current_.name))), u"renameAccount"_s,
              &AccountSwitcher::renameRequested);
        offer(Icon::Key, tr("Replace &key…"), u"replaceKey"_s, &AccountSwitcher::replaceKeyRequested);
        offer(Icon::Trash, tr("Re&move from this computer…"), u"removeAccount"_s, &AccountSwitcher::removeRequested);
    }
    menu->setMinimumWidth(width());
    menu->popup(mapToGlobal(QPoint(0, height() + 2)));
}

void AccountSwitcher::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Down)
        openMenu();
    else
        QAbstractButton::keyPressEvent(event);
}

void AccountSwitcher::paintEvent(QPaintEvent*) {
    const Tokens& t = currentTokens(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? QPen(t.focus, 2) : QPen(t.border));
    painter.setBrush(underMouse() || isDown() ? t.surfaceSunken : t.surface);
    const qreal inset = hasFocus() ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), radius::large, radius::large);
    const auto mirrored = [this](const QRect& area) { return QStyle::visualRect(layoutDirection(), rect(), area); };
    painter.setPen(Qt::NoPen);
    painter.setBrush(pillText(current_.kind, t));
    painter.drawEllipse(mirrored(QRect(space::s + 2, (height() - dotSide) / 2, dotSide, dotSide)));
    const int right = width() - space::s - chevronSide;
    paintIcon(painter, mirrored(QRect(right, (height() - chevronSide) / 2, chevronSide, chevronSide)),
              Icon::ChevronDown, t.textMuted);
}

Sidebar::Sidebar(QWidget* parent)
    : QFrame(parent), account_(new AccountSwitcher(this)), places_(new QVBoxLayout), group_(new QButtonGroup(this)) {
    setFixedWidth(208);
    group_->setExclusive(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::s + 2, space::m, space::s + 3, space::m);
    column->setSpacing(2);
    column->addWidget(account_);
    column->addSpacing(space::s + 2);
    places_->setSpacing(2);
    column->addLayout(places_);
    column->addStretch(1);
    const auto foot = [this, column](Icon icon, const QString& name, const QString& objectName) {
        auto* button = new SidebarButton(icon, name, this);
        button->setObjectName(objectName);
        column->addWidget(button);
        return button;
    };
    firstFoot_ = foot(Icon::Learn, tr("Learn webhooks"), u"learn"_s);
    connect(firstFoot_, &QAbstractButton::clicked, this, &Sidebar::learnRequested);
    connect(foot(Icon::Settings, tr("Settings"), u"settings"_s), &QAbstractButton::clicked, this,
            &Sidebar::settingsRequested);
    connect(group_, &QButtonGroup::idClicked, this, &Sidebar::placeChosen);
}

SidebarButton* Sidebar::addPlace(Icon icon, const QString& name, const QString& objectName) {
    auto* button = new SidebarButton(icon, name, this);
    button->setObjectName(objectName);
    button->setCheckable(true);
    announceAs(button, Announced::Tab);
    QAbstractButton* before = group_->button(int(group_->buttons().size()) - 1);
    group_->addButton(button, int(group_->buttons().size()));
    places_->addWidget(button);
    if (before)
        setTabOrder(before, button);
    setTabOrder(button, firstFoot_);
    return button;
}

void Sidebar::setCurrent(int place) {
    if (QAbstractButton* button = group_->button(place))
        button->setChecked(true);
}

void Sidebar::paintEvent(QPaintEvent*) {
    const Tokens& t = currentTokens(this);
    QPainter painter(this);
    painter.fillRect(rect(), t.sidebar);
    painter.fillRect(QStyle::visualRect(layoutDirection(), rect(), QRect(width() - 1, 0, 1, height())), t.border);
}

} // namespace waybill
