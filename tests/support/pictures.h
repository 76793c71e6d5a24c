// SPDX-License-Identifier: MIT
// Pictures of what a test shows, for people to look at: written where WAYBILL_PICTURES names a folder, light and dark.
#pragma once

#include "theme/theme.h"

#include <QDir>
#include <QTest>
#include <QWidget>

namespace waybill::test {

inline void picture(QWidget& widget, const QString& name, Theme& theme) {
    const QString folder = qEnvironmentVariable("WAYBILL_PICTURES");
    if (folder.isEmpty())
        return;
    const Theme::Mode before = theme.mode();
    for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
        theme.setMode(mode);
        QCoreApplication::processEvents();
        const QString file = name + (mode == Theme::Mode::Dark ? QStringLiteral("-dark.png") : QStringLiteral(".png"));
        QVERIFY(widget.grab().save(QDir(folder).filePath(file)));
    }
    theme.setMode(before);
}

} // namespace waybill::test
