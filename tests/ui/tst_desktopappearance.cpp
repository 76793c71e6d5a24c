// SPDX-License-Identifier: MIT
#include "theme/desktopappearance.h"
#include "theme/theme.h"

#include <QApplication>
#include <QDBusMessage>
#include <QDBusVirtualObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const QString service = u"org.freedesktop.portal.Desktop"_s;
const QString path = u"/org/freedesktop/portal/desktop"_s;
const QString settings = u"org.freedesktop.portal.Settings"_s;
enum Scheme : uint { None, Dark, Light };

/// A bus of its own, with nothing on it.
class Bus {
public:
    Bus() {
        daemon_.start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
        if (!daemon_.waitForReadyRead(10'000))
            qFatal("There is no dbus-daemon");
        address_ = QString::fromLatin1(daemon_.readLine().trimmed());
    }
    ~Bus() {
        for (const QString& name : std::as_const(names_))
            QDBusConnection::disconnectFromBus(name);
        daemon_.kill();
        daemon_.waitForFinished();
    }
    QDBusConnection connection() {
        names_ += u"%1 %2"_s.arg(address_).arg(names_.size());
        return QDBusConnection::connectToBus(address_, names_.constLast());
    }

private:
    QProcess daemon_;
    QString address_;
    QStringList names_;
};

/// What a desktop's portal says of light and dark.
class Portal final : public QDBusVirtualObject {
public:
    Portal(const QDBusConnection& bus, Scheme scheme, const QString& method = u"Read"_s)
        : bus_(bus), scheme_(scheme), method_(method) {
        bus_.registerVirtualObject(path, this);
        if (!bus_.registerService(service))
            qFatal("The portal's name is taken");
    }
    ~Portal() override {
        bus_.unregisterService(service);
        bus_.unregisterObject(path);
    }
    void choose(Scheme scheme) {
        scheme_ = scheme;
        QDBusMessage told = QDBusMessage::createSignal(path, settings, u"SettingChanged"_s);
        told << u"org.freedesktop.appearance"_s << u"color-scheme"_s << QVariant::fromValue(QDBusVariant(uint(scheme)));
        bus_.send(told);
    }
    QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& bus) override {
        if (message.member() != method_)
            return bus.send(message.createErrorReply(QDBusError::UnknownMethod, u"No such method"_s));
        const QVariant value = QVariant::fromValue(QDBusVariant(uint(scheme_)));
        // The older call wraps it twice.
        return bus.send(message.createReply(method_ == u"Read" ? QVariant::fromValue(QDBusVariant(value)) : value));
    }

private:
    QDBusConnection bus_;
    Scheme scheme_;
    QString method_;
};
} // namespace

class TestDesktopAppearance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void whatThePortalSaysAtTheStartCounts_data();
    void whatThePortalSaysAtTheStartCounts();
    void aChangeIsFollowed();
    void aChangeBeforeTheFirstAnswerIsNotLost();
    void aPortalThatStartsLaterIsAsked();
    void aPortalThatStartsAnewIsFollowed();
    void withoutAPortalTheSettingsOfGnomeCount_data();
    void withoutAPortalTheSettingsOfGnomeCount();
    void withoutABusTheWindowIsLight();
    void theWindowFollowsAtOnce();

private:
    void setGnome(const QByteArray& scheme, const QByteArray& theme);
    std::unique_ptr<Bus> bus_;
    std::unique_ptr<QTemporaryDir> programs_;
    QByteArray path_;
};

void TestDesktopAppearance::init() {
    path_ = qgetenv("PATH");
    setGnome("'default'", "'Adwaita'");
    bus_ = std::make_unique<Bus>();
}

void TestDesktopAppearance::cleanup() {
    bus_.reset();
    qputenv("PATH", path_);
}

/// A `gsettings` that says this.
void TestDesktopAppearance::setGnome(const QByteArray& scheme, const QByteArray& theme) {
    programs_ = std::make_unique<QTemporaryDir>();
    QFile program(programs_->filePath(u"gsettings"_s));
    QVERIFY(program.open(QIODevice::WriteOnly));
    program.write("#!/bin/sh\n[ \"$3\" = color-scheme ] && echo \"" + scheme + "\" || echo \"" + theme + "\"\n");
    program.close();
    program.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    qputenv("PATH", programs_->path().toLocal8Bit() + ':' + path_);
}

