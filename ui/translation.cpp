// SPDX-License-Identifier: MIT
#include "translation.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTranslator>

namespace waybill {

void installTranslation(QCoreApplication& application) {
    auto* translator = new QTranslator(&application);
    if (translator->load(QLocale(), QStringLiteral("waybill"), QStringLiteral("_"), QStringLiteral(":/i18n")) ||
        translator->load(QStringLiteral(":/i18n/waybill_en")))
        QCoreApplication::installTranslator(translator);
}

} // namespace waybill
