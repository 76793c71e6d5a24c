// SPDX-License-Identifier: MIT
#include "secrets/sealedfile.h"

#include "contract/random.h"
#include "secrets/privatefile.h"

#include <QCoreApplication>
#include <QDataStream>
#include <QDir>
#include <QFile>

#include <memory>
#include <openssl/evp.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace waybill {

namespace {

constexpr int keyBytes = 32;
constexpr int nonceBytes = 12;
constexpr int tagBytes = 16;
constexpr qint64 largestFile = 16LL * 1024 * 1024;
const QByteArray magic = "WAYBILL-SEALED-1\n"_ba;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

tl::unexpected<Error> damaged(const QString& details) {
    return failure(ErrorKind::Storage,
                   QCoreApplication::translate("Secrets",
                                               "The sealed file with your secrets (secrets.sealed in Waybill's data "
                                               "folder) is damaged or does not belong to its key (secrets.key). Both "
                                               "were left as they are: put a good copy of both in their place."),
                   details);
}

tl::unexpected<Error> notSealed(const QString& details) {
    return failure(ErrorKind::Storage, QCoreApplication::translate("Secrets", "Your secrets could not be sealed."),
                   details);
}

const unsigned char* bytesOf(const QByteArray& array) {
    return reinterpret_cast<const unsigned char*>(array.constData());
}
unsigned char* bytesOf(QByteArray& array) {
    return reinterpret_cast<unsigned char*>(array.data());
}

QByteArray randomBytes(int count) {
    QByteArray bytes(count, '\0');
    SystemRandom().fill(std::as_writable_bytes(std::span(bytes.data(), std::size_t(count))));
    return bytes;
}

Secret packed(const Secrets& secrets) {
    // Room for all of it at once: growing would leave copies behind that nobody overwrites.
    qsizetype size = 0;
    for (auto secret = secrets.cbegin(); secret != secrets.cend(); ++secret)
        size += 2 * qsizetype(sizeof(quint32)) + secret.key().toUtf8().size() + secret.value().reveal().size();
    QByteArray bytes;
    bytes.reserve(size);
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setVersion(QDataStream::Qt_6_4);
    for (auto secret = secrets.cbegin(); secret != secrets.cend(); ++secret)
        stream << secret.key().toUtf8() << secret.value().reveal();
    return Secret(std::move(bytes));
}

std::optional<Secrets> unpacked(const Secret& packed) {
    QDataStream stream(packed.reveal());
    stream.setVersion(QDataStream::Qt_6_4);
    Secrets secrets;
    while (!stream.atEnd()) {
        QByteArray name;
        QByteArray plainText;
        stream >> name >> plainText;
        if (stream.status() != QDataStream::Ok)
            return std::nullopt;
        secrets.insert(QString::fromUtf8(name), Secret(std::move(plainText)));
    }
    return secrets;
}

/// Magic, nonce, tag and cipher text in one; empty where the library failed.
QByteArray sealed(const Secret& key, const Secret& content) {
    const QByteArray nonce = randomBytes(nonceBytes);
    const QByteArray& plainText = content.reveal();
    QByteArray cipherText(plainText.size(), '\0');
    QByteArray tag(tagBytes, '\0');
    const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    const bool done =
        context &&
        EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytesOf(key.reveal()), bytesOf(nonce)) == 1 &&
        EVP_EncryptUpdate(context.get(), nullptr, &length, bytesOf(magic), int(magic.size())) == 1 &&
        EVP_EncryptUpdate(context.get(), bytesOf(cipherText), &length, bytesOf(plainText), int(plainText.size())) ==
            1 &&
        EVP_EncryptFinal_ex(context.get(), bytesOf(cipherText) + length, &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tagBytes, tag.data()) == 1;
    return done ? QByteArray(magic + nonce + tag + cipherText) : QByteArray();
}

std::optional<Secret> opened(const Secret& key, const QByteArray& bytes) {
    const qsizetype start = magic.size() + nonceBytes + tagBytes;
    if (!bytes.startsWith(magic) || bytes.size() < start)
        return std::nullopt;
    const QByteArray nonce = bytes.mid(magic.size(), nonceBytes);
    QByteArray tag = bytes.mid(magic.size() + nonceBytes, tagBytes);
    const QByteArray cipherText = bytes.mid(start);
    QByteArray plainText(cipherText.size(), '\0');
    const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    const bool done =
        context &&
        EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytesOf(key.reveal()), bytesOf(nonce)) == 1 &&
        EVP_DecryptUpdate(context.get(), nullptr, &length, bytesOf(magic), int(magic.size())) == 1 &&
        EVP_DecryptUpdate(context.get(), bytesOf(plainText), &length, bytesOf(cipherText), int(cipherText.size())) ==
            1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tagBytes, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(context.get(), bytesOf(plainText) + length, &length) == 1;
    Secret content(std::move(plainText));
    return done ? std::optional(std::move(content)) : std::nullopt;
}

Result<void> makeFolder(const QString& folder) {
    if (QFile::exists(folder))
        return {};
    if (!QDir().mkpath(folder) || ::chmod(QFile::encodeName(folder).constData(), S_IRWXU) != 0)
        return notSealed(folder);
    return {};
}

} // namespace

QString SealedFile::path() const {
    return folder_ + u"/secrets.sealed"_s;
}
QString SealedFile::keyPath() const {
    return folder_ + u"/secrets.key"_s;
}

Result<Secret> SealedFile::readKey() const {
    Result<QByteArray> bytes = readPrivateFile(keyPath(), largestFile);
    if (!bytes)
        return damaged(bytes.error().details);
    Secret key(*std::move(bytes));
    if (key.reveal().size() != keyBytes)
        return damaged(keyPath() + u": not a key"_s);
    return key;
}

QStringList SealedFile::openToOthers() const {
    QStringList open{path(), keyPath()};
    open.removeIf([](const QString& file) { return !isOpenToOthers(file); });
    return open;
}

Result<Secrets> SealedFile::open() const {
    if (!QFile::exists(path()))
        return Secrets();
    const Result<Secret> key = readKey();
    if (!key)
        return failure(key.error());
    const Result<QByteArray> bytes = readPrivateFile(path(), largestFile);
    if (!bytes)
        return damaged(bytes.error().details);
    const std::optional<Secret> content = opened(*key, *bytes);
    std::optional<Secrets> secrets = content ? unpacked(*content) : std::nullopt;
    if (!secrets)
        return damaged(path() + u": cannot be opened with its key"_s);
    return *std::move(secrets);
}

Result<void> SealedFile::seal(const Secrets& secrets) const {
    if (auto made = makeFolder(folder_); !made)
        return made;
    // A new key would make what is sealed already unreadable for good.
    if (!QFile::exists(keyPath()) && !QFile::exists(path())) {
        const Secret fresh(randomBytes(keyBytes));
        if (auto written = replacePrivateFile(keyPath(), fresh.reveal()); !written)
            return written;
    }
    const Result<Secret> key = readKey();
    if (!key)
        return failure(key.error());

    const QByteArray bytes = sealed(*key, packed(secrets));
    if (bytes.isEmpty() || bytes.size() > largestFile)
        return notSealed(bytes.isEmpty() ? u"OpenSSL"_s : u"too many"_s);
    return replacePrivateFile(path(), bytes);
}

} // namespace waybill
