// SPDX-License-Identifier: MIT
#include "theme/style.h"

#include "theme/icons.h"
#include "theme/tokens.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QPainter>
#include <QPainterPath>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStyleOption>
#include <QTextEdit>

namespace waybill {

namespace {

constexpr int controlHeight = 32;
constexpr int buttonIcon = 15;
constexpr int buttonGap = 6;
constexpr int menuMark = 14;
constexpr int fieldPadding = 6; ///< Beside what a field keeps by itself.

void roundedBox(QPainter* painter, const QRectF& area, const QColor& fill, const QColor& line, qreal corner,
                qreal width = 1) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter->setPen(line.isValid() ? QPen(line, width) : QPen(Qt::NoPen));
    const qreal inset = line.isValid() ? width / 2 : 0;
    painter->drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), corner, corner);
    painter->restore();
}

bool isFocused(const QStyleOption* option) {
    return option->state & QStyle::State_HasFocus;
}
bool isEnabled(const QStyleOption* option) {
    return option->state & QStyle::State_Enabled;
}
bool isHovered(const QStyleOption* option) {
    return isEnabled(option) && (option->state & QStyle::State_MouseOver);
}
QString buttonKind(const QWidget* widget) {
    return widget ? widget->property("waybillButton").toString() : QString();
}

void paintButton(const QStyleOption* option, QPainter* painter, const QWidget* widget) {
    const Tokens& t = currentTokens(widget);
    const QString kind = buttonKind(widget);
    const bool down = option->state & (QStyle::State_Sunken | QStyle::State_On);
    const QRectF area = option->rect;
    QColor fill = t.surface;
    QColor line = t.outline;
    if (!isEnabled(option)) {
        fill = kind == u"quiet" ? QColor() : t.surfaceSunken;
        line = kind == u"quiet" ? QColor() : t.border;
    } else if (kind == u"primary") {
        fill = isHovered(option) || down ? t.accentHover : t.accent;
        line = QColor();
    } else if (kind == u"danger") {
        fill = isHovered(option) || down ? t.dangerSoft : t.surface;
        line = t.danger;
    } else if (kind == u"active") {
        fill = t.accentSoft;
        line = t.accent;
    } else if (kind == u"quiet") {
        fill = isHovered(option) || down ? t.accentSoft : QColor();
        line = QColor();
    } else {
        fill = down ? t.accentSoft : isHovered(option) ? t.surfaceSunken : t.surface;
        line = down ? t.accent : t.outline;
    }
    roundedBox(painter, area, fill, line, radius::small);
    if (isFocused(option)) {
        // A gap of the ground's colour keeps the ring visible on a button of the ring's own colour.
        if (kind == u"primary")
            roundedBox(painter, area.adjusted(2, 2, -2, -2), {}, t.accentText, radius::small - 2, 1.5);
        roundedBox(painter, area, {}, t.focus, radius::small, 2);
    }
}

QRect mirrored(const QStyleOption* option, const QRect& bounds, const QRect& area) {
    return QStyle::visualRect(option->direction, bounds, area);
}

