// SPDX-License-Identifier: MIT
#include "places/phasesbar.h"

#include "theme/tokens.h"
#include "words/times.h"

#include <QPainter>
#include <QStyle>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr int lineHeight = 26;
constexpr int nameWidth = 150;
constexpr int numberWidth = 80;
} // namespace

QList<Phase> phasesOf(const AttemptPhases& phases) {
    const std::pair<QString, std::optional<int>> ends[] = {{PhasesBar::tr("Finding the address"), phases.lookedUp},
                                                           {PhasesBar::tr("Connecting"), phases.connected},
                                                           {PhasesBar::tr("Securing the line"), phases.encrypted},
                                                           {PhasesBar::tr("Sending"), phases.sent},
                                                           {PhasesBar::tr("Waiting for the answer"), phases.firstByte},
                                                           {PhasesBar::tr("Reading the answer"), phases.done}};
    QList<Phase> list;
    int before = 0;
    for (const auto& [name, end] : ends) {
        if (!end)
            continue;
        list.append({name, milliseconds(before), milliseconds(qMax(0, *end - before))});
        before = qMax(before, *end);
    }
    return list;
}

PhasesBar::PhasesBar(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PhasesBar::setPhases(const QList<Phase>& phases) {
    phases_ = phases;
    QStringList words;
    for (const Phase& phase : phases)
        words += phase.name + u": "_s + durationText(phase.duration);
    setAccessibleName(tr("How long each step took"));
    setAccessibleDescription(words.join(u", "_s));
    updateGeometry();
    update();
}

QSize PhasesBar::sizeHint() const {
    return {nameWidth + numberWidth + 120, int(phases_.size()) * lineHeight};
}

void PhasesBar::paintEvent(QPaintEvent*) {
    if (phases_.isEmpty())
        return;
    const Tokens& t = currentTokens(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    const Phase& last = phases_.last();
    const double whole = double(qMax<qint64>(1, (last.from + last.duration).count()));
    const int room = width() - nameWidth - numberWidth;
    const auto mirrored = [this](const QRect& area) { return QStyle::visualRect(layoutDirection(), rect(), area); };
    const int leading = int(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft | Qt::AlignVCenter));
    for (int i = 0; i < int(phases_.size()); ++i) {
        const Phase& phase = phases_.at(i);
        const QRect line(0, i * lineHeight, width(), lineHeight);
        painter.setPen(t.textMuted);
        painter.drawText(mirrored(QRect(line.left(), line.top(), nameWidth, lineHeight)), leading, phase.name);
        const int left = nameWidth + int(room * double(phase.from.count()) / whole);
        const int length = qMax(3, int(room * double(phase.duration.count()) / whole));
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.surfaceSunken);
        painter.drawRoundedRect(mirrored(QRect(nameWidth, line.top() + 9, room, 8)), 4, 4);
        painter.setBrush(t.accent);
        painter.drawRoundedRect(mirrored(QRect(qMin(left, nameWidth + room - length), line.top() + 9, length, 8)), 4,
                                4);
        painter.setPen(t.text);
        painter.drawText(
            mirrored(QRect(width() - numberWidth + space::s, line.top(), numberWidth - space::s, lineHeight)), leading,
            durationText(phase.duration));
    }
}

} // namespace waybill
