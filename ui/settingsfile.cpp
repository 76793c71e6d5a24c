// SPDX-License-Identifier: MIT
#include "settingsfile.h"

#include "account/accountconnection.h"
#include "store/ownfile.h"

#include <QCoreApplication>
#include <QFile>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {

constexpr int currentVersion = 1;
constexpr qint64 largestFile = 4LL * 1024 * 1024;
const QString versionKey = u"settings/version"_s;

QString tr(const char* text) {
    return QCoreApplication::translate("SettingsFile", text);
}

/// A number of ours.
struct NumberKey {
    QString name;
    int least;
    int most;
};

tl::unexpected<Error> refused(const QString& sentence, const QString& file) {
    return failure(ErrorKind::Malformed, sentence.arg(file));
}

tl::unexpected<Error> damaged(const QString& file) {
    return refused(tr("The settings file “%1” is damaged. Move it away, and Waybill starts with new settings."), file);
}

/// Whether each line is a section, a comment or a value; Qt passes over what is none.
bool areSettings(const QByteArray& bytes) {
    bool goesOn = false;
    const QList<QByteArray> lines = bytes.split('\n');
    return std::ranges::all_of(lines, [&goesOn](const QByteArray& line) {
        const QByteArray text = line.trimmed();
        const bool isRight = std::exchange(goesOn, text.endsWith('\\')) || text.isEmpty() || text.startsWith('[') ||
                             text.startsWith(';') || text.startsWith('#') || text.contains('=');
        return isRight;
    });
}

/// Before Qt reads it, which would wait for a pipe and take anything for text.
Result<void> checkFile(const QString& file) {
    if (!isTrustedLink(file))
        return refused(tr("The settings file “%1” is a link that somebody else made. Take it away."), file);
    struct stat found {};
    if (::stat(QFile::encodeName(file).constData(), &found) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return {};
        return refused(tr("The settings file “%1” cannot be read. Give yourself the permission to read it, or move it "
                          "away."),
                       file);
    }
    if (!S_ISREG(found.st_mode))
        return refused(tr("“%1” is no file, so it cannot hold the settings. Move it away."), file);
    QFile content(file);
    if (!content.open(QIODevice::ReadOnly))
        return refused(tr("The settings file “%1” cannot be read. Give yourself the permission to read it, or move it "
                          "away."),
                       file);
    if (content.size() > largestFile)
        return damaged(file);
    const QByteArray bytes = content.readAll();
    if (bytes.contains('\0') || !QUtf8StringView(bytes).isValidUtf8() || !areSettings(bytes))
        return damaged(file);
    return {};
}

/// The key whose value is of another type than Waybill's, or nothing.
QString keyOfWrongType(QSettings& settings) {
    constexpr int mostAccounts = 1000;
    const QList<NumberKey> numbers{{versionKey, 1, currentVersion},
                                   {u"window/mode"_s, 0, 2},
                                   {u"window/place"_s, 0, 1},
                                   {u"secrets/place"_s, 0, 2},
                                   {u"endpoints/tab"_s, 0, 99},
                                   {u"deliveries/tab"_s, 0, 99},
                                   {u"deliveries/filterStatus"_s, -1, 99},
                                   {u"accounts/size"_s, 0, mostAccounts},
                                   {u"unfinished/size"_s, 0, mostAccounts}};
    for (const NumberKey& key : numbers) {
        bool isNumber = true;
        const int value = settings.contains(key.name) ? settings.value(key.name).toInt(&isNumber) : key.least;
        if (!isNumber || value < key.least || value > key.most)
            return key.name;
    }
    const QString proxyMode = settings.value(u"proxy/mode"_s, u"system"_s).toString();
    if (!QStringList{u"system"_s, u"manual"_s, u"none"_s}.contains(proxyMode))
        return u"proxy/mode"_s;
    for (const QString& key : {u"window/geometry"_s, u"endpoints/splitter"_s, u"deliveries/splitter"_s,
                               u"deliveries/detailSplitter"_s, u"deliveries/columns"_s}) {
        if (settings.contains(key) && settings.value(key).typeId() != QMetaType::QByteArray)
            return key;
    }
    const int accounts = settings.value(u"accounts/size"_s).toInt();
    for (int i = 1; i <= accounts; ++i) {
        const QString account = u"accounts/%1/"_s.arg(i);
        if (settings.value(account + u"id"_s).toString().isEmpty())
            return account + u"id"_s;
        const QUrl address = settings.value(account + u"baseUrl"_s).toUrl();
        if (address.isEmpty() || !checkBaseUrl(address.toString()))
            return account + u"baseUrl"_s;
    }
    return {};
}

} // namespace

Result<std::unique_ptr<QSettings>> openSettings(const QString& dataFolder) {
    const QString file =
        dataFolder.isEmpty()
            ? QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/waybill/waybill.conf"_s
            : dataFolder + u"/settings.ini"_s;
    if (auto checked = checkFile(file); !checked)
        return failure(checked.error());
    auto settings = std::make_unique<QSettings>(file, QSettings::IniFormat);
    if (settings->status() != QSettings::NoError)
        return damaged(file);
    bool isNumber = false;
    const int version = settings->value(versionKey, currentVersion).toInt(&isNumber);
    if (isNumber && version > currentVersion)
        return refused(
            tr("The settings file “%1” was written by a newer Waybill. Update Waybill, or move the file away."), file);
    if (const QString key = keyOfWrongType(*settings); !key.isEmpty())
        return refused(tr("In the settings file “%1” the value of “%2” cannot be right. Correct it, or take the line "
                          "out.")
                           .arg(QStringLiteral("%1"), key),
                       file);
    return settings;
}

} // namespace waybill
