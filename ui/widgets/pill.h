// SPDX-License-Identifier: MIT
#pragma once

#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/copying.h"

#include <QWidget>

namespace waybill {

enum class PillKind { Success, Warning, Danger, Info, Neutral };

QColor pillText(PillKind kind, const Tokens& tokens);
QColor pillGround(PillKind kind, const Tokens& tokens);
/// What a pill needs; also the size that `paintPill` fills.
QSize pillSize(Icon icon, const QString& text);
/// On a selected row a pill has an outline, because its ground comes close to the row's.
enum class PillEdge { None, Outlined };
/// For delegates: at the left of `area` (right where it is right to left), centred in height.
void paintPill(QPainter* painter, const QRect& area, PillKind kind, Icon icon, const QString& text,
               const Tokens& tokens, Qt::LayoutDirection direction = Qt::LeftToRight, PillEdge edge = PillEdge::None);

/// A status: icon, word and colour.
class Pill : public QWidget, public Copyable {
    Q_OBJECT
public:
    explicit Pill(QWidget* parent = nullptr);

    void setStatus(PillKind kind, Icon icon, const QString& text);
    QString text() const { return m_text; }
    QString copiedText() const override { return m_text; }
    PillKind kind() const { return m_kind; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    PillKind m_kind = PillKind::Neutral;
    Icon m_icon = Icon::None;
    QString m_text;
};

} // namespace waybill
