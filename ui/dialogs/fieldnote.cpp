// SPDX-License-Identifier: MIT
#include "dialogs/fieldnote.h"

#include "theme/icons.h"
#include "theme/tokens.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>

namespace waybill {

namespace {
constexpr int markSide = 14;

Icon iconOf(PillKind kind) {
    switch (kind) {
    case PillKind::Success:
        return Icon::Check;
    case PillKind::Warning:
        return Icon::Warning;
    case PillKind::Danger:
        return Icon::CircleAlert;
    case PillKind::Info:
        return Icon::Info;
    case PillKind::Neutral:
        break;
    }
    return Icon::None;
}
} // namespace

FieldNote::FieldNote(QWidget* parent)
    : QWidget(parent), mark_(new QLabel(this)), text_(new QLabel(this)), remedy_(new QPushButton(this)) {
    text_->setTextFormat(Qt::PlainText);
    text_->setWordWrap(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::xs + 1);
    row->addWidget(mark_, 0, Qt::AlignTop);
    row->addWidget(text_, 1);
    row->addWidget(remedy_, 0, Qt::AlignTop);
    remedy_->setObjectName(QStringLiteral("remedy"));
    remedy_->hide();
    connect(remedy_, &QPushButton::clicked, this, &FieldNote::remedyChosen);
    mark_->setContentsMargins(0, 2, 0, 0);
    hide();
}

void FieldNote::setNote(PillKind kind, const QString& text, const QString& remedy) {
    remedy_->setText(remedy);
    remedy_->setVisible(!remedy.isEmpty());
    if (kind == kind_ && text == text_->text())
        return;
    // A number that counts down is no news to somebody who listens.
    static const QRegularExpression digits(QStringLiteral("\\d+"));
    const bool isNews = kind != kind_ || QString(text).remove(digits) != text_->text().remove(digits);
    kind_ = kind;
    text_->setText(text);
    setAccessibleName(text);
    mark_->setVisible(kind != PillKind::Neutral);
    paintMark();
    setVisible(!text.isEmpty());
    if (!text.isEmpty() && isNews) {
        QAccessibleEvent alert(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void FieldNote::keepRoom(int lines) {
    QSizePolicy policy = sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    setSizePolicy(policy);
    setMinimumHeight(lines * fontMetrics().lineSpacing() + 2);
    text_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
}

QString FieldNote::text() const {
    return text_->text();
}

void FieldNote::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintMark();
}

void FieldNote::paintMark() {
    const QColor colour = pillText(kind_, currentTokens(this));
    QPalette palette = text_->palette();
    palette.setColor(QPalette::WindowText, colour);
    text_->setPalette(palette);
    if (kind_ != PillKind::Neutral)
        mark_->setPixmap(icon(iconOf(kind_), colour).pixmap(QSize(markSide, markSide), devicePixelRatioF()));
}

} // namespace waybill
