// SPDX-License-Identifier: MIT
#include "store/folderlock.h"

#include "store/ownfile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSysInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {

constexpr const char* lockName = "waybill.lock";

QString tr(const char* text) {
    return QCoreApplication::translate("FolderLock", text);
}

/// The folder cannot be used, by its own name.
tl::unexpected<Error> unusable(const QString& folder, int error) {
    const auto sentence = [&] {
        switch (error) {
        case ENOSPC:
        case EDQUOT:
            return tr("There is no space left on the disk for Waybill's folder “%1”. Free some space, then start "
                      "Waybill again.");
        case EROFS:
            return tr(
                "Waybill's folder “%1” is on a disk that can only be read. Give Waybill another one with --data.");
        case EACCES:
        case EPERM:
            return tr("Waybill has no permission to write to its folder “%1”. Change the folder's permissions, or give "
                      "Waybill another one with --data.");
        case ENOTDIR:
        case EEXIST:
            return tr("“%1” is not a folder, or lies in something that is none. Give Waybill a folder with --data.");
        case ENAMETOOLONG:
            return tr("The name of Waybill's folder “%1” is too long. Give Waybill another one with --data.");
        case ELOOP:
            return tr("Waybill's folder “%1” is a link that leads nowhere, or that somebody else made. Give Waybill "
                      "another one with --data.");
        default:
            return tr("Waybill cannot use its folder “%1”. Give it another one with --data.");
        }
    }();
    Error failed;
    failed.kind = ErrorKind::Storage;
    failed.code = faultOfSystem(error).toString();
    failed.message = sentence.arg(folder);
    failed.details = QString::fromLocal8Bit(std::strerror(error));
    return failure(std::move(failed));
}

tl::unexpected<Error> inUse(const QString& folder) {
    return failure(ErrorKind::DataInUse,
                   tr("Another Waybill is working on the data in “%1”. Use that one, or give this "
                      "one another folder with --data.")
                       .arg(folder));
}

/// With the folders around it. 0, or the system's error.
int makeFolder(const QString& path) {
    if (::mkdir(QFile::encodeName(path).constData(), S_IRWXU) == 0 || errno == EEXIST)
        return 0;
    if (errno != ENOENT)
        return errno;
    const QString around = QFileInfo(path).path();
    if (around == path)
        return ENOENT;
    if (const int error = makeFolder(around))
        return error;
    return ::mkdir(QFile::encodeName(path).constData(), S_IRWXU) == 0 || errno == EEXIST ? 0 : errno;
}

bool isSame(const struct stat& one, const struct stat& other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// As QLockFile writes it: an older Waybill that finds the file after a kill sees by it that nobody is there.
QByteArray ownerForOlderOnes() {
    return QByteArray::number(qint64(::getpid())) + '\n' + QCoreApplication::applicationName().toUtf8() + '\n' +
           QSysInfo::machineHostName().toUtf8() + '\n' + QSysInfo::machineUniqueId() + '\n' + QSysInfo::bootUniqueId() +
           '\n';
}

} // namespace

FolderLock::~FolderLock() {
    letGo();
}

void FolderLock::letGo() {
    if (file_ >= 0) {
        struct stat ours {};
        struct stat there {};
        if (::fstat(file_, &ours) == 0 && ::fstatat(folder_, lockName, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
            isSame(ours, there))
            ::unlinkat(folder_, lockName, 0);
        ::close(std::exchange(file_, -1));
    }
    if (folder_ >= 0)
        ::close(std::exchange(folder_, -1));
}

Result<void> FolderLock::take() {
    letGo();
    auto taken = takeFolder().and_then([this] { return takeFile(); });
    if (!taken) {
        const int failed = errno;
        letGo();
        errno = failed;
    }
    return taken;
}

Result<void> FolderLock::takeFolder() {
    if (!isTrustedLink(path_))
        return unusable(path_, ELOOP);
    const QByteArray name = QFile::encodeName(path_);
    struct stat found {};
    if (::stat(name.constData(), &found) != 0) {
        if (const int error = errno == ENOENT ? makeFolder(path_) : errno)
            return unusable(path_, error);
    }
    folder_ = ::open(name.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_ < 0)
        return unusable(path_, errno == ENOENT ? ELOOP : errno);
    if (::faccessat(folder_, ".", W_OK | X_OK, AT_EACCESS) != 0)
        return unusable(path_, errno);
    // Where a file system cannot lock a folder, the file in it is enough.
    if (::flock(folder_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return inUse(path_);
    return {};
}

Result<void> FolderLock::takeFile() {
    const QString path = path_ + u'/' + QString::fromLatin1(lockName);
    // Whoever had it may take it away between our opening and our locking it; then there is another one to lock.
    constexpr int mostTries = 100;
    for (int tries = 0; tries < mostTries; ++tries) {
        if (auto ours = refuseForeign(path); !ours)
            return ours;
        file_ = ::openat(folder_, lockName, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (file_ < 0)
            return unusable(path_, errno);
        if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
            const int error = errno;
            ::close(std::exchange(file_, -1)); // It is not ours to take away.
            return error == EWOULDBLOCK ? inUse(path_) : unusable(path_, error);
        }
        struct stat ours {};
        struct stat there {};
        if (::fstat(file_, &ours) == 0 && ::fstatat(folder_, lockName, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
            isSame(ours, there)) {
            const QByteArray owner = ownerForOlderOnes();
            // The lock holds without it, so a full disk is no obstacle here.
            if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, owner.constData(), std::size_t(owner.size()), 0) < 0)
                errno = 0;
            return {};
        }
        ::close(std::exchange(file_, -1));
    }
    return inUse(path_);
}

bool FolderLock::isInPlace() const {
    struct stat ours {};
    struct stat there {};
    return folder_ >= 0 && ::fstat(folder_, &ours) == 0 && ::stat(QFile::encodeName(path_).constData(), &there) == 0 &&
           isSame(ours, there);
}

} // namespace waybill
