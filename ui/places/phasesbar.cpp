// SPDX-License-Identifier: MIT
#include "places/phasesbar.h"

#include "theme/icons.h"
#include "theme/tokens.h"
#include "words/times.h"

#include <QPainter>
#include <QStyle>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr int lineHeight = 26;
constexpr int nameWidth = 150;
constexpr int leastNumberWidth = 80;
constexpr int markSide = 13;
} // namespace

QList<Phase> phasesOf(const AttemptPhases& phases, AttemptEnd end) {
    struct Step {
        QString name;
        std::optional<int> end;
        bool isNeeded = true;
    };
    const Step steps[] = {{PhasesBar::tr("Finding the address"), phases.lookedUp},
                          {PhasesBar::tr("Connecting"), phases.connected},
                          {PhasesBar::tr("Securing the line"), phases.encrypted, end != AttemptEnd::Broken},
                          {PhasesBar::tr("Sending"), phases.sent},
                          {PhasesBar::tr("Waiting for the answer"), phases.firstByte},
                          {PhasesBar::tr("Reading the answer"), phases.done}};
    constexpr qsizetype reading = std::size(steps) - 1;
    QList<Phase> list;
    int before = 0;
    const auto add = [&](const Step& step, int stepEnd, bool isBroken) {
        list.append({step.name, milliseconds(before), milliseconds(qMax(0, stepEnd - before)), isBroken});
        before = qMax(before, stepEnd);
    };
    qsizetype next = 0; // After the last one that was reached: a kept connection needs no first ones.
    for (qsizetype i = 0; i <= reading; ++i) {
        if (!steps[i].end || (i == reading && end != AttemptEnd::Answered))
            continue;
        add(steps[i], *steps[i].end, false);
        next = i + 1;
    }
    if (end == AttemptEnd::Answered)
        return list;
    while (!steps[next].isNeeded)
        ++next;
    add(steps[next], phases.done.value_or(before), true);
    return list;
}

PhasesBar::PhasesBar(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PhasesBar::setPhases(const QList<Phase>& phases) {
    phases_ = phases;
    QStringList words;
    for (const Phase& phase : phases)
        words += phase.name + u": "_s + numberOf(phase);
    setAccessibleName(tr("How long each step took"));
    setAccessibleDescription(words.join(u", "_s));
    updateGeometry();
    update();
}

QSize PhasesBar::sizeHint() const {
    return {nameWidth + numberWidth() + 120, int(phases_.size()) * lineHeight};
}

QString PhasesBar::numberOf(const Phase& phase) const {
    const QString duration = durationText(phase.duration);
    return phase.isBroken ? tr("failed after %1", "a duration").arg(duration) : duration;
}

int PhasesBar::numberWidth() const {
    int widest = leastNumberWidth;
    for (const Phase& phase : phases_)
        widest = qMax(widest, fontMetrics().horizontalAdvance(numberOf(phase)) + 2 * space::s +
                                  (phase.isBroken ? markSide + space::xs : 0));
    return widest;
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
    const int numbers = numberWidth();
    const int room = width() - nameWidth - numbers;
    const auto mirrored = [this](const QRect& area) { return QStyle::visualRect(layoutDirection(), rect(), area); };
    const int leading = int(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft | Qt::AlignVCenter));
    for (int i = 0; i < int(phases_.size()); ++i) {
        const Phase& phase = phases_.at(i);
        const QRect line(0, i * lineHeight, width(), lineHeight);
        painter.setPen(phase.isBroken ? t.danger : t.textMuted);
        painter.drawText(mirrored(QRect(line.left(), line.top(), nameWidth, lineHeight)), leading, phase.name);
        const int left = nameWidth + int(room * double(phase.from.count()) / whole);
        const int length = qMax(3, int(room * double(phase.duration.count()) / whole));
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.surfaceSunken);
        painter.drawRoundedRect(mirrored(QRect(nameWidth, line.top() + 9, room, 8)), 4, 4);
        painter.setBrush(phase.isBroken ? t.danger : t.accent);
        painter.drawRoundedRect(mirrored(QRect(qMin(left, nameWidth + room - length), line.top() + 9, length, 8)), 4,
                                4);
        QRect number(width() - numbers + space::s, line.top(), numbers - space::s, lineHeight);
        if (phase.isBroken) {
            const QRect mark(number.left(), number.center().y() - markSide / 2, markSide, markSide);
            paintIcon(painter, mirrored(mark), Icon::CircleX, t.danger);
            number.setLeft(mark.right() + 1 + space::xs);
        }
        painter.setPen(phase.isBroken ? t.danger : t.text);
        painter.drawText(mirrored(number), leading, numberOf(phase));
    }
}

} // namespace waybill
