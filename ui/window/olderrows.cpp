// SPDX-License-Identifier: MIT
#include "window/olderrows.h"

#include "theme/tokens.h"
#include "widgets/buttons.h"
#include "widgets/elidedlabel.h"
#include "words/reach.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr milliseconds beforeItIsWorthSaying{1'500};
}

OlderRows::OlderRows(QWidget* parent) : QWidget(parent) {
    setObjectName(u"olderRows"_s);
    words_ = new ElidedLabel(this);
    words_->setObjectName(u"olderRowsText"_s);
    words_->setFont(textFont(type::small));
    words_->setForegroundRole(QPalette::PlaceholderText);
    pause_ = addButton(tr("Pause"), u"pauseOlderRows"_s, {});
    cancel_ = addButton(tr("Cancel"), u"cancelOlderRows"_s,
                        tr("Stops reading older rows. What has been read stays, and new rows keep arriving."));
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(space::s, 0, space::s, 0);
    line->setSpacing(space::xs);
    line->addWidget(words_, 1);
    line->addWidget(pause_);
    line->addWidget(cancel_);
    patience_.setSingleShot(true);
    patience_.setInterval(beforeItIsWorthSaying);
    connect(&patience_, &QTimer::timeout, this, [this] { setVisible(reach_.backwards == Backwards::Reading); });
    connect(pause_, &QToolButton::clicked, this,
            [this] { isPaused() ? Q_EMIT resumeRequested() : Q_EMIT pauseRequested(); });
    connect(cancel_, &QToolButton::clicked, this, &OlderRows::cancelRequested);
    hide();
}

QToolButton* OlderRows::addButton(const QString& words, const QString& objectName, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setObjectName(objectName);
    button->setText(words);
    button->setToolTip(tip);
    button->setAutoRaise(true);
    makeStatusLine(button);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void OlderRows::setReach(const Reach& reach, Instant now) {
    reach_ = reach;
    const QString words = readingWords(reach, now);
    if (words.isEmpty()) {
        patience_.stop();
        hide();
        return;
    }
    words_->setFullText(words);
    pause_->setText(isPaused() ? tr("Resume") : tr("Pause"));
    pause_->setToolTip(isPaused()
                           ? tr("Continues reading older rows.")
                           : tr("Reads no older rows until you resume, even after a restart. New rows keep arriving."));
    if (isPaused())
        show();
    else if (isHidden() && !patience_.isActive())
        patience_.start();
}

} // namespace waybill
