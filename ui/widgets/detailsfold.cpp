// SPDX-License-Identifier: MIT
#include "widgets/detailsfold.h"

#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/announced.h"
#include "widgets/buttons.h"
#include "widgets/copying.h"

#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

DetailsFold::DetailsFold(QWidget* parent)
    : QWidget(parent), m_fold(new QPushButton(tr("Details"), this)), m_text(new QPlainTextEdit(this)) {
    makeQuiet(m_fold);
    m_fold->setObjectName(u"foldDetails"_s);
    m_fold->setCheckable(true);
    announceAs(m_fold, Announced::Fold);
    m_fold->setIcon(icon(Icon::ChevronRight, m_fold));
    m_text->setObjectName(u"details"_s);
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setFont(codeFont());
    m_text->setAccessibleName(tr("Details"));
    copiesWhole(m_text);
    m_text->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(space::xs);
    column->addWidget(m_fold, 0, Qt::AlignLeft);
    column->addWidget(m_text);
    connect(m_fold, &QPushButton::toggled, this, [this](bool open) {
        m_text->setVisible(open);
        m_fold->setIcon(icon(open ? Icon::ChevronDown : Icon::ChevronRight, m_fold));
    });
    hide();
}

void DetailsFold::setText(const QString& text) {
    if (m_text->toPlainText() != text) {
        constexpr int mostLines = 6;
        const int lines = std::clamp(int(text.count(u'\n')) + 1, 2, mostLines);
        m_text->setPlainText(text);
        m_text->setFixedHeight(lines * m_text->fontMetrics().lineSpacing() + 2 * space::m);
        m_fold->setChecked(false);
    }
    setVisible(!text.isEmpty());
}

} // namespace waybill
