// SPDX-License-Identifier: MIT
#include "keyfile.h"

#include "store/ownfile.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace waybill {

namespace {

constexpr mode_t ownerOnly = S_IRUSR | S_IWUSR;

QString tr(const char* text) {
    return QCoreApplication::translate("KeyFile", text);
}

/// Closed at the end of its block.
class Descriptor final {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    Q_DISABLE_COPY_MOVE(Descriptor)
    operator int() const { return number_; } // NOLINT: as the system takes it

private:
    int number_;
};

/// Empty, or one line without blanks: what was written here before.
bool holdsOnlyAKey(const QByteArray& path) {
    const Descriptor file(::open(path.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    std::array<char, 1024> bytes{};
    const ssize_t count = file < 0 ? -1 : ::read(file, bytes.data(), bytes.size());
    if (count < 0 || count == ssize_t(bytes.size()))
        return false;
    QByteArrayView line(bytes.data(), count);
    if (line.endsWith('\n'))
        line.chop(1);
    return std::ranges::all_of(line, [](char c) { return c > ' ' && c < 0x7f; });
}

/// The number of a descriptor that Waybill was given open, or nothing. It is written to itself: opened once more by its
/// name, a file would be written from its beginning.
std::optional<int> descriptorNamed(const QString& path) {
    static const QRegularExpression number(QStringLiteral("^/(?:dev|proc/self)/fd/([0-9]{1,9})\\z"));
    if (path == u"/dev/stdout")
        return STDOUT_FILENO;
    if (path == u"/dev/stderr")
        return STDERR_FILENO;
    if (const auto match = number.match(path); match.hasMatch())
        return match.captured(1).toInt();
    return std::nullopt;
}

bool writeLine(int file, const QByteArray& line) {
    const QByteArray whole = line + '\n';
    QByteArrayView bytes = whole;
    while (!bytes.isEmpty()) {
        const ssize_t count = ::write(file, bytes.data(), std::size_t(bytes.size()));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        bytes = bytes.sliced(count);
    }
    return true;
}

} // namespace

tl::unexpected<Error> KeyFile::cannotWrite(int error) const {
    return failure(
        ErrorKind::Storage,
        tr("The key cannot be written to “%1”: %2.").arg(path_, QString::fromLocal8Bit(std::strerror(error))));
}

Result<void> KeyFile::check() const {
    const auto refused = [this](const QString& sentence) { return failure(ErrorKind::Malformed, sentence.arg(path_)); };
    if (const auto number = descriptorNamed(path_))
        return ::fcntl(*number, F_GETFL) < 0 ? Result<void>(cannotWrite(errno)) : Result<void>();
    if (!isTrustedLink(path_))
        return refused(tr("“%1” is a link that somebody else made, so the key is not written there."));
    const QByteArray name = QFile::encodeName(path_);
    struct stat found {};
    if (::stat(name.constData(), &found) != 0) {
        if (errno == ENOENT && !path_.endsWith(u'/'))
            return {};
        return failure(ErrorKind::Malformed, cannotWrite(errno).value().message);
    }
    if (S_ISDIR(found.st_mode))
        return refused(tr("“%1” is a folder, so the key cannot be written there. Name a file."));
    if (S_ISFIFO(found.st_mode) || S_ISCHR(found.st_mode))
        return {};
    if (!S_ISREG(found.st_mode))
        return refused(tr("“%1” is neither a file nor a pipe, so the key cannot be written there."));
    if (found.st_uid != ::geteuid())
        return refused(tr("“%1” belongs to somebody else, so the key is not written there."));
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return refused(tr("Others may read or write “%1”, so the key is not written there. Name another file, or take "
                          "this one away."));
    if (!holdsOnlyAKey(name))
        return refused(tr("“%1” holds something else than a key, which would be lost. Name another file."));
    return {};
}

Result<KeyFile::Written> KeyFile::write(const Secret& key) const {
    if (auto usable = check(); !usable)
        return failure(usable.error());
    if (const auto number = descriptorNamed(path_)) {
        if (writeLine(*number, key.reveal()))
            return Written::Yes;
        return cannotWrite(errno);
    }
    // The person's own link is followed here, and none that comes after the check.
    const QFileInfo named(path_);
    const QByteArray name = QFile::encodeName(named.isSymLink() ? named.canonicalFilePath() : path_);
    // Not emptied before it is seen to be what was checked; of a pipe nobody is waited for.
    const Descriptor fresh(::open(name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, ownerOnly));
    const bool isNew = fresh >= 0;
    const Descriptor there(isNew ? -1
                                 : ::open(name.constData(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC));
    const int file = isNew ? fresh : there;
    if (file < 0)
        return errno == ENXIO ? Result<Written>(Written::NobodyReads) : cannotWrite(errno);
    struct stat found {};
    if (::fstat(file, &found) != 0)
        return cannotWrite(errno);
    const bool isFile = S_ISREG(found.st_mode);
    if (isFile && (found.st_uid != ::geteuid() || (found.st_mode & (S_IRWXG | S_IRWXO)) != 0))
        return cannotWrite(EACCES); // Somebody was quicker than the check.
    if (isFile && ::ftruncate(file, 0) != 0)
        return cannotWrite(errno);
    if (!writeLine(file, key.reveal()) || (isFile && ::fsync(file) != 0))
        return cannotWrite(errno);
    return Written::Yes;
}

} // namespace waybill
