// SPDX-License-Identifier: MIT
#pragma once

#include "contract/secret.h"

#include <QLocalServer>
#include <QString>

#include <chrono>

class QLocalSocket;

namespace waybill {

/// What another start hands to the window that is open.
struct Visit {
    QByteArray activationToken; ///< Of the desktop, so that the window may come to the front; or empty.
    QString baseUrl;            ///< With the key: the account that it was given for its run.
    Secret apiKey;              ///< Empty where it was given none.
};

/// The window that is open for a folder of data: a second start finds it, has it come to the front and hands over what
/// it was given. Only the same user can connect; what comes is at most a few lines in a form of ours, and anything else
/// is dropped unread. The folder is known by its number in the file system, not by its name.
class OpenWindow final : public QObject {
    Q_OBJECT
public:
    explicit OpenWindow(const QString& dataFolder, QObject* parent = nullptr);
    /// Answers other starts from now on. Without it a second start only says that the folder is in use.
    void listen();

    enum class Answer { Shown, Silent, Nobody };
    /// Silent: somebody is there, but did not answer in time (a second, unless told otherwise), which is waited for
    /// here: for a start that has no window yet. Nobody: no window is open for this folder.
    static Answer bringToFront(const QString& dataFolder, const Visit& visit,
                               std::chrono::milliseconds patience = std::chrono::seconds(1));

Q_SIGNALS:
    void visited(const waybill::Visit& visit);

private:
    void take(QLocalSocket* other);
    void read(QLocalSocket* other);

    QString path_;
    QLocalServer server_;
};

} // namespace waybill
