// SPDX-License-Identifier: MIT
// Pictures of what a test shows, for people to look at: written where WAYBILL_PICTURES names a folder, light and dark,
// and of a main window as small as it can be, too.
#pragma once

#include "theme/theme.h"

#include <QDir>
#include <QMainWindow>
#include <QMap>
#include <QPixmap>
#include <QTest>
#include <QWidget>

namespace waybill::test {

/// By the names of their files. None where nobody wants them.
using Pictures = QMap<QString, QPixmap>;

/// For where no file can be written yet; see `picture`.
inline Pictures taken(QWidget& widget, const QString& name, Theme& theme) {
    Pictures pictures;
    if (qEnvironmentVariableIsEmpty("WAYBILL_PICTURES"))
        return pictures;
    const Theme::Mode before = theme.mode();
    const QSize size = widget.size();
    const auto take = [&](const QString& suffix) {
        for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            theme.setMode(mode);
            QCoreApplication::processEvents();
            const QString dark = mode == Theme::Mode::Dark ? QStringLiteral("-dark") : QString();
            pictures.insert(name + suffix + dark + QStringLiteral(".png"), widget.grab());
        }
    };
    take({});
    if (qobject_cast<QMainWindow*>(&widget) && size != widget.minimumSize()) {
        widget.resize(widget.minimumSize());
        take(QStringLiteral("-small"));
        widget.resize(size);
    }
    theme.setMode(before);
    return pictures;
}

inline void save(const Pictures& pictures) {
    const QDir folder(qEnvironmentVariable("WAYBILL_PICTURES"));
    for (auto one = pictures.cbegin(); one != pictures.cend(); ++one)
        QVERIFY(one->save(folder.filePath(one.key())));
}

inline void picture(QWidget& widget, const QString& name, Theme& theme) {
    save(taken(widget, name, theme));
}

} // namespace waybill::test
