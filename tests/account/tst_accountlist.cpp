// SPDX-License-Identifier: MIT
#include "account/accountconnection.h"
#include "account/accountlist.h"
#include "contract/random.h"
#include "secrets/sessionvault.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
/// Refuses to keep anything.
class FullVault final : public SecretVault {
public:
    void read(const QString&, QObject* context, Done<Secret> done) override { refuse(context, std::move(done)); }
    void write(const QString&, const Secret&, QObject* context, Done<void> done) override {
        refuse(context, std::move(done));
    }
    void remove(const QString&, QObject* context, Done<void> done) override { refuse(context, std::move(done)); }

private:
    template <typename T>
    void refuse(QObject* context, Done<T> done) {
        QMetaObject::invokeMethod(
            context, [done] { done(failure(ErrorKind::NoKeychain, u"There is no keychain."_s)); },
            Qt::QueuedConnection);
    }
};

ConnectedAccount draft(const QString& name) {
    return {{}, name, QUrl(u"https://app.example.org/api/v1"_s), u"team_1"_s, u"pro"_s};
}
} // namespace

class TestAccountList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        settings_.reset(); // It would write into the folder that goes.
        folder_ = std::make_unique<QTemporaryDir>();
        settings_ = std::make_unique<QSettings>(folder_->filePath(u"settings.ini"_s), QSettings::IniFormat);
    }

    void anAccountIsThereAfterARestart();
    void theKeyIsInTheVaultAlone();
    void withoutAPlaceForItsKeyAnAccountIsNotAdded();
    void aRenameStays();
    void removingTakesTheKeyAlong();
    void anAddressIsChecked_data();
    void anAddressIsChecked();

private:
    QString added(AccountList& list, const QString& name) {
        QString id;
        list.add(draft(name), Secret("ak_live_0123456789"), this,
                 [&id](const Result<ConnectedAccount>& account) { id = account ? account->id : u"failed"_s; });
        if (!test::waitFor([&id] { return !id.isEmpty(); }))
            return {};
        return id;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<QSettings> settings_;
    SessionVault vault_;
    SystemRandom random_;
};

void TestAccountList::anAccountIsThereAfterARestart() {
    QString id;
    {
        AccountList list(*settings_, vault_, random_);
        QSignalSpy changed(&list, &AccountList::changed);
        id = added(list, u"Design; “&” [team]"_s);
        QCOMPARE(changed.count(), 1);
    }
    settings_->sync();
    QSettings again(settings_->fileName(), QSettings::IniFormat);
    const AccountList list(again, vault_, random_);
    QCOMPARE(list.accounts().size(), 1);
    ConnectedAccount expected = draft(u"Design; “&” [team]"_s);
    expected.id = id;
    QCOMPARE(*list.find(id), expected);
}

void TestAccountList::theKeyIsInTheVaultAlone() {
    AccountList list(*settings_, vault_, random_);
    const QString id = added(list, u"Team"_s);
    settings_->sync();
    QFile file(settings_->fileName());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains("0123456789"));
    QByteArray key;
    list.readKey(id, this, [&key](const Result<Secret>& read) { key = read ? read->reveal() : "failed"; });
    QTRY_COMPARE(key, QByteArray("ak_live_0123456789"));
}

void TestAccountList::withoutAPlaceForItsKeyAnAccountIsNotAdded() {
    FullVault full;
    AccountList list(*settings_, full, random_);
    QCOMPARE(added(list, u"Team"_s), u"failed"_s);
    QVERIFY(list.accounts().isEmpty());
}

void TestAccountList::aRenameStays() {
    AccountList list(*settings_, vault_, random_);
    const QString id = added(list, u"Team"_s);
    added(list, u"Other"_s);
    list.rename(id, u"Design"_s);
    const AccountList again(*settings_, vault_, random_);
    QCOMPARE(again.find(id)->name, u"Design"_s);
    QCOMPARE(again.accounts().size(), 2);
}

void TestAccountList::removingTakesTheKeyAlong() {
    AccountList list(*settings_, vault_, random_);
    const QString id = added(list, u"Team"_s);
    bool isRemoved = false;
    list.remove(id, this, [&isRemoved](const Result<void>& removed) { isRemoved = removed.has_value(); });
    QVERIFY(list.accounts().isEmpty());
    QTRY_VERIFY(isRemoved);
    std::optional<ErrorKind> missing;
    list.readKey(id, this, [&missing](const Result<Secret>& read) {
        if (!read)
            missing = read.error().kind;
    });
    QTRY_VERIFY(missing == ErrorKind::SecretNotFound);
    QVERIFY(AccountList(*settings_, vault_, random_).accounts().isEmpty());
}

void TestAccountList::anAddressIsChecked_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("url");
    QTest::newRow("none: the product's own") << QString() << QStringView(defaultBaseUrl).toString();
    QTest::newRow("slashes at the end") << u" https://example.org/api/v1// "_s << u"https://example.org/api/v1"_s;
    QTest::newRow("this computer") << u"http://127.0.0.1:8099/api/v1"_s << u"http://127.0.0.1:8099/api/v1"_s;
    QTest::newRow("plain http elsewhere") << u"http://example.org/api/v1"_s << QString();
    QTest::newRow("a query") << u"https://example.org/api?x=1"_s << QString();
    QTest::newRow("a password") << u"https://me:pass@example.org/"_s << QString();
}

void TestAccountList::anAddressIsChecked() {
    QFETCH(QString, text);
    QFETCH(QString, url);
    const Result<QUrl> checked = checkBaseUrl(text);
    QCOMPARE(checked ? checked->toString() : QString(), url);
}

QTEST_GUILESS_MAIN(TestAccountList)
#include "tst_accountlist.moc"
