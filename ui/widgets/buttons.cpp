// SPDX-License-Identifier: MIT
#include "widgets/buttons.h"

#include "theme/tokens.h"

#include <QMenu>
#include <QPushButton>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
void setKind(QPushButton* button, const QString& kind) {
    button->setProperty("waybillButton", kind);
    button->setAttribute(Qt::WA_Hover);
    button->update();
}
} // namespace

void makePlain(QPushButton* button) {
    setKind(button, {});
}
void makePrimary(QPushButton* button) {
    setKind(button, u"primary"_s);
    button->setFont(textFont(type::body, QFont::DemiBold));
}
void makeDanger(QPushButton* button) {
    setKind(button, u"danger"_s);
}
void makeActive(QPushButton* button) {
    setKind(button, u"active"_s);
}
void makeStatusLine(QAbstractButton* button) {
    button->setFont(textFont(type::small));
    button->setIconSize({14, 14});
    button->setFixedHeight(statusLineHeight);
}
void makeQuiet(QPushButton* button) {
    setKind(button, u"quiet"_s);
}

void keepRoomFor(QPushButton* button, const QStringList& texts) {
    int widest = 0;
    for (const QString& text : texts) {
        button->setText(text);
        widest = qMax(widest, button->sizeHint().width());
    }
    button->setMinimumWidth(widest);
}

void opensBelow(QPushButton* button, QMenu* menu) {
    QObject::connect(button, &QPushButton::clicked, menu,
                     [button, menu] { menu->popup(button->mapToGlobal(QPoint(0, button->height() + 2))); });
}

} // namespace waybill
