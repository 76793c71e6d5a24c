// SPDX-License-Identifier: MIT
// What a copy of the log holds, in the form in which the stand-in says what its account holds (/truth): how many rows,
// and a digest over them.
#pragma once

#include <QCryptographicHash>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

namespace waybill::test {

struct CopyDigest {
    int count = 0;
    QByteArray sha256;
    friend bool operator==(const CopyDigest&, const CopyDigest&) = default;
};

/// Each row as its columns with tabs between them; `select` puts them in the order of the ids.
inline CopyDigest digestOfCopy(const QString& databasePath, const QString& select) {
    const QString name = QStringLiteral("digest of a copy");
    CopyDigest digest;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
        database.setDatabaseName(databasePath);
        database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=30000"));
        QSqlQuery query(database);
        query.setForwardOnly(true);
        if (!database.open() || !query.exec(select))
            qFatal("The copy cannot be read: %s", qPrintable(query.lastError().text()));
        QCryptographicHash hash(QCryptographicHash::Sha256);
        const int columns = int(select.count(QLatin1Char(','))) + 1;
        while (query.next()) {
            ++digest.count;
            for (int i = 0; i < columns; ++i)
                hash.addData(QByteArray(query.value(i).toString().toUtf8() + (i + 1 < columns ? '\t' : '\n')));
        }
        digest.sha256 = hash.result().toHex();
    }
    QSqlDatabase::removeDatabase(name);
    return digest;
}

inline CopyDigest deliveriesOfCopy(const QString& databasePath) {
    return digestOfCopy(databasePath,
                        QStringLiteral("SELECT id, status, attempt, response_status FROM deliveries ORDER BY id"));
}
inline CopyDigest eventsOfCopy(const QString& databasePath) {
    return digestOfCopy(databasePath, QStringLiteral("SELECT id, type FROM events ORDER BY id"));
}
inline CopyDigest endpointsOfCopy(const QString& databasePath) {
    return digestOfCopy(databasePath, QStringLiteral("SELECT id, status, url FROM endpoints ORDER BY id"));
}

} // namespace waybill::test
