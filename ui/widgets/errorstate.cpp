// SPDX-License-Identifier: MIT
#include "widgets/errorstate.h"

#include "contract/foreigntext.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/announced.h"
#include "widgets/buttons.h"
#include "widgets/copybutton.h"
#include "widgets/copying.h"
#include "widgets/selectable.h"
#include "words/errors.h"

#include <QAccessible>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace waybill {

namespace {
class Picture final : public QLabel {
public:
    using QLabel::QLabel;

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintIcon(painter, rect(), Icon::Warning, currentTokens(this).danger);
    }
};
} // namespace

ErrorState::ErrorState(QWidget* parent)
    : QWidget(parent)
    , m_picture(new Picture(this))
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_requestId(new QLabel(this))
    , m_copyRequestId(new CopyButton(QString(), this))
    , m_retry(new QPushButton(tr("Try again"), this))
    , m_fold(new QPushButton(tr("Details"), this))
    , m_details(new QPlainTextEdit(this)) {
    m_picture->setFixedSize(32, 32);
    m_title->setFont(textFont(type::heading, QFont::DemiBold));
    m_text->setForegroundRole(QPalette::PlaceholderText);
    m_requestId->setFont(codeFont());
    m_requestId->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {m_title, m_text, m_requestId}) {
        label->setTextFormat(Qt::PlainText);
        makeSelectable(label);
    }
    m_title->setWordWrap(true);
    m_text->setWordWrap(true);
    makeQuiet(m_fold);
    m_fold->setCheckable(true);
    announceAs(m_fold, Announced::Fold);
    m_fold->setIcon(icon(Icon::ChevronRight, m_fold));
    m_details->setReadOnly(true);
    m_details->setFont(codeFont());
    m_details->setAccessibleName(tr("Details"));
    m_details->setMaximumHeight(140);
    m_details->setTabChangesFocus(true);
    copiesWhole(m_details);
    m_details->hide();
    m_copyRequestId->setToolTip(tr("Copy request id"));
    m_copyRequestId->setAccessibleName(m_copyRequestId->toolTip());

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::xl);
    column->addStretch();
    column->addWidget(m_picture);
    column->addWidget(m_title);
    column->addWidget(m_text);
    auto* idRow = new QHBoxLayout;
    idRow->addWidget(m_requestId);
    idRow->addWidget(m_copyRequestId);
    idRow->addStretch();
    column->addLayout(idRow);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_retry);
    buttons->addWidget(m_fold);
    buttons->addStretch();
    column->addLayout(buttons);
    column->addWidget(m_details);
    column->addStretch();

    connect(m_retry, &QPushButton::clicked, this, &ErrorState::retried);
    connect(m_fold, &QPushButton::toggled, this, [this](bool open) {
        m_details->setVisible(open);
        m_fold->setIcon(icon(open ? Icon::ChevronDown : Icon::ChevronRight, m_fold));
    });
}

void ErrorState::setError(const Error& error) {
    const ErrorWords words = wordsFor(error);
    m_title->setText(words.title);
    m_text->setText(words.nextStep.isEmpty()
                        ? words.text
                        : tr("%1 %2", "what happened, then the next step").arg(words.text, words.nextStep));
    m_requestId->setText(tr("Request id %1").arg(isolated(error.requestId)));
    m_requestId->setVisible(!error.requestId.isEmpty());
    m_copyRequestId->setCopiedText(error.requestId);
    m_copyRequestId->setVisible(!error.requestId.isEmpty());
    m_details->setPlainText(error.details);
    m_fold->setChecked(false);
    m_fold->setVisible(!error.details.isEmpty());
    setAccessibleName(words.title);
    setAccessibleDescription(m_text->text());
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

} // namespace waybill