/// Fusion sets the icon hard against the word.
void paintButtonLabel(const QStyleOptionButton& button, QPainter* painter, const QWidget* widget) {
    const Tokens& t = currentTokens(widget);
    const QString kind = buttonKind(widget);
    const QColor colour = !isEnabled(&button)  ? t.textDisabled
                          : kind == u"primary" ? t.accentText
                          : kind == u"danger"  ? t.danger
                          : kind == u"active"  ? t.accent
                                               : button.palette.color(QPalette::ButtonText);
    QRect area = button.rect;
    if (button.features & QStyleOptionButton::HasMenu) {
        const QRect mark(area.right() - space::s - menuMark, area.center().y() - menuMark / 2, menuMark, menuMark);
        paintIcon(*painter, mirrored(&button, button.rect, mark), Icon::ChevronDown, colour);
        area.setRight(mark.left() - 1);
    }
    const bool underlines = QApplication::style()->styleHint(QStyle::SH_UnderlineShortcut, &button, widget) != 0;
    const int flags = int(Qt::AlignVCenter) | int(Qt::AlignLeft) | int(Qt::TextSingleLine) |
                      int(underlines ? Qt::TextShowMnemonic : Qt::TextHideMnemonic);
    const int icon = button.icon.isNull() ? 0 : buttonIcon;
    const int gap = icon && !button.text.isEmpty() ? buttonGap : 0;
    const int text = button.fontMetrics.size(Qt::TextShowMnemonic, button.text).width();
    int left = qMax(area.left() + space::xs, area.center().x() - (icon + gap + text) / 2 + 1);
    if (icon) {
        const QRect mark(left, area.center().y() - icon / 2, icon, icon);
        button.icon.paint(painter, mirrored(&button, button.rect, mark), Qt::AlignCenter,
                          isEnabled(&button) ? QIcon::Normal : QIcon::Disabled);
        left += icon + gap;
    }
    painter->setPen(colour);
    const QRect words(left, area.top(), area.right() - left + 1, area.height());
    painter->drawText(mirrored(&button, button.rect, words),
                      int(QStyle::visualAlignment(button.direction, Qt::Alignment(flags & 0xff))) | (flags & ~0xff),
                      button.text);
}

void paintSpinBox(const QStyleOptionSpinBox& box, const Style& style, QPainter* painter, const QWidget* widget) {
    const Tokens& t = currentTokens(widget);
    roundedBox(painter, box.rect, isEnabled(&box) ? t.surface : t.surfaceSunken, isFocused(&box) ? t.focus : t.outline,
               radius::small, isFocused(&box) ? 2 : 1);
    if (box.buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    for (const auto part : {QStyle::SC_SpinBoxUp, QStyle::SC_SpinBoxDown}) {
        const bool up = part == QStyle::SC_SpinBoxUp;
        const bool can = isEnabled(&box) &&
                         (box.stepEnabled & (up ? QAbstractSpinBox::StepUpEnabled : QAbstractSpinBox::StepDownEnabled));
        QRectF mark(0, 0, 10, 10);
        painter->save();
        painter->translate(QRectF(style.subControlRect(QStyle::CC_SpinBox, &box, part, widget)).center());
        painter->scale(1, up ? -1 : 1);
        mark.moveCenter(QPointF());
        paintIcon(*painter, mark, Icon::ChevronDown, can ? t.text : t.textDisabled);
        painter->restore();
    }
}

/// What a scroll bar lies on: the ground of its view.
QColor groundOf(const QWidget* scrollBar) {
    const QWidget* container = scrollBar ? scrollBar->parentWidget() : nullptr;
    const auto* area = container ? qobject_cast<const QAbstractScrollArea*>(container->parentWidget()) : nullptr;
    const QWidget* view = area ? area->viewport() : scrollBar;
    return view ? view->palette().color(view->backgroundRole()) : QApplication::palette().color(QPalette::Window);
}

bool isTextBox(const QWidget* widget) {
    return qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QTextEdit*>(widget);
}

QColor groundOfTextBox(const QWidget* widget) {
    if (!isTextBox(widget))
        return {};
    const QWidget* view = static_cast<const QAbstractScrollArea*>(widget)->viewport();
    return view->palette().color(view->backgroundRole());
}

void paintCheckBox(const QStyleOption* option, QPainter* painter, const QWidget* widget) {
    const Tokens& t = currentTokens(widget);
    const bool on = option->state & QStyle::State_On;
    const bool some = option->state & QStyle::State_NoChange;
    QRectF box(0, 0, 15, 15);
    box.moveCenter(QRectF(option->rect).center());
    if (on || some) {
        const QColor fill = isEnabled(option) ? t.accent : t.textDisabled;
        roundedBox(painter, box, fill, {}, 4);
        paintIcon(*painter, box.adjusted(2, 2, -2, -2), on ? Icon::Check : Icon::Minus,
                  t.dark && !isEnabled(option) ? t.surface : t.accentText);
    } else {
        const QColor line = isEnabled(option) ? (isHovered(option) ? t.accent : t.outline) : t.textDisabled;
        roundedBox(painter, box, isEnabled(option) ? t.surface : t.surfaceSunken, line, 4, 1.5);
    }
}

void paintRadioButton(const QStyleOption* option, QPainter* painter, const QWidget* widget) {
    const Tokens& t = currentTokens(widget);
    const bool on = option->state & QStyle::State_On;
    QRectF box(0, 0, 15, 15);
    box.moveCenter(QRectF(option->rect).center());
    const QColor line = !isEnabled(option) ? t.textDisabled : on ? t.accent : t.outline;
    roundedBox(painter, box, t.surface, line, 7.5, on ? 4.5 : 1.5);
}

} // namespace

