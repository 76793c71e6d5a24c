// SPDX-License-Identifier: MIT
#include "widgets/banner.h"

#include "contract/foreigntext.h"
#include "widgets/buttons.h"
#include "widgets/selectable.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace waybill {

namespace {
Icon iconOf(PillKind kind) {
    switch (kind) {
    case PillKind::Success:
        return Icon::CircleCheck;
    case PillKind::Warning:
        return Icon::Warning;
    case PillKind::Danger:
        return Icon::CircleAlert;
    case PillKind::Info:
    case PillKind::Neutral:
        break;
    }
    return Icon::Info;
}
constexpr int iconRoom = space::m + 16 + space::s;
} // namespace

Banner::Banner(QWidget* parent)
    : QFrame(parent), m_text(new QLabel(this)), m_action(new QPushButton(this)), m_close(new QPushButton(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(iconRoom, space::xs, space::xs, space::xs);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    makeSelectable(m_text);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(m_close);
    m_action->setObjectName(QStringLiteral("bannerAction"));
    makeQuiet(m_close);
    m_close->setIcon(icon(Icon::Cross, m_close));
    m_close->setAccessibleName(tr("Close message"));
    m_close->setToolTip(tr("Close message"));
    connect(m_action, &QPushButton::clicked, this, &Banner::acted);
    connect(m_close, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT closed();
    });
    hide();
}

void Banner::setMessage(PillKind kind, const QString& text, const QString& action) {
    m_kind = kind;
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(text);
    show();
    update();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

QString Banner::text() const {
    return m_text->text();
}
QString Banner::copiedText() const {
    return withoutIsolation(text());
}
void Banner::setClosable(bool closable) {
    m_close->setVisible(closable);
}

void Banner::setFloating(bool floating) {
    m_isFloating = floating;
    update();
}

void Banner::paintEvent(QPaintEvent*) {
    const Tokens& t = currentTokens(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_isFloating ? QPen(pillText(m_kind, t)) : QPen(Qt::NoPen));
    painter.setBrush(pillGround(m_kind, t));
    const qreal inset = m_isFloating ? 0.5 : 0;
    painter.drawRoundedRect(QRectF(contentsRect()).adjusted(inset, inset, -inset, -inset), radius::small,
                            radius::small);
    QRect mark(space::m, contentsRect().center().y() - 7, 16, 16);
    if (isRightToLeft())
        mark.moveRight(width() - space::m);
    paintIcon(painter, mark, iconOf(m_kind), pillText(m_kind, t));
}

} // namespace waybill
