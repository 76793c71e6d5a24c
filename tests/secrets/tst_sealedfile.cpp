// SPDX-License-Identifier: MIT
#include "secrets/sealedfile.h"
#include "support/fulldisk.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <memory>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const QString signingName = u"sandbox/secret_1"_s;
const QByteArray signingSecret = "whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja"_ba;
const QByteArray binarySecret("\0\xff\n\r\x1b nothing printable \0", 24);

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : "cannot be read"_ba;
}

bool overwrite(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

int modeOf(const QString& path) {
    struct stat status {};
    return stat(QFile::encodeName(path).constData(), &status) == 0 ? int(status.st_mode & 0777) : -1;
}

QMap<QString, QByteArray> revealed(const Result<Secrets>& secrets) {
    QMap<QString, QByteArray> plain;
    for (auto secret = secrets->cbegin(); secret != secrets->cend(); ++secret)
        plain.insert(secret.key(), secret.value().reveal());
    return plain;
}
} // namespace

namespace {
bool refusesModes = false;
}

/// As on a file that belongs to somebody else.
extern "C" int fchmod(int file, mode_t mode) noexcept {
    if (!refusesModes)
        return int(::syscall(SYS_fchmod, file, mode));
    errno = EPERM;
    return -1;
}

class TestSealedFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        root_ = std::make_unique<QTemporaryDir>();
        QVERIFY(root_->isValid());
        folder_ = root_->filePath(u"data"_s);
        sealedPath_ = folder_ + u"/secrets.sealed"_s;
        keyPath_ = folder_ + u"/secrets.key"_s;
    }

    void isEmptyWhereNothingWasSealed() {
        const auto secrets = SealedFile(folder_).open();
        QVERIFY(secrets);
        QVERIFY(secrets->isEmpty());
        QVERIFY(!QFile::exists(folder_));
    }

    void givesBackWhatWasSealed_data() {
        QTest::addColumn<QMap<QString, QByteArray>>("plain");
        using Plain = QMap<QString, QByteArray>;
        QTest::newRow("nothing") << Plain{};
        QTest::newRow("one") << Plain{{signingName, signingSecret}};
        QTest::newRow("an empty one") << Plain{{u"empty"_s, ""_ba}};
        QTest::newRow("an empty name") << Plain{{u""_s, signingSecret}};
        QTest::newRow("any byte") << Plain{{u"binary"_s, binarySecret}};
        QTest::newRow("any name") << Plain{{u"inbox/Größe/\U0001F511"_s, signingSecret}};
        QTest::newRow("several") << Plain{
            {signingName, signingSecret}, {u"a"_s, binarySecret}, {u"z"_s, QByteArray(100'000, 'x')}};
    }
    void givesBackWhatWasSealed() {
        using Plain = QMap<QString, QByteArray>;
        QFETCH(Plain, plain);
        Secrets secrets;
        for (auto secret = plain.cbegin(); secret != plain.cend(); ++secret)
            secrets.insert(secret.key(), Secret(secret.value()));
        QVERIFY(SealedFile(folder_).seal(secrets));
        const auto opened = SealedFile(folder_).open();
        QVERIFY(opened);
        QCOMPARE(revealed(opened), plain);
    }

    void replacesWhatWasSealedBefore() {
        sealTwo();
        QVERIFY(SealedFile(folder_).seal({{u"other"_s, Secret(binarySecret)}}));
        QCOMPARE(revealed(SealedFile(folder_).open()), (QMap<QString, QByteArray>{{u"other"_s, binarySecret}}));
    }

    void sealsTheSameDifferentlyEveryTime() {
        sealTwo();
        const QByteArray first = contents(sealedPath_);
        const QByteArray key = contents(keyPath_);
        sealTwo();
        QVERIFY(contents(sealedPath_) != first);
        QCOMPARE(contents(keyPath_), key);
    }

    void isThisPersonsAloneWhateverTheUmask_data() {
        QTest::addColumn<int>("mask");
        QTest::newRow("open to all") << 0;
        QTest::newRow("usual") << 022;
        QTest::newRow("closed to all") << 0777;
    }
    void isThisPersonsAloneWhateverTheUmask() {
        QFETCH(int, mask);
        QVERIFY(QDir().mkpath(mask == 0777 ? folder_ : root_->path()));
        const mode_t before = umask(mode_t(mask));
        const auto first = SealedFile(folder_).seal({{signingName, Secret(signingSecret)}});
        const auto second = SealedFile(folder_).seal({{signingName, Secret(binarySecret)}});
        umask(before);
        QVERIFY(first && second);
        QCOMPARE(modeOf(sealedPath_), 0600);
        QCOMPARE(modeOf(keyPath_), 0600);
        if (mask != 0777)
            QCOMPARE(modeOf(folder_), 0700);
    }

    void closesAFileThatWasOpenToOthers() {
        sealTwo();
        QCOMPARE(chmod(QFile::encodeName(sealedPath_).constData(), 0644), 0);
        sealTwo();
        QCOMPARE(modeOf(sealedPath_), 0600);
    }

    void closesToOthersWhatTheyCouldReadWhenItIsOpened_data() {
        QTest::addColumn<int>("mode");
        for (const int mode : {0644, 0640, 0604, 0666, 0777})
            QTest::addRow("%o", mode) << mode;
    }
    void closesToOthersWhatTheyCouldReadWhenItIsOpened() {
        QFETCH(int, mode);
        sealTwo();
        for (const QString& file : {sealedPath_, keyPath_})
            QCOMPARE(chmod(QFile::encodeName(file).constData(), mode_t(mode)), 0);
        QCOMPARE(SealedFile(folder_).openToOthers().size(), 2);
        QCOMPARE(SealedFile(folder_).open()->size(), 2);
        QCOMPARE(modeOf(sealedPath_), 0600);
        QCOMPARE(modeOf(keyPath_), 0600);
        QVERIFY(SealedFile(folder_).openToOthers().isEmpty());
    }

    void saysWhichFilesItCouldNotCloseToOthers() {
        sealTwo();
        QCOMPARE(chmod(QFile::encodeName(keyPath_).constData(), 0644), 0);
        refusesModes = true;
        const auto opened = SealedFile(folder_).open();
        refusesModes = false;
        QCOMPARE(opened->size(), 2);
        QCOMPARE(SealedFile(folder_).openToOthers(), QStringList{keyPath_});
    }

    void readsNothingButAFile() {
        sealTwo();
        QVERIFY(QFile::remove(keyPath_));
        QCOMPARE(::mkfifo(QFile::encodeName(keyPath_).constData(), 0600), 0);
        const auto opened = SealedFile(folder_).open();
        QVERIFY(!opened);
        QVERIFY(opened.error().details.contains(keyPath_));
    }

    void followsALinkOfOnesOwn() {
        sealTwo();
        const QString elsewhere = root_->filePath(u"key on a stick"_s);
        QVERIFY(QFile::rename(keyPath_, elsewhere) && QFile::link(elsewhere, keyPath_));
        QCOMPARE(SealedFile(folder_).open()->size(), 2);
    }

    void writesNoPlainText() {
        sealTwo();
        const QFileInfoList files = QDir(folder_).entryInfoList(QDir::Files | QDir::Hidden | QDir::System);
        QCOMPARE(files.size(), 2);
        for (const QFileInfo& file : files) {
            const QByteArray bytes = contents(file.filePath());
            for (const QByteArray& secret : {signingSecret, binarySecret, signingName.toUtf8()}) {
                QVERIFY(!bytes.contains(secret));
                QVERIFY(!bytes.contains(secret.toHex()));
                QVERIFY(!bytes.contains(secret.toBase64(QByteArray::OmitTrailingEquals).chopped(1)));
            }
        }
    }

    void noticesEveryByteThatChanged_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("the sealed file") << u"/secrets.sealed"_s;
        QTest::newRow("the key") << u"/secrets.key"_s;
    }
    void noticesEveryByteThatChanged() {
        QFETCH(QString, name);
        sealTwo();
        const QString path = folder_ + name;
        const QByteArray good = contents(path);
        for (qsizetype position = 0; position < good.size(); ++position) {
            QByteArray changed = good;
            changed[position] = char(changed[position] ^ 0x01);
            QVERIFY(overwrite(path, changed));
            QVERIFY2(isRefusedAndLeftAsItIs(), qPrintable(QString::number(position)));
        }
        QVERIFY(overwrite(path, good));
        QCOMPARE(SealedFile(folder_).open()->size(), 2);
    }

    void noticesEveryCut_data() { noticesEveryByteThatChanged_data(); }
    void noticesEveryCut() {
        QFETCH(QString, name);
        sealTwo();
        const QString path = folder_ + name;
        const QByteArray good = contents(path);
        for (qsizetype length = 0; length < good.size(); ++length) {
            QVERIFY(overwrite(path, good.first(length)));
            QVERIFY2(isRefusedAndLeftAsItIs(), qPrintable(QString::number(length)));
        }
    }

    void noticesWhatWasAdded_data() { noticesEveryByteThatChanged_data(); }
    void noticesWhatWasAdded() {
        QFETCH(QString, name);
        sealTwo();
        const QString path = folder_ + name;
        const QByteArray good = contents(path);
        for (const QByteArray& more : {"\0"_ba, "more"_ba, good}) {
            QVERIFY(overwrite(path, good + more));
            QVERIFY(isRefusedAndLeftAsItIs());
        }
    }

    void noticesTheFileOfAnotherFolder() {
        sealTwo();
        const QString other = root_->filePath(u"other"_s);
        QVERIFY(SealedFile(other).seal({{signingName, Secret(signingSecret)}}));
        QVERIFY(overwrite(sealedPath_, contents(other + u"/secrets.sealed"_s)));
        QVERIFY(isRefusedAndLeftAsItIs());
    }

    void refusesAFileThatIsTooLarge() {
        sealTwo();
        QFile file(sealedPath_);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.resize(16LL * 1024 * 1024 + 1));
        const auto opened = SealedFile(folder_).open();
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, ErrorKind::Storage);
    }

    void sealsNothingThatItCouldNotOpen() {
        sealTwo();
        const QByteArray before = contents(sealedPath_);
        const auto written = SealedFile(folder_).seal({{signingName, Secret(QByteArray(16 * 1024 * 1024, 'x'))}});
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Storage);
        QCOMPARE(contents(sealedPath_), before);
    }

    void makesNoNewKeyForWhatIsSealed() {
        sealTwo();
        const QByteArray before = contents(sealedPath_);
        QVERIFY(QFile::remove(keyPath_));
        const auto opened = SealedFile(folder_).open();
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, ErrorKind::Storage);
        const auto written = SealedFile(folder_).seal({});
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Storage);
        QVERIFY(!QFile::exists(keyPath_));
        QCOMPARE(contents(sealedPath_), before);
    }

    void leavesTheOldFileWhereANewOneCannotBeWritten_data() {
        QTest::addColumn<qint64>("room");
        QTest::newRow("no room at all") << qint64(0);
        QTest::newRow("not enough room") << qint64(100);
        QTest::newRow("no place for it") << qint64(-1);
    }
    void leavesTheOldFileWhereANewOneCannotBeWritten() {
        QFETCH(qint64, room);
        sealTwo();
        const QByteArray before = contents(sealedPath_);
        const Secrets more{{signingName, Secret(QByteArray(10'000, 'x'))}};
        Result<void> written;
        if (room < 0) {
            QVERIFY(QDir().mkpath(sealedPath_ + u".new/occupied"_s));
            written = SealedFile(folder_).seal(more);
        } else {
            const FullDisk disk{rlim_t(room)};
            written = SealedFile(folder_).seal(more);
        }
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Storage);
        QVERIFY(written.error().details.contains(sealedPath_));
        QCOMPARE(contents(sealedPath_), before);
        QCOMPARE(SealedFile(folder_).open()->size(), 2);
        if (room >= 0)
            QCOMPARE(QDir(folder_).entryList(QDir::Files).size(), 2);
    }

    void goesOnAfterAWriteThatWasInterrupted() {
        sealTwo();
        QVERIFY(overwrite(sealedPath_ + u".new"_s, "half of a fi"_ba));
        QVERIFY(SealedFile(folder_).seal({{signingName, Secret(signingSecret)}}));
        QCOMPARE(SealedFile(folder_).open()->size(), 1);
        QCOMPARE(QDir(folder_).entryList(QDir::Files).size(), 2);
    }

    void writesThroughNoLink() {
        sealTwo();
        const QString elsewhere = root_->filePath(u"elsewhere"_s);
        QVERIFY(overwrite(elsewhere, "somebody's"_ba));
        QVERIFY(QFile::link(elsewhere, sealedPath_ + u".new"_s));
        sealTwo();
        QCOMPARE(contents(elsewhere), "somebody's"_ba);
        QCOMPARE(SealedFile(folder_).open()->size(), 2);
    }

private:
    void sealTwo() {
        QVERIFY(SealedFile(folder_).seal(
            {{signingName, Secret(signingSecret)}, {u"sandbox/secret_2"_s, Secret(binarySecret)}}));
    }
    bool isRefusedAndLeftAsItIs() {
        const QByteArray sealed = contents(sealedPath_);
        const QByteArray key = contents(keyPath_);
        const auto opened = SealedFile(folder_).open();
        return !opened && opened.error().kind == ErrorKind::Storage && !opened.error().message.isEmpty() &&
               contents(sealedPath_) == sealed && contents(keyPath_) == key;
    }

    std::unique_ptr<QTemporaryDir> root_;
    QString folder_;
    QString sealedPath_;
    QString keyPath_;
};

QTEST_GUILESS_MAIN(TestSealedFile)
#include "tst_sealedfile.moc"
