// SPDX-License-Identifier: MIT
#include "dialogs/aboutdialog.h"

#include "widgets/copybutton.h"

#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSysInfo>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

AboutDialog::AboutDialog(QWidget* parent) : Sheet(tr("About Waybill"), parent) {
    setObjectName(u"aboutDialog"_s);
    setFixedWidth(480);
    const QString version = QStringLiteral(WAYBILL_VERSION);
    setSentence(tr("Version %1. Looks after the webhooks of an Autousers account.").arg(version));
    content()->addWidget(sheetText(tr("Waybill is free software under the MIT licence. It uses Qt (LGPL 3), OpenSSL "
                                      "(Apache 2.0), QtKeychain (BSD), Boost.Beast (BSL 1.0), tl::expected (CC0) and "
                                      "icons of Lucide (ISC)."),
                                   this));
    auto* diagnostics = new CopyButton(tr("Copy diagnostic info"), this);
    diagnostics->setObjectName(u"copyDiagnostics"_s);
    diagnostics->setCopiedText(QStringList{u"Waybill "_s + version, u"Qt "_s + QString::fromLatin1(qVersion()),
                                           QSysInfo::prettyProductName() + u", "_s + QSysInfo::currentCpuArchitecture(),
                                           QGuiApplication::platformName() + u", "_s + QLocale().name()}
                                   .join(u'\n'));
    addFootnote(diagnostics);
    QPushButton* close = addButton(tr("&Close"), u"closeAbout"_s);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace waybill