Style::Style() : QProxyStyle(QStringLiteral("Fusion")) {}

void Style::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton*>(widget) || qobject_cast<QComboBox*>(widget))
        widget->setAttribute(Qt::WA_Hover);
    // The frame paints the ground of a text box: its viewport has square corners.
    if (auto* box = qobject_cast<QAbstractScrollArea*>(widget); box && isTextBox(box))
        box->viewport()->setAutoFillBackground(false);
    if (auto* header = qobject_cast<QHeaderView*>(widget); header && header->orientation() == Qt::Horizontal)
        header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const {
    const Tokens& t = currentTokens(widget);
    switch (element) {
    case PE_PanelButtonCommand:
    case PE_PanelButtonBevel:
        paintButton(option, painter, widget);
        return;
    case PE_PanelButtonTool:
        if (isHovered(option) || option->state & (State_On | State_Sunken))
            roundedBox(painter, option->rect, t.accentSoft, {}, radius::small);
        if (isFocused(option))
            roundedBox(painter, option->rect, {}, t.focus, radius::small, 2);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        paintCheckBox(option, painter, widget);
        return;
    case PE_IndicatorRadioButton:
        paintRadioButton(option, painter, widget);
        return;
    case PE_PanelLineEdit: {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        if (frame && frame->lineWidth > 0)
            roundedBox(painter, option->rect, isEnabled(option) ? t.surface : t.surfaceSunken,
                       isFocused(option) ? t.focus : t.outline, radius::small, isFocused(option) ? 2 : 1);
        return;
    }
    case PE_FrameLineEdit:
        return;
    case PE_FrameFocusRect:
        if (qobject_cast<const QPushButton*>(widget))
            return; // The button's own frame shows it.
        roundedBox(painter, option->rect, {}, t.focus, 4, 2);
        return;
    case PE_Frame:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0)
            roundedBox(painter, option->rect, groundOfTextBox(widget), isFocused(option) ? t.focus : t.border,
                       radius::small);
        return;
    case PE_FrameMenu:
        roundedBox(painter, option->rect, {}, t.border, 0);
        return;
    case PE_PanelTipLabel:
        roundedBox(painter, option->rect, t.surface, t.outline, 0);
        return;
    case PE_IndicatorArrowDown:
        paintIcon(*painter, QRectF(option->rect), Icon::ChevronDown, isEnabled(option) ? t.textMuted : t.textDisabled);
        return;
    case PE_IndicatorArrowRight:
        paintIcon(*painter, QRectF(option->rect), Icon::ChevronRight, isEnabled(option) ? t.textMuted : t.textDisabled);
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const {
    const Tokens& t = currentTokens(widget);
    switch (element) {
    case CE_PushButtonBevel:
        paintButton(option, painter, widget);
        return;
    case CE_PushButtonLabel:
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
            paintButtonLabel(*button, painter, widget);
            return;
        }
        break;
    case CE_HeaderEmptyArea:
    case CE_HeaderSection:
        painter->fillRect(option->rect, t.surface);
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), t.border);
        return;
    case CE_HeaderLabel:
        if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
            QStyleOptionHeader label = *header;
            label.state &= ~State_On; // No bold for the selected column.
            label.palette.setColor(QPalette::ButtonText, t.textMuted);
            label.palette.setColor(QPalette::WindowText, t.textMuted);
            QProxyStyle::drawControl(element, &label, painter, widget);
            return;
        }
        break;
    case CE_Splitter:
        painter->fillRect(option->rect, t.border);
        return;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                               const QWidget* widget) const {
    const Tokens& t = currentTokens(widget);
    if (control == CC_ComboBox) {
        const auto* box = qstyleoption_cast<const QStyleOptionComboBox*>(option);
        if (box) {
            roundedBox(painter, option->rect, isEnabled(option) ? t.surface : t.surfaceSunken,
                       isFocused(option) ? t.focus : t.outline, radius::small, isFocused(option) ? 2 : 1);
            QRect arrow = subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget);
            QRectF mark(0, 0, 14, 14);
            mark.moveCenter(QRectF(arrow).center());
            paintIcon(*painter, mark, Icon::ChevronDown, isEnabled(option) ? t.textMuted : t.textDisabled);
            return;
        }
    }
    if (control == CC_SpinBox) {
        if (const auto* box = qstyleoption_cast<const QStyleOptionSpinBox*>(option)) {
            paintSpinBox(*box, *this, painter, widget);
            return;
        }
    }
    if (control == CC_ScrollBar) {
        painter->fillRect(option->rect, groundOf(widget));
        QRectF slider = subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget);
        const bool lying = option->state & State_Horizontal;
        slider = lying ? slider.adjusted(2, 3, -2, -3) : slider.adjusted(3, 2, -3, -2);
        roundedBox(painter, slider, isHovered(option) ? t.textMuted : t.outline, {},
                   qMin(slider.width(), slider.height()) / 2);
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
    case PM_LayoutLeftMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutBottomMargin:
        return space::l;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return space::s;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 16;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return space::s;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_MenuButtonIndicator:
        return menuMark + space::xs;
    case PM_HeaderMargin:
        return space::s + 2;
    case PM_FocusFrameHMargin:
        return qobject_cast<const QAbstractItemView*>(widget) ? space::s + 1
                                                              : QProxyStyle::pixelMetric(metric, option, widget);
    case PM_ScrollBarExtent:
        return 12;
    case PM_SplitterWidth:
        return 1;
    case PM_ButtonIconSize:
        return 15;
    case PM_SmallIconSize:
        return 16;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                     QStyleHintReturn* returned) const {
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_Widget_Animate:
    case SH_ComboBox_Popup:
        return 0;
    case SH_Table_GridLineColor:
        return int(currentTokens(widget).border.rgb());
    default:
        return QProxyStyle::styleHint(hint, option, widget, returned);
    }
}

