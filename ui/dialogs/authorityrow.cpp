// SPDX-License-Identifier: MIT
#include "dialogs/authorityrow.h"

#include "contract/foreigntext.h"
#include "dialogs/fieldnote.h"
#include "theme/tokens.h"
#include "widgets/elidedlabel.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QHBoxLayout>
#include <QLocale>
#include <QPromise>
#include <QPushButton>
#include <QThreadPool>

#include <memory>

namespace waybill {
using namespace Qt::StringLiterals;

AuthorityRow::AuthorityRow(QWidget* parent)
    : QWidget(parent)
    , name_(new ElidedLabel(this))
    , choose_(new QPushButton(this))
    , remove_(new QPushButton(tr("Remo&ve"), this))
    , note_(new FieldNote(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::xs);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(name_, 1);
    row->addWidget(remove_);
    row->addWidget(choose_);
    column->addLayout(row);
    column->addWidget(note_);
    name_->setObjectName(u"authority"_s);
    name_->setMostLines(2);
    choose_->setObjectName(u"chooseAuthority"_s);
    remove_->setObjectName(u"removeAuthority"_s);
    note_->setObjectName(u"authorityNote"_s);
    connect(choose_, &QPushButton::clicked, this, &AuthorityRow::choose);
    connect(remove_, &QPushButton::clicked, this, [this] { take(CertificateAuthority()); });
    showIt();
}

void AuthorityRow::setAuthority(const CertificateAuthority& authority) {
    before_ = authority;
    authority_ = authority;
    showIt();
}

void AuthorityRow::choose() {
    auto* dialog = new QFileDialog(this, tr("Certificate of an authority"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Certificates (*.pem *.crt *.cer *.der)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &AuthorityRow::readFile);
    dialog->open();
}

void AuthorityRow::readFile(const QString& path) {
    const auto promise = std::make_shared<QPromise<Result<CertificateAuthority>>>();
    auto* answer = new QFutureWatcher<Result<CertificateAuthority>>(this);
    connect(answer, &QFutureWatcherBase::finished, this, [this, answer, number = ++reading_] {
        answer->deleteLater();
        if (number == reading_)
            take(answer->result());
    });
    answer->setFuture(promise->future());
    promise->start();
    QThreadPool::globalInstance()->start([promise, path] {
        QFile file(path);
        // A device or a pipe could go on for ever.
        const bool isOpen = QFileInfo(path).isFile() && file.open(QIODevice::ReadOnly);
        promise->addResult(
            isOpen ? CertificateAuthority::read(file.read(CertificateAuthority::largestFile + 1),
                                                QDateTime::currentDateTimeUtc())
                   : Result<CertificateAuthority>(failure(
                         ErrorKind::Malformed, tr("This file cannot be read: %1.").arg(isolated(file.errorString())))));
        promise->finish();
    });
}

void AuthorityRow::take(const Result<CertificateAuthority>& read) {
    if (!read) {
        note_->setNote(PillKind::Danger, read.error().message);
        return;
    }
    authority_ = *read;
    showIt();
    Q_EMIT changed();
}

void AuthorityRow::showIt() {
    const bool isThere = !authority_.isEmpty();
    const QString date = QLocale().toString(authority_.validUntil().date(), QLocale::ShortFormat);
    const QString words = isThere ? tr("Trusted as well, until %1: %2").arg(date, isolated(authority_.name()))
                                  : tr("Judged by the authorities that this computer trusts.");
    name_->setFullText(words);
    name_->setForegroundRole(isThere ? QPalette::WindowText : QPalette::PlaceholderText);
    remove_->setVisible(isThere);
    choose_->setText(isThere ? tr("C&hange…") : tr("Trust anot&her…"));
    choose_->setToolTip(tr("For a receiver with a certificate of its own: choose the certificate of the authority "
                           "that signed it (PEM or DER). It counts for this endpoint only."));
    const bool isOver = isThere && authority_.validUntil() < QDateTime::currentDateTimeUtc();
    note_->setNote(isOver ? PillKind::Warning : PillKind::Neutral,
                   isOver ? tr("This certificate has expired, so it does not count any more.") : QString());
}

} // namespace waybill
