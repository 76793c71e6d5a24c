// SPDX-License-Identifier: MIT
#include "widgets/errorbanner.h"

#include "contract/foreigntext.h"
#include "words/errors.h"

#include <QApplication>
#include <QClipboard>
#include <QPushButton>

namespace waybill {
using namespace Qt::StringLiterals;

ErrorBanner::ErrorBanner(QWidget* parent) : Banner(parent) {
    setClosable(false);
    connect(this, &Banner::acted, this, [this] {
        QApplication::clipboard()->setText(copied_);
        actionButton()->setText(tr("Copied"));
    });
}

void ErrorBanner::setError(const Error& error) {
    const ErrorWords words = wordsFor(error);
    QStringList lines{QString(words.text + u' ' + words.nextStep).trimmed()};
    if (!error.requestId.isEmpty())
        lines += tr("Request id: %1").arg(isolated(error.requestId));
    copied_ = withoutIsolation(lines.join(u'\n'));
    if (!error.details.isEmpty())
        copied_ += u'\n' + error.details;
    setMessage(PillKind::Danger, lines.join(u'\n'), tr("Copy details"));
}

} // namespace waybill
