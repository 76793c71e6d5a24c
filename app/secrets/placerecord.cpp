// SPDX-License-Identifier: MIT
#include "secrets/placerecord.h"

#include "secrets/privatefile.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace waybill {

namespace {
const QString keychain = u"keychain"_s;
const QString sealedFile = u"sealed file"_s;
constexpr qint64 largestRecord = 16LL * 1024 * 1024;
} // namespace

PlaceRecord::PlaceRecord(const QString& folder)
    : folder_(folder), hadData_(!QDir(folder).entryList({u"*.sqlite"_s}, QDir::Files).isEmpty()) {}

QString PlaceRecord::path() const {
    return folder_ + u"/secrets.json"_s;
}

SecretPlaces PlaceRecord::read() const {
    SecretPlaces places;
    const Result<QByteArray> bytes = readPrivateFile(path(), largestRecord);
    const QJsonDocument record = bytes ? QJsonDocument::fromJson(*bytes) : QJsonDocument();
    if (!record.isObject()) {
        if (QFile::exists(folder_ + u"/secrets.sealed"_s))
            places.chosen = SecretPlace::SealedFile;
        else
            places.othersInKeychain = hadData_;
        return places;
    }
    const QString chosen = record[u"new_secrets_in"].toString();
    if (chosen == keychain)
        places.chosen = SecretPlace::Keychain;
    else if (chosen == sealedFile)
        places.chosen = SecretPlace::SealedFile;
    for (const QJsonValue& name : record[u"in_keychain"].toArray())
        places.inKeychain.insert(name.toString());
    places.othersInKeychain = record[u"others_in_keychain"].toBool();
    return places;
}

Result<void> PlaceRecord::write(const SecretPlaces& places) const {
    QStringList names(places.inKeychain.cbegin(), places.inKeychain.cend());
    std::ranges::sort(names);
    QJsonObject record{{u"in_keychain"_s, QJsonArray::fromStringList(names)}};
    if (places.chosen)
        record.insert(u"new_secrets_in"_s, *places.chosen == SecretPlace::Keychain ? keychain : sealedFile);
    if (places.othersInKeychain)
        record.insert(u"others_in_keychain"_s, true);
    return replacePrivateFile(path(), QJsonDocument(record).toJson());
}

} // namespace waybill
