// SPDX-License-Identifier: MIT
#include "window/bringingbutton.h"

#include "theme/tokens.h"
#include "widgets/buttons.h"
#include "widgets/tip.h"

#include <QMenu>

#include <algorithm>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
/// A name of an account may hold the mark of a mnemonic.
QString plain(QString text) {
    return text.replace(u'&', u"&&"_s);
}
constexpr int mostWidth = 280; // A name may be long; the window stays as narrow as it can be.

Icon markOf(bool hasProblem) {
    return hasProblem ? Icon::CircleAlert : Icon::Download;
}
} // namespace

BringingButton::BringingButton(QWidget* parent) : ElidedButton(parent) {
    setObjectName(u"bringing"_s);
    makeStatusLine(this);
    makeQuiet(this);
    hide();
    connect(this, &QPushButton::clicked, this, &BringingButton::open);
}

void BringingButton::setEntries(const QList<Entry>& entries, const QString& summary) {
    entries_ = entries;
    const QString text = entries.size() == 1 ? entries.first().text : summary;
    setText(plain(fontMetrics().elidedText(text, Qt::ElideMiddle, mostWidth)));
    setAccessibleName(text);
    setTip(this, text);
    setIcon(waybill::icon(markOf(std::ranges::any_of(entries, &Entry::hasProblem)), this));
    setVisible(!entries.isEmpty());
}

void BringingButton::open() {
    if (entries_.size() == 1) {
        Q_EMIT chosen(entries_.first().accountId);
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const Entry& entry : std::as_const(entries_))
        menu->addAction(waybill::icon(markOf(entry.hasProblem), menu), plain(entry.text), this,
                        [this, id = entry.accountId] { Q_EMIT chosen(id); });
    menu->popup(mapToGlobal(QPoint(0, -menu->sizeHint().height())));
}

} // namespace waybill
