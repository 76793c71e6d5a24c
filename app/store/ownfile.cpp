// SPDX-License-Identifier: MIT
#include "store/ownfile.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace waybill {

namespace {

constexpr int mostLinks = 40; // As many as the system follows.

QString tr(const char* text) {
    return QCoreApplication::translate("OwnFile", text);
}

tl::unexpected<Error> refused(QStringView fault, const QString& message, const QString& details = {}) {
    Error error;
    error.kind = ErrorKind::Storage;
    error.code = fault.toString();
    error.message = message;
    error.details = details;
    return failure(std::move(error));
}

} // namespace

QStringView faultOfSystem(int error) {
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return storage::full;
    case EACCES:
    case EPERM:
    case EROFS:
        return storage::writeProtected;
    default:
        return storage::unavailable;
    }
}

int errorOfDisk(const QString& path) {
    struct statvfs disk {};
    if (::statvfs(QFile::encodeName(QFileInfo(path).path()).constData(), &disk) != 0)
        return errno;
    if ((disk.f_flag & ST_RDONLY) != 0)
        return EROFS;
    return disk.f_bavail == 0 || (disk.f_files > 0 && disk.f_favail == 0) ? ENOSPC : 0;
}

bool isTrustedLink(const QString& path) {
    QString at = path;
    for (int links = 0; links < mostLinks; ++links) {
        const QByteArray name = QFile::encodeName(at);
        struct stat found {};
        if (::lstat(name.constData(), &found) != 0 || !S_ISLNK(found.st_mode))
            return true;
        if (found.st_uid != ::geteuid() && found.st_uid != 0)
            return false;
        QByteArray target(4096, '\0');
        const ssize_t length = ::readlink(name.constData(), target.data(), std::size_t(target.size()));
        if (length < 0)
            return true; // Gone meanwhile: opening it says so.
        target.truncate(length);
        const QString next = QFile::decodeName(target);
        at = next.startsWith(u'/') ? next : QFileInfo(at).path() + u'/' + next;
    }
    return true; // In circles: opening it says so.
}

bool isOwn(const struct stat& file, const QString& folder) {
    if (file.st_uid == ::geteuid())
        return true;
    struct stat around {};
    return ::stat(QFile::encodeName(folder).constData(), &around) == 0 && file.st_uid == around.st_uid;
}

Result<void> refuseForeign(const QString& path) {
    struct stat found {};
    if (::lstat(QFile::encodeName(path).constData(), &found) != 0) {
        if (errno == ENOENT)
            return {};
        return refused(faultOfSystem(errno), tr("Waybill cannot read or write its data file “%1”.").arg(path),
                       QString::fromLocal8Bit(std::strerror(errno)));
    }
    if (S_ISLNK(found.st_mode))
        return refused(storage::unavailable,
                       tr("Waybill's data file “%1” is a link, which Waybill does not follow. Put the file itself "
                          "there, or give Waybill the folder that holds it with --data.")
                           .arg(path));
    if (!S_ISREG(found.st_mode))
        return refused(
            storage::unavailable,
            tr("“%1” is not a file, so Waybill cannot keep its data there. Move it away, then start Waybill again.")
                .arg(path));
    if (!isOwn(found, QFileInfo(path).path()))
        return refused(storage::unavailable,
                       tr("Waybill's data file “%1” belongs to somebody else, who could read it. Give Waybill another "
                          "folder with --data.")
                           .arg(path));
    return {};
}

} // namespace waybill
