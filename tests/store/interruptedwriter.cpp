// SPDX-License-Identifier: MIT
// Commits one row after the other and prints each that is committed, until it is killed in the middle of one.
#include "store/database.h"

#include <QCoreApplication>

#include <array>
#include <cstdio>

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    const std::array<waybill::Migration, 1> schema{
        {{1, {QStringLiteral("CREATE TABLE rows (id INTEGER PRIMARY KEY, half TEXT)")}}}};
    auto database = waybill::Database::open(QString::fromLocal8Bit(argv[1]), schema);
    if (!database)
        return 1;
    for (int row = 1;; ++row) {
        waybill::Transaction transaction(**database);
        for (const char* half : {"first", "second"}) {
            if (!(*database)->run(QStringLiteral("INSERT INTO rows (half) VALUES (?)"), {QString::fromLatin1(half)}))
                return 1;
        }
        if (!transaction.commit())
            return 1;
        std::printf("%d\n", row);
        std::fflush(stdout);
    }
}
