// SPDX-License-Identifier: MIT
#include "openwindow.h"

#include <QCryptographicHash>
#include <QFile>
#include <QLocalSocket>
#include <QStandardPaths>
#include <QTimer>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {

const QByteArray greeting = "waybill 1"_ba;
const QByteArray shown = "shown\n"_ba;
constexpr qsizetype mostBytes = 4096;
constexpr qsizetype longestToken = 255;
constexpr int mostVisitors = 8;
constexpr std::chrono::seconds patienceWithVisitors{2};

/// A full path, in a folder of this user alone: a bare name would be looked up in the shared temporary folder. The
/// folder of data may be too deep for the length of a socket's path, and it may have several names.
QString socketPath(const QString& dataFolder) {
    struct stat found {};
    if (::stat(QFile::encodeName(dataFolder).constData(), &found) != 0)
        return {};
    const QByteArray folder =
        QByteArray::number(quint64(found.st_dev)) + ':' + QByteArray::number(quint64(found.st_ino));
    const QByteArray digest = QCryptographicHash::hash(folder, QCryptographicHash::Sha256).toHex();
    return QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) + u"/waybill-"_s +
           QString::fromLatin1(digest.left(16)) + u".socket"_s;
}

bool isVisible(char c) {
    return c > ' ' && c < 0x7f;
}

/// A line for each thing, and an empty one at the end.
QByteArray written(const Visit& visit) {
    QByteArray text = greeting + '\n';
    if (!visit.activationToken.isEmpty())
        text += "token " + visit.activationToken + '\n';
    if (!visit.apiKey.isEmpty())
        text += "address " + visit.baseUrl.toUtf8() + "\nkey " + visit.apiKey.reveal() + '\n';
    return text + '\n';
}

/// Nothing where it is not exactly what `written` makes.
std::optional<Visit> understood(const QByteArray& text) {
    QList<QByteArray> lines = text.split('\n');
    if (lines.size() < 3 || lines.takeFirst() != greeting || !lines.takeLast().isEmpty() || !lines.takeLast().isEmpty())
        return std::nullopt;
    Visit visit;
    for (const QByteArray& line : std::as_const(lines)) {
        const qsizetype space = line.indexOf(' ');
        const QByteArray name = line.left(space);
        const QByteArray value = space < 0 ? QByteArray() : line.sliced(space + 1);
        if (name == "token" && !value.isEmpty() && value.size() <= longestToken &&
            std::ranges::all_of(value, isVisible))
            visit.activationToken = value;
        else if (name == "address" && QUtf8StringView(value).isValidUtf8())
            visit.baseUrl = QString::fromUtf8(value);
        else if (name == "key" && !value.isEmpty() && std::ranges::all_of(value, isVisible))
            visit.apiKey = Secret(value);
        else
            return std::nullopt;
    }
    return visit;
}

/// A socket of the system, closed at the end of its block.
class Socket final {
public:
    Socket() : number_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
    ~Socket() {
        if (number_ >= 0)
            ::close(number_);
    }
    Q_DISABLE_COPY_MOVE(Socket)

    bool connectTo(const QString& path) const {
        const QByteArray name = QFile::encodeName(path);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (number_ < 0 || name.isEmpty() || name.size() >= qsizetype(sizeof address.sun_path))
            return false;
        std::memcpy(address.sun_path, name.constData(), std::size_t(name.size()));
        return ::connect(number_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    /// Nobody else is handed a key.
    bool isOfThisUser() const {
        ucred other{};
        socklen_t size = sizeof other;
        return ::getsockopt(number_, SOL_SOCKET, SO_PEERCRED, &other, &size) == 0 && other.uid == ::geteuid();
    }
    bool send(const QByteArray& bytes) const {
        return ::send(number_, bytes.constData(), std::size_t(bytes.size()), MSG_NOSIGNAL) == bytes.size();
    }
    bool hears(const QByteArray& words, std::chrono::milliseconds patience) const {
        pollfd ready{number_, POLLIN, 0};
        QByteArray answer(words.size(), '\0');
        return ::poll(&ready, 1, int(patience.count())) == 1 &&
               ::recv(number_, answer.data(), std::size_t(answer.size()), 0) == words.size() && answer == words;
    }

private:
    int number_;
};

} // namespace

OpenWindow::OpenWindow(const QString& dataFolder, QObject* parent) : QObject(parent), path_(socketPath(dataFolder)) {
    server_.setSocketOptions(QLocalServer::UserAccessOption);
    server_.setMaxPendingConnections(mostVisitors);
    connect(&server_, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* other = server_.nextPendingConnection())
            take(other);
    });
}

void OpenWindow::listen() {
    // The lock on the folder is ours, so a socket that is still there was left by a Waybill that was killed.
    QLocalServer::removeServer(path_);
    if (!server_.listen(path_))
        qWarning("Another start of Waybill will not find this window: %s", qPrintable(server_.errorString()));
}

void OpenWindow::take(QLocalSocket* other) {
    connect(other, &QLocalSocket::disconnected, other, &QObject::deleteLater);
    if (server_.findChildren<QLocalSocket*>().size() > mostVisitors) {
        other->abort();
        return;
    }
    other->setReadBufferSize(mostBytes);
    connect(other, &QLocalSocket::readyRead, this, [this, other] { read(other); });
    QTimer::singleShot(patienceWithVisitors, other, &QLocalSocket::abort);
}

void OpenWindow::read(QLocalSocket* other) {
    const QByteArray text = other->peek(mostBytes);
    if (!text.endsWith("\n\n") && text.size() < mostBytes)
        return;
    if (const auto visit = understood(text)) {
        other->disconnect(this);
        Q_EMIT visited(*visit);
        other->write(shown);
        other->disconnectFromServer();
    } else {
        other->abort();
    }
}

OpenWindow::Answer OpenWindow::bringToFront(const QString& dataFolder, const Visit& visit,
                                            std::chrono::milliseconds patience) {
    const Socket socket;
    if (!socket.connectTo(socketPath(dataFolder)) || !socket.isOfThisUser())
        return Answer::Nobody;
    return socket.send(written(visit)) && socket.hears(shown, patience) ? Answer::Shown : Answer::Silent;
}

} // namespace waybill
