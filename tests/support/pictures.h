// SPDX-License-Identifier: MIT
// Pictures of what a test shows, for people to look at: written where WAYBILL_PICTURES names a folder, light and dark,
// and of a main window as small as it can be, too.
#pragma once

#include "theme/theme.h"

#include <QDir>
#include <QMainWindow>
#include <QTest>
#include <QWidget>

namespace waybill::test {

inline void picture(QWidget& widget, const QString& name, Theme& theme) {
    const QString folder = qEnvironmentVariable("WAYBILL_PICTURES");
    if (folder.isEmpty())
        return;
    const Theme::Mode before = theme.mode();
    const QSize size = widget.size();
    const auto take = [&](const QString& suffix) {
        for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            theme.setMode(mode);
            QCoreApplication::processEvents();
            const QString dark = mode == Theme::Mode::Dark ? QStringLiteral("-dark") : QString();
            QVERIFY(widget.grab().save(QDir(folder).filePath(name + suffix + dark + QStringLiteral(".png"))));
        }
    };
    take({});
    if (qobject_cast<QMainWindow*>(&widget) && size != widget.minimumSize()) {
        widget.resize(widget.minimumSize());
        take(QStringLiteral("-small"));
        widget.resize(size);
    }
    theme.setMode(before);
}

} // namespace waybill::test
