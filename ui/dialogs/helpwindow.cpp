// SPDX-License-Identifier: MIT
#include "dialogs/helpwindow.h"

#include "theme/tokens.h"

#include <QEvent>
#include <QFile>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextDocument>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

HelpWindow::HelpWindow(QWidget* parent) : QDialog(parent), article_(new QTextBrowser(this)) {
    setObjectName(u"helpWindow"_s);
    setWindowTitle(tr("Learn webhooks"));
    resize(560, 640);
    article_->setObjectName(u"helpArticle"_s);
    article_->setAccessibleName(windowTitle());
    article_->setFrameShape(QFrame::NoFrame);
    article_->setOpenLinks(false); // Help stays on this computer.
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(article_);
    showArticle();
}

void HelpWindow::changeEvent(QEvent* event) {
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showArticle();
}

void HelpWindow::showArticle() {
    QFile file(u":/help/en/first-delivery.md"_s);
    if (!file.open(QIODevice::ReadOnly))
        return;
    QTextDocument* document = article_->document();
    document->setDefaultFont(textFont(type::body));
    document->setMarkdown(QString::fromUtf8(file.readAll()));
    document->setDocumentMargin(space::xl);
    // Markdown has no room between its blocks; prose wants some.
    QTextCursor cursor(document);
    for (QTextBlock block = document->begin(); block.isValid(); block = block.next()) {
        cursor.setPosition(block.position());
        QTextBlockFormat format = block.blockFormat();
        format.setBottomMargin(space::s);
        format.setTopMargin(format.headingLevel() > 0 ? space::m : 0);
        format.setLineHeight(120, QTextBlockFormat::ProportionalHeight);
        cursor.setBlockFormat(format);
        if (format.headingLevel() > 0) {
            cursor.select(QTextCursor::BlockUnderCursor);
            QTextCharFormat heading;
            heading.setFont(textFont(format.headingLevel() == 1 ? type::display : type::heading, QFont::DemiBold));
            cursor.mergeCharFormat(heading);
        }
    }
    article_->moveCursor(QTextCursor::Start);
}

} // namespace waybill
