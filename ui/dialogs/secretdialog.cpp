// SPDX-License-Identifier: MIT
#include "dialogs/secretdialog.h"

#include "contract/foreigntext.h"
#include "dialogs/fieldnote.h"
#include "dialogs/secretclipboard.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/announced.h"
#include "widgets/buttons.h"
#include "widgets/card.h"
#include "widgets/copying.h"
#include "words/times.h"

#include <QAccessible>
#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QTimer>

namespace waybill {
using namespace Qt::StringLiterals;

SecretDialog::SecretDialog(const Issued& issued, SecretClipboard& clipboard, QWidget* parent)
    : Sheet(tr("Copy the signing secret now"), parent)
    , secret_(issued.secret)
    , clipboard_(clipboard)
    , value_(new QLineEdit(this))
    , reveal_(new QPushButton(this))
    , copy_(new QPushButton(tr("&Copy"), this))
    , note_(new FieldNote(this))
    , keep_(new QCheckBox(this))
    , stored_(new QCheckBox(tr("&I have stored the secret where my receiver can read it"), this))
    , leave_(addButton(tr("Close without the secret"), u"leaveSecret"_s))
    , done_(addButton(tr("&Done"), u"done"_s)) {
    setObjectName(u"secretDialog"_s);
    setFixedWidth(560);
    QString sentence = tr("You won't be able to see it again. It proves to the receiver of “%1” that a message really "
                          "comes from the account. If you lose it, rotate it and you get a new one.")
                           .arg(isolated(issued.endpointName));
    if (issued.previousValidUntil)
        sentence += u'\n' + tr("The previous secret stays valid until %1 (%2).")
                                .arg(exactTime(*issued.previousValidUntil),
                                     relativeTime(*issued.previousValidUntil, issued.now));
    setSentence(sentence);

    value_->setObjectName(u"secretValue"_s);
    value_->setAccessibleName(tr("Signing secret"));
    value_->setReadOnly(true);
    value_->setFont(codeFont(type::body));
    value_->setText(QString::fromLatin1(secret_.reveal()));
    value_->setCursorPosition(0);
    value_->setLayoutDirection(Qt::LeftToRight);
    // Its own ways to copy would not mark the text as a secret.
    value_->setContextMenuPolicy(Qt::NoContextMenu);
    value_->setDragEnabled(false);
    value_->installEventFilter(this);
    copiesByItself(value_);
    reveal_->setObjectName(u"concealSecret"_s);
    reveal_->setCheckable(true);
    announceAs(reveal_, Announced::Button);
    makeQuiet(reveal_);
    copy_->setObjectName(u"copySecret"_s);
    makePrimary(copy_);
    copy_->setDefault(true);
    copy_->setFocus();
    auto* line = new QHBoxLayout;
    line->setSpacing(space::s);
    line->addWidget(value_, 1);
    line->addWidget(reveal_);
    line->addWidget(copy_);

    keep_->setObjectName(u"keepSecret"_s);
    keep_->setText(tr("&Keep a copy on this computer"));
    QLabel* meaning =
        sheetText(issued.receiverChecksIt ? tr("The built-in receiver needs it to check signatures.")
                                          : tr("Needed if this endpoint is pointed at the built-in receiver later."),
                  this, true);
    meaning->setIndent(style()->pixelMetric(QStyle::PM_IndicatorWidth) +
                       style()->pixelMetric(QStyle::PM_CheckBoxLabelSpacing));
    keep_->setAccessibleDescription(meaning->text());
    keep_->setChecked(issued.receiverChecksIt);
    keep_->setVisible(issued.receiverInReach || issued.receiverChecksIt);
    stored_->setObjectName(u"secretStored"_s);
    content()->addLayout(line);
    content()->addWidget(note_);
    content()->addSpacing(space::xs);
    content()->addWidget(keep_);
    content()->addWidget(meaning);
    content()->addWidget(stored_);
    makeDanger(leave_);
    leave_->hide();
    setConcealed(false);
    showDone();

    connect(copy_, &QPushButton::clicked, this, &SecretDialog::copy);
    connect(reveal_, &QPushButton::toggled, this, &SecretDialog::setConcealed);
    connect(stored_, &QCheckBox::toggled, this, &SecretDialog::showDone);
    connect(&clipboard, &SecretClipboard::countedDown, this, &SecretDialog::showClipboard);
    connect(done_, &QPushButton::clicked, this, &QDialog::accept);
    connect(leave_, &QPushButton::clicked, this, &QDialog::reject);
}

SecretDialog::~SecretDialog() {
    // Selecting text hands it to whoever pastes with the middle button.
    QClipboard* clipboard = QGuiApplication::clipboard();
    if (clipboard->supportsSelection() && clipboard->ownsSelection() && !value_->selectedText().isEmpty())
        clipboard->clear(QClipboard::Selection);
}

bool SecretDialog::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Copy) || key->matches(QKeySequence::Cut)) {
            if (event->type() == QEvent::KeyPress)
                copy();
            event->accept();
            return true;
        }
    }
    return Sheet::eventFilter(watched, event);
}

bool SecretDialog::keepsCopy() const {
    return keep_->isChecked();
}

void SecretDialog::setConcealed(bool concealed) {
    reveal_->setChecked(concealed);
    reveal_->setIcon(icon(concealed ? Icon::Eye : Icon::EyeOff, reveal_));
    reveal_->setToolTip(concealed ? tr("Show the secret") : tr("Hide the secret"));
    reveal_->setAccessibleName(reveal_->toolTip());
    const QString whole = QString::fromLatin1(secret_.reveal());
    const QString prefix = secret_.prefix();
    value_->setText(concealed ? prefix + QString(whole.size() - prefix.size(), u'•') : whole);
    value_->setCursorPosition(0);
}

void SecretDialog::copy() {
    wasCopied_ = true;
    clipboard_.copy(secret_);
    copy_->setText(tr("Copied"));
    copy_->setIcon(icon(Icon::Check, copy_));
    QAccessibleEvent alert(copy_, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    QTimer::singleShot(2000, copy_, [this] {
        copy_->setText(tr("&Copy"));
        copy_->setIcon({});
    });
    showDone();
}

void SecretDialog::showClipboard(int secondsLeft) {
    if (!wasCopied_)
        return;
    if (secondsLeft > 0)
        note_->setNote(PillKind::Success,
                       tr("Copied. The clipboard is cleared in %n second(s).", nullptr, secondsLeft));
    else
        note_->setNote(PillKind::Info, tr("The secret is no longer on the clipboard."));
}

void SecretDialog::showDone() {
    const bool isSafe = wasCopied_ || stored_->isChecked();
    done_->setEnabled(isSafe);
    done_->setToolTip(isSafe ? QString() : tr("Copy the secret first, or tick that you have stored it."));
    done_->setAccessibleDescription(done_->toolTip());
    if (isSafe) {
        leave_->hide();
        clearError();
    }
}

bool SecretDialog::mayClose() {
    if (wasCopied_ || stored_->isChecked()) {
        accept();
        return false;
    }
    leave_->show();
    setWarning(tr("This secret has not been copied yet, and it is shown only this once. Copy it, or close without it "
                  "and rotate it later to get another."));
    copy_->setFocus();
    return false;
}

} // namespace waybill
