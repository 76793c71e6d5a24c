// SPDX-License-Identifier: MIT
#include "secrets/privatefile.h"

#include <QCoreApplication>
#include <QFile>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace waybill {

namespace {

constexpr mode_t ofOthers = S_IRWXG | S_IRWXO;

tl::unexpected<Error> diskFailure(const QString& path) {
    const QString reason = QString::fromLocal8Bit(std::strerror(errno));
    return failure(ErrorKind::Storage,
                   QCoreApplication::translate("Secrets", "Your secrets could not be saved to the disk."),
                   path + u": "_s + reason);
}

tl::unexpected<Error> unreadable(const QString& path, const QString& why) {
    return failure(ErrorKind::Storage, QCoreApplication::translate("Secrets", "A file of Waybill could not be read."),
                   path + u": "_s + why);
}

bool isPlantedLink(const char* path) {
    struct stat link {};
    return ::lstat(path, &link) == 0 && S_ISLNK(link.st_mode) && link.st_uid != ::geteuid() && link.st_uid != 0;
}

bool writeAll(int file, QByteArrayView bytes) {
    while (!bytes.isEmpty()) {
        const ssize_t written = ::write(file, bytes.data(), std::size_t(bytes.size()));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes = bytes.sliced(written);
    }
    return true;
}

} // namespace

Result<QByteArray> readPrivateFile(const QString& path, qint64 largest) {
    const QByteArray name = QFile::encodeName(path);
    if (isPlantedLink(name.constData()))
        return unreadable(path, u"a link that somebody else made"_s);
    // A pipe must not hold the reader up.
    const int handle = ::open(name.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat found {};
    if (handle < 0 || ::fstat(handle, &found) != 0) {
        const QString why = QString::fromLocal8Bit(std::strerror(errno));
        if (handle >= 0)
            ::close(handle);
        return unreadable(path, why);
    }
    if ((found.st_mode & ofOthers) != 0 && S_ISREG(found.st_mode))
        (void)::fchmod(handle, S_IRUSR | S_IWUSR); // Whether it worked, isOpenToOthers tells.
    QFile file;
    if (!S_ISREG(found.st_mode) || !file.open(handle, QIODevice::ReadOnly, QFile::AutoCloseHandle)) {
        ::close(handle);
        return unreadable(path, u"not a file"_s);
    }
    if (file.size() > largest)
        return unreadable(path, u"larger than such a file can be"_s);
    return file.readAll();
}

bool isOpenToOthers(const QString& path) {
    struct stat found {};
    return ::stat(QFile::encodeName(path).constData(), &found) == 0 && (found.st_mode & ofOthers) != 0;
}

Result<void> replacePrivateFile(const QString& path, QByteArrayView bytes) {
    const QByteArray target = QFile::encodeName(path);
    const QByteArray fresh = target + ".new";
    ::unlink(fresh.constData());
    const int file = ::open(fresh.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return diskFailure(path);
    const bool written = ::fchmod(file, S_IRUSR | S_IWUSR) == 0 && writeAll(file, bytes) && ::fsync(file) == 0;
    const bool closed = ::close(file) == 0;
    if (!written || !closed || std::rename(fresh.constData(), target.constData()) != 0) {
        auto result = diskFailure(path);
        ::unlink(fresh.constData());
        return result;
    }
    const QByteArray folder = target.left(target.lastIndexOf('/'));
    const int folderHandle = ::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folderHandle >= 0) {
        ::fsync(folderHandle);
        ::close(folderHandle);
    }
    return {};
}

} // namespace waybill
