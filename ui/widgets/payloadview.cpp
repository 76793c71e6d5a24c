// SPDX-License-Identifier: MIT
#include "widgets/payloadview.h"

#include "theme/tokens.h"

#include <QCoreApplication>
#include <QEvent>
#include <QPointer>
#include <QTextBlock>
#include <QTextLayout>
#include <QThreadPool>

namespace waybill {

namespace {
constexpr qsizetype shortEnoughForNow = 64LL * 1024;

QColor colourOf(JsonPart part, const Tokens& t) {
    switch (part) {
    case JsonPart::Key:
        return t.codeKey;
    case JsonPart::String:
        return t.codeString;
    case JsonPart::Number:
        return t.codeNumber;
    case JsonPart::Keyword:
        break;
    }
    return t.codeKeyword;
}
} // namespace

PayloadView::PayloadView(QWidget* parent) : QPlainTextEdit(parent) {
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setFont(codeFont());
    setLayoutDirection(Qt::LeftToRight); // Code reads left to right in every language.
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setTabChangesFocus(true);
    setBackgroundRole(QPalette::AlternateBase);
    viewport()->setBackgroundRole(QPalette::AlternateBase);
    setAccessibleName(tr("Content of the message"));
    document()->setDocumentMargin(space::m);
    copiesWhole(this);
}

QString PayloadView::copiedText() const {
    const QTextCursor cursor = textCursor();
    if (cursor.hasSelection())
        return cursor.selectedText().replace(QChar::ParagraphSeparator, u'\n');
    return m_isJson ? QString::fromUtf8(m_payload) : toPlainText();
}

void PayloadView::setPayload(const QByteArray& payload) {
    m_payload = payload;
    const quint64 generation = ++m_generation;
    if (payload.size() <= shortEnoughForNow) {
        show(layOutPayload(payload));
        return;
    }
    clear();
    setPlaceholderText(tr("Preparing…"));
    // The pool's thread only carries the pointer back; it is looked at on this thread alone.
    QThreadPool::globalInstance()->start([view = QPointer<PayloadView>(this), payload, generation] {
        const LaidOutPayload laidOut = layOutPayload(payload);
        QMetaObject::invokeMethod(
            qApp,
            [view, laidOut, generation] {
                if (view && view->m_generation == generation)
                    view->show(laidOut);
            },
            Qt::QueuedConnection);
    });
}

void PayloadView::show(const LaidOutPayload& laidOut) {
    m_spans = laidOut.spans;
    m_isJson = laidOut.isJson || laidOut.isCut;
    setPlaceholderText({});
    setPlainText(laidOut.isCut
                     ? laidOut.text + u'\n' + tr("… Only the first %n KB are shown.", nullptr, int(previewLimit / 1024))
                     : laidOut.text);
    colour();
    Q_EMIT shown();
}

/// Layout formats instead of a highlighter: the spans are known, and no character format enters the document.
void PayloadView::colour() {
    const Tokens& tokens = currentTokens(this);
    auto span = m_spans.cbegin();
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        QList<QTextLayout::FormatRange> ranges;
        const qsizetype from = block.position();
        const qsizetype to = from + block.length();
        while (span != m_spans.cend() && span->start < to) {
            QTextLayout::FormatRange range;
            range.start = int(qMax<qsizetype>(0, span->start - from));
            range.length = int(qMin(to, span->start + span->length) - from) - range.start;
            range.format.setForeground(colourOf(span->part, tokens));
            ranges.append(range);
            if (span->start + span->length > to)
                break; // Goes on in the next line.
            ++span;
        }
        block.layout()->setFormats(ranges);
    }
    document()->markContentsDirty(0, document()->characterCount());
}

void PayloadView::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_spans.isEmpty())
        colour();
}

} // namespace waybill