void TestDesktopAppearance::whatThePortalSaysAtTheStartCounts_data() {
    QTest::addColumn<QString>("method");
    QTest::newRow("older call") << u"Read"_s;
    QTest::newRow("newer call alone") << u"ReadOne"_s;
}

void TestDesktopAppearance::whatThePortalSaysAtTheStartCounts() {
    QFETCH(QString, method);
    const Portal portal(bus_->connection(), Dark, method);
    const DesktopAppearance desktop(bus_->connection());
    QTRY_COMPARE(desktop.isDark(), std::optional(true));
}

void TestDesktopAppearance::aChangeIsFollowed() {
    Portal portal(bus_->connection(), Light);
    const DesktopAppearance desktop(bus_->connection());
    QTRY_COMPARE(desktop.isDark(), std::optional(false));
    portal.choose(Dark);
    QTRY_COMPARE(desktop.isDark(), std::optional(true));
    portal.choose(None);
    QTRY_COMPARE(desktop.isDark(), std::optional<bool>());
}

void TestDesktopAppearance::aChangeBeforeTheFirstAnswerIsNotLost() {
    Portal portal(bus_->connection(), Light);
    const DesktopAppearance desktop(bus_->connection());
    portal.choose(Dark); // Nobody has seen an answer yet.
    QTRY_COMPARE(desktop.isDark(), std::optional(true));
    QCoreApplication::processEvents();
    QCOMPARE(desktop.isDark(), std::optional(true));
}

void TestDesktopAppearance::aPortalThatStartsLaterIsAsked() {
    const DesktopAppearance desktop(bus_->connection());
    QCoreApplication::processEvents();
    const Portal portal(bus_->connection(), Dark);
    QTRY_COMPARE(desktop.isDark(), std::optional(true));
}

void TestDesktopAppearance::aPortalThatStartsAnewIsFollowed() {
    auto portal = std::make_unique<Portal>(bus_->connection(), Light);
    const DesktopAppearance desktop(bus_->connection());
    QTRY_COMPARE(desktop.isDark(), std::optional(false));
    portal.reset();
    portal = std::make_unique<Portal>(bus_->connection(), Dark); // Changed while it was away.
    QTRY_COMPARE(desktop.isDark(), std::optional(true));
    portal->choose(Light);
    QTRY_COMPARE(desktop.isDark(), std::optional(false));
}

void TestDesktopAppearance::withoutAPortalTheSettingsOfGnomeCount_data() {
    QTest::addColumn<QByteArray>("scheme");
    QTest::addColumn<QByteArray>("theme");
    QTest::addColumn<bool>("isDark");
    QTest::newRow("chosen dark") << "'prefer-dark'"_ba
                                 << "'Adwaita'"_ba << true;
    QTest::newRow("a dark theme") << "'default'"_ba
                                  << "'Adwaita-dark'"_ba << true;
    QTest::newRow("older than the choice") << ""_ba
                                           << "'Yaru-dark'"_ba << true;
}

void TestDesktopAppearance::withoutAPortalTheSettingsOfGnomeCount() {
    QFETCH(QByteArray, scheme);
    QFETCH(QByteArray, theme);
    DesktopAppearance desktop(bus_->connection());
    setGnome(scheme, theme); // Since it started.
    desktop.look();
    QTRY_COMPARE(desktop.isDark(), std::optional(true));
    setGnome("'prefer-light'", theme);
    desktop.look();
    QTRY_COMPARE(desktop.isDark(), std::optional(false));
}

void TestDesktopAppearance::withoutABusTheWindowIsLight() {
    const Theme theme(*qApp, new DesktopAppearance(QDBusConnection(QString())), nullptr);
    QVERIFY(!theme.isDark());
}

void TestDesktopAppearance::theWindowFollowsAtOnce() {
    Portal portal(bus_->connection(), Light);
    Theme theme(*qApp, new DesktopAppearance(bus_->connection()), nullptr);
    const QSignalSpy changed(&theme, &Theme::changed);
    portal.choose(Dark);
    QTRY_VERIFY(theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window), darkTokens().window);
    theme.setMode(Theme::Mode::Light); // The person's own choice goes before the desktop's.
    QVERIFY(!theme.isDark());
    theme.setMode(Theme::Mode::System);
    QVERIFY(theme.isDark());
    portal.choose(Light);
    QTRY_COMPARE(QApplication::palette().color(QPalette::Window), lightTokens().window);
    QCOMPARE(changed.count(), 4);
}

QTEST_MAIN(TestDesktopAppearance)
#include "tst_desktopappearance.moc"