QSize Style::sizeFromContents(ContentsType contents, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(contents, option, size, widget);
    switch (contents) {
    case CT_PushButton: {
        const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
        const bool iconOnly = button && button->text.isEmpty();
        result.setWidth(iconOnly
                            ? controlHeight
                            : size.width() + 2 * space::m + (button && !button->icon.isNull() ? buttonGap - 4 : 0) + 2);
        result.setHeight(qMax(controlHeight, size.height() + 2 * space::xs));
        return result;
    }
    case CT_LineEdit:
    case CT_ComboBox:
        result.setHeight(qMax(controlHeight, result.height()));
        return result;
    case CT_CheckBox:
    case CT_RadioButton:
        result.setHeight(qMax(24, result.height()));
        return result;
    case CT_HeaderSection:
        result.setHeight(qMax(30, result.height()));
        return result;
    default:
        return result;
    }
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    const QRect result = QProxyStyle::subElementRect(element, option, widget);
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    if (element == SE_LineEditContents && frame && frame->lineWidth > 0)
        return result.adjusted(fieldPadding, 0, -fieldPadding, 0);
    return result;
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                            const QWidget* widget) const {
    const QRect result = QProxyStyle::subControlRect(control, option, part, widget);
    if (part == SC_ComboBoxEditField && control == CC_ComboBox)
        return option->direction == Qt::LeftToRight ? result.adjusted(fieldPadding, 0, 0, 0)
                                                    : result.adjusted(0, 0, -fieldPadding, 0);
    if (part == SC_SpinBoxEditField && control == CC_SpinBox)
        return option->direction == Qt::LeftToRight ? result.adjusted(fieldPadding, 2, 0, -2)
                                                    : result.adjusted(0, 2, -fieldPadding, -2);
    return result;
}

} // namespace waybill
