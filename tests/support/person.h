// SPDX-License-Identifier: MIT
// The whole program in its window, and the hands of a person: for journeys.
#pragma once

#include "application.h"
#include "places/deliveriesplace.h"
#include "places/deliverytable.h"
#include "places/endpointsplace.h"
#include "widgets/elidedlabel.h"

#include <QAction>
#include <QApplication>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>

#include <memory>
#include <optional>

namespace waybill::test {
using namespace Qt::StringLiterals;

/// Waybill on a folder, and the hands of a person.
class Person {
public:
    explicit Person(const QString& folder, std::optional<SecretPlace> secretPlace = SecretPlace::SealedFile)
        : Person(folder, Application::Options{secretPlace, {}, {}}) {}
    /// What the hands wait for before they begin.
    enum class Until { Ready, Shown };
    Person(const QString& folder, const Application::Options& given, Until until = Until::Ready) {
        Services::Options options;
        options.dataFolder = folder;
        services_ = std::make_unique<Services>(options);
        if (!services_->takeDataFolder())
            qFatal("The folder is not free");
        waybill_ = std::make_unique<Application>(
            *qApp, *services_, std::make_unique<QSettings>(folder + u"/settings.ini"_s, QSettings::IniFormat), given);
        waybill_->theme().setMode(Theme::Mode::Light);
        QSignalSpy ready(waybill_.get(), &Application::ready);
        waybill_->show();
        if (until == Until::Ready && ready.isEmpty() && !ready.wait(patience))
            qFatal("Waybill did not start");
    }

    Application& waybill() { return *waybill_; }
    Services& services() { return *services_; }
    MainWindow& window() { return waybill_->window(); }
    QWidget& front() {
        QWidget* dialog = QApplication::activeModalWidget();
        return dialog ? *dialog : static_cast<QWidget&>(window());
    }
    template <typename T>
    T* find(const QString& name) {
        return front().findChild<T*>(name);
    }
    bool sees(const QString& name) {
        const auto* widget = find<QWidget>(name);
        return widget && widget->isVisible();
    }
    bool canPress(const QString& name) { return sees(name) && find<QWidget>(name)->isEnabled(); }
    void press(const QString& name) {
        QTRY_VERIFY2_WITH_TIMEOUT(canPress(name), qPrintable(name), patience);
        QTest::mouseClick(find<QWidget>(name), Qt::LeftButton);
    }
    /// A key of the window. A window manager gives a window the keyboard back after a dialog; here nobody does.
    void key(Qt::Key pressed, Qt::KeyboardModifiers modifiers) {
        window().activateWindow();
        QTRY_VERIFY(window().isActiveWindow());
        QTest::keyClick(&window(), pressed, modifiers);
    }
    void choose(const QString& menu, const QString& action) {
        auto* found = window().findChild<QMenu*>(menu);
        QVERIFY(found && found->isVisible());
        auto* entry = found->findChild<QAction*>(action);
        QVERIFY(entry);
        QTest::mouseClick(found, Qt::LeftButton, {}, found->actionGeometry(entry).center());
    }

    void openSwitcher(const QString& action) {
        press(u"accountSwitcher"_s);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        auto* entry = menu->findChild<QAction*>(action);
        QVERIFY(entry);
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(entry).center());
    }
    void connectAccount(const QByteArray& key, const QString& baseUrl, const QString& name) {
        openSwitcher(u"addAccount"_s);
        QTRY_VERIFY(sees(u"apiKey"_s));
        QTest::keyClicks(find<QLineEdit>(u"apiKey"_s), QString::fromLatin1(key));
        QTest::keyClicks(find<QLineEdit>(u"accountName"_s), name);
        press(u"foldHost"_s);
        QTest::keyClicks(find<QLineEdit>(u"baseUrl"_s), baseUrl);
        press(u"submit"_s);
        QTRY_VERIFY_WITH_TIMEOUT(window().accounts().accessibleName().contains(name), patience);
    }
    /// Whether the receiver gets the new secret.
    enum class Copy { Kept, None };
    void createAtTheReceiver(const QString& name, Copy copy = Copy::Kept) {
        key(Qt::Key_N, Qt::ControlModifier);
        press(u"builtInReceiver"_s);
        auto* field = find<QLineEdit>(u"name"_s);
        field->selectAll();
        QTest::keyClicks(field, name);
        QTest::keyClick(field, Qt::Key_Return);
        takeSecret(copy);
        QTRY_COMPARE_WITH_TIMEOUT(window().findChild<ElidedLabel*>(u"endpointName"_s)->fullText(), name, patience);
    }
    void createAt(const QString& url, const QString& name) {
        key(Qt::Key_N, Qt::ControlModifier);
        QTRY_VERIFY(sees(u"url"_s));
        QTest::keyClicks(find<QLineEdit>(u"url"_s), url);
        QTest::keyClicks(find<QLineEdit>(u"name"_s), name);
        press(u"submit"_s);
        takeSecret();
        QTRY_COMPARE_WITH_TIMEOUT(window().findChild<ElidedLabel*>(u"endpointName"_s)->fullText(), name, patience);
    }
    void takeSecret(Copy copy = Copy::Kept) {
        QTRY_VERIFY_WITH_TIMEOUT(sees(u"copySecret"_s), patience);
        if (copy == Copy::None)
            QTest::keyClick(find<QWidget>(u"keepSecret"_s), Qt::Key_Space);
        QTest::keyClick(&front(), Qt::Key_Return); // Copies.
        press(u"done"_s);
        QTRY_VERIFY(!QApplication::activeModalWidget());
    }
    DeliveryTable& latest() { return *window().findChild<DeliveryTable*>(u"latestDeliveries"_s); }
    DeliveryTable& log() { return *window().findChild<DeliveryTable*>(u"deliveriesTable"_s); }
    static QString statusIn(DeliveryTable& table, int row) {
        return table.model()->index(row, DeliveryTableModel::Status).data().toString();
    }
    void openTheNewest() {
        const QPoint row = latest().visualRect(latest().model()->index(0, DeliveryTableModel::Event)).center();
        QTest::mouseClick(latest().viewport(), Qt::LeftButton, {}, row);
        QTest::mouseDClick(latest().viewport(), Qt::LeftButton, {}, row);
    }
    void openTab(const QString& tabs, int tab) {
        auto* strip = window().findChild<QTabBar*>(tabs);
        QTest::mouseClick(strip, Qt::LeftButton, {}, strip->tabRect(tab).center());
    }

private:
    std::unique_ptr<Services> services_;
    std::unique_ptr<Application> waybill_;
};

} // namespace waybill::test
