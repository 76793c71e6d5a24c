// SPDX-License-Identifier: MIT
#pragma once

#include <QLocalServer>

namespace waybill {

/// The window that is open for a folder of data: a second start finds it and asks it to come to the front. Whoever can
/// connect can ask for that and nothing else, and only the same user can connect.
class OpenWindow final : public QObject {
    Q_OBJECT
public:
    explicit OpenWindow(const QString& dataFolder, QObject* parent = nullptr);
    /// Answers other starts from now on. Without it a second start only says that the folder is in use.
    void listen();
    /// Whether a window is open for this folder; it comes to the front then. Waits a second at most, so it is for a
    /// start that has no window yet.
    static bool bringToFront(const QString& dataFolder);

Q_SIGNALS:
    void askedToShow();

private:
    QString path_;
    QLocalServer server_;
};

} // namespace waybill
