// SPDX-License-Identifier: MIT
#include "openwindow.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalSocket>
#include <QStandardPaths>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
/// A full path, in a folder of this user alone: a bare name would be looked up in the shared temporary folder. The
/// folder of data may be too deep for the length of a socket's path, so its digest stands for it.
QString socketPath(const QString& dataFolder) {
    const QByteArray digest =
        QCryptographicHash::hash(QDir(dataFolder).absolutePath().toUtf8(), QCryptographicHash::Sha256).toHex();
    return QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) + u"/waybill-"_s +
           QString::fromLatin1(digest.left(16)) + u".socket"_s;
}
} // namespace

OpenWindow::OpenWindow(const QString& dataFolder, QObject* parent) : QObject(parent), path_(socketPath(dataFolder)) {
    server_.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&server_, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* other = server_.nextPendingConnection()) {
            connect(other, &QLocalSocket::disconnected, other, &QObject::deleteLater);
            other->disconnectFromServer();
        }
        Q_EMIT askedToShow();
    });
}

void OpenWindow::listen() {
    // The lock on the folder is ours, so a socket that is still there was left by a Waybill that was killed.
    QLocalServer::removeServer(path_);
    server_.listen(path_);
}

bool OpenWindow::bringToFront(const QString& dataFolder) {
    QLocalSocket socket;
    socket.connectToServer(socketPath(dataFolder));
    return socket.waitForConnected(1000);
}

} // namespace waybill
