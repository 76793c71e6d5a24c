// SPDX-License-Identifier: MIT
// What a person chose about proxies: kept where it belongs, and told to everybody who sends.
#include "proxies.h"
#include "secrets/sessionvault.h"

#include <QFile>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;
using Mode = ProxyPreference::Mode;

class TestProxyPreference : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        qunsetenv("https_proxy");
        folder_ = std::make_unique<QTemporaryDir>();
        vault_ = std::make_unique<SessionVault>();
        start();
    }

    void itCountsAtOnce() {
        QSignalSpy changed(setting_.get(), &ProxySetting::changed);
        QVERIFY(proxies_->choose({Mode::Manual, u"proxy.example:3128"_s, {}, u"b.example"_s, false}, {}));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(proxyFor(u"https://a.example/"_s).name(), u"proxy.example:3128"_s);
        QVERIFY(proxyFor(u"https://b.example/"_s).isDirect());
        QVERIFY(proxies_->choose({Mode::None, {}, {}, {}, false}, {}));
        QVERIFY(proxyFor(u"https://a.example/"_s).isDirect());
        qputenv("https_proxy", "http://other.example:1");
        QVERIFY(proxies_->choose({Mode::System, {}, {}, {}, false}, {}));
        QCOMPARE(proxyFor(u"https://a.example/"_s).name(), u"other.example:1"_s);
    }

    void itIsKeptAndThePasswordElsewhere() {
        QVERIFY(proxies_->choose({Mode::Manual, u"socks5://proxy.example:9050"_s, u"me"_s, {}, false},
                                 Secret("hush-hush")));
        settings_->sync();
        QFile file(settings_->fileName());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("hush"));
        start();
        QTRY_COMPARE(proxyFor(u"https://a.example/"_s).password.reveal(), QByteArray("hush-hush"));
        QCOMPARE(proxyFor(u"https://a.example/"_s).kind, Proxy::Kind::Socks5);
        QCOMPARE(proxyFor(u"https://a.example/"_s).user, u"me"_s);
        QVERIFY(proxies_->preference().hasPassword);
        // Another change leaves it as it is, and an empty one takes it away.
        QVERIFY(proxies_->choose({Mode::Manual, u"other.example:1"_s, u"me"_s, {}, true}, {}));
        QCOMPARE(proxyFor(u"https://a.example/"_s).password.reveal(), QByteArray("hush-hush"));
        QVERIFY(proxies_->choose({Mode::Manual, u"other.example:1"_s, u"me"_s, {}, true}, Secret()));
        QVERIFY(proxyFor(u"https://a.example/"_s).password.isEmpty());
        QVERIFY(!proxies_->preference().hasPassword);
    }

    void aPasswordInTheAddressGoesToItsPlace() {
        QVERIFY(proxies_->choose({Mode::Manual, u"http://me:hush%40@proxy.example:1"_s, {}, {}, false}, {}));
        QCOMPARE(proxies_->preference().address, u"proxy.example:1"_s);
        QCOMPARE(proxies_->preference().user, u"me"_s);
        QCOMPARE(proxyFor(u"https://a.example/"_s).password.reveal(), QByteArray("hush@"));
        settings_->sync();
        QFile file(settings_->fileName());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("hush"));
    }

    void whatCannotBeUsedChangesNothing() {
        QVERIFY(proxies_->choose({Mode::Manual, u"proxy.example:3128"_s, {}, {}, false}, {}));
        for (const QString& address : {u""_s, u"https://proxy.example:1"_s, u"a b"_s, u"proxy.example:99999"_s}) {
            const auto refused = proxies_->choose({Mode::Manual, address, {}, {}, false}, {});
            QVERIFY(!refused);
            QVERIFY(!refused.error().message.isEmpty());
            QCOMPARE(proxyFor(u"https://a.example/"_s).name(), u"proxy.example:3128"_s);
        }
    }

    void settingsThatWereChangedByHandPassNothingBy_data() {
        QTest::addColumn<QString>("mode");
        QTest::addColumn<QString>("address");
        QTest::addColumn<Proxy::Kind>("kind");
        QTest::newRow("an address that is none") << u"manual"_s << u"a b"_s << Proxy::Kind::Unusable;
        QTest::newRow("no address") << u"manual"_s << QString() << Proxy::Kind::Unusable;
        QTest::newRow("an unknown mode is the system's") << u"sometimes"_s << QString() << Proxy::Kind::Http;
    }
    void settingsThatWereChangedByHandPassNothingBy() {
        QFETCH(QString, mode);
        QFETCH(QString, address);
        qputenv("https_proxy", "http://other.example:1");
        settings_->setValue(u"proxy/mode"_s, mode);
        settings_->setValue(u"proxy/address"_s, address);
        start();
        QTEST(proxyFor(u"https://a.example/"_s).kind, "kind");
    }

private:
    void start() {
        proxies_.reset();
        setting_ = std::make_unique<ProxySetting>();
        settings_ = std::make_unique<QSettings>(folder_->filePath(u"settings.ini"_s), QSettings::IniFormat);
        proxies_ = std::make_unique<Proxies>(*settings_, *vault_, *setting_);
        proxies_->start();
    }
    Proxy proxyFor(const QString& url) const { return setting_->choice().proxyFor(QUrl(url)).value_or(Proxy()); }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<QSettings> settings_;
    std::unique_ptr<SessionVault> vault_;
    std::unique_ptr<ProxySetting> setting_;
    std::unique_ptr<Proxies> proxies_;
};

QTEST_GUILESS_MAIN(TestProxyPreference)
#include "tst_proxypreference.moc"
