// SPDX-License-Identifier: MIT
#include "dialogs/aboutdialog.h"
#include "dialogs/accountdialog.h"
#include "dialogs/confirmationdialog.h"
#include "dialogs/endpointdialog.h"
#include "dialogs/helpwindow.h"
#include "dialogs/renamedialog.h"
#include "dialogs/secretclipboard.h"
#include "dialogs/secretdialog.h"
#include "dialogs/secretplacedialog.h"
#include "dialogs/settingsdialog.h"
#include "places/deliverytable.h"
#include "support/windowdesk.h"
#include "translation.h"
#include "widgets/banner.h"
#include "widgets/commandnote.h"
#include "widgets/copying.h"
#include "widgets/elidedlabel.h"
#include "widgets/payloadview.h"
#include "widgets/sparkbars.h"
#include "widgets/taborder.h"
#include "words/times.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScreen>
#include <QSignalSpy>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

QString nameOf(const QWidget* widget) {
    return QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName();
}

QList<QWidget*> focusable(QWidget& window) {
    QList<QWidget*> found;
    for (auto* widget : window.findChildren<QWidget*>()) {
        if (widget->isVisible() && widget->isEnabled() && widget->focusPolicy() != Qt::NoFocus &&
            widget->window() == &window)
            found += widget;
    }
    return found;
}

void collectActions(const QList<QAction*>& from, QList<QAction*>& into) {
    for (QAction* action : from) {
        if (action->menu())
            collectActions(action->menu()->actions(), into);
        else if (!action->isSeparator() && !into.contains(action))
            into += action;
    }
}

void closePopups() {
    while (QWidget* popup = QApplication::activePopupWidget())
        popup->close();
}

/// Every dialog, by its name.
std::unique_ptr<QDialog> dialogNamed(const QString& name, test::WindowDesk& desk, SecretClipboard& clipboard) {
    Error error;
    error.details = u"org.freedesktop.DBus.Error"_s;
    if (name == u"endpoint")
        return std::make_unique<EndpointDialog>(desk.receiver, nullptr);
    if (name == u"secret")
        return std::make_unique<SecretDialog>(
            SecretDialog::Issued{u"Design alerts"_s, newSigningSecret(desk.random), true, {}, desk.clock.now()},
            clipboard, nullptr);
    if (name == u"confirmation")
        return std::make_unique<ConfirmationDialog>(Confirmation{u"a"_s, u"b"_s, u"c"_s, u"d"_s, true}, nullptr);
    if (name == u"place")
        return std::make_unique<SecretPlaceDialog>(SecretPlaceDialog::Occasion::KeychainMissing, SecretPlace::Keychain,
                                                   error, nullptr);
    if (name == u"settings")
        return std::make_unique<SettingsDialog>(Theme::Mode::Light, u"a"_s, u"/home/somebody"_s, nullptr);
    if (name == u"about")
        return std::make_unique<AboutDialog>(nullptr);
    if (name == u"account")
        return std::make_unique<AccountDialog>(nullptr);
    if (name == u"rename")
        return std::make_unique<RenameDialog>(u"Rename account"_s, u"My team"_s, nullptr);
    return std::make_unique<HelpWindow>(nullptr);
}

void addDialogs() {
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"endpoint", "secret", "confirmation", "place", "settings", "about", "account", "rename", "help"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void addPlaces() {
    QTest::addColumn<bool>("isLog");
    QTest::newRow("endpoints") << false;
    QTest::newRow("deliveries") << true;
}

/// Below or beside what came before, where both are in the same part of the window.
bool isReadAfter(const QRect& before, const QRect& after) {
    return after.bottom() > before.top() || after.left() > before.left();
}

} // namespace

class TestHands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { installTranslation(*qApp); }
    void init();
    void everyActionMayBeTriggeredWhereverTheKeyboardIs_data() { addPlaces(); }
    void everyActionMayBeTriggeredWhereverTheKeyboardIs();
    void everyKeyMayBePressedInADialog_data() { addDialogs(); }
    void everyKeyMayBePressedInADialog();
    void whatCanBeReadCanBeCopied();
    void rowsAreCopiedWithTheirExactTime();
    void aSecretIsNotCopiedUnmarked();
    void editingIsOfferedWhereItDoesSomething();
    void aLabelIsCopiedFromItsMenu();

    void tabReachesEverythingInTheOrderOfReading_data() { addPlaces(); }
    void tabReachesEverythingInTheOrderOfReading();
    void tabReachesEverythingOfADialog_data() { addDialogs(); }
    void tabReachesEverythingOfADialog();
    void columnsAndRowsAreReadInTheirOrder();
    void oneKeyGoesFromPaneToPane_data();
    void oneKeyGoesFromPaneToPane();
    void enterPressesTheFocusedButton();
    void anEndpointHasTheSameMenuEverywhere();
    void deleteAsksInTheListAlone();
    void theMenuOfEndpointsKnowsWhatIsInSight();
    void noShortcutIsTakenTwice_data() { addPlaces(); }
    void noShortcutIsTakenTwice();
    void homeAndEndGoToTheFirstAndTheLastRow();
    void escapeGoesBack();

    void theWindowFitsItsScreen();
    void aSheetFitsItsScreenAndKeepsItsVerbsInSight();
    void typingAnAddressMovesNothing();
    void aLongTitleFoldsWhatTheMenuHolds();

    void aMessageMovesNothing();
    void aCommandSaysHowItDoesBesideItsButton();
    void aCommandThatFailedOffersTheWayOut();
    void theHealthOfAnEndpointIsToldInWords_data();
    void theHealthOfAnEndpointIsToldInWords();
    void barsDifferByMoreThanTheirColour();
};

void TestHands::init() {
    QApplication::clipboard()->clear();
}

void TestHands::everyActionMayBeTriggeredWhereverTheKeyboardIs() {
    QFETCH(bool, isLog);
    test::WindowDesk desk;
    isLog ? desk.openDeliveries() : desk.openFilled();
    MainWindow& window = *desk.window;
    QList<QAction*> actions;
    collectActions(window.menuBar()->actions(), actions);
    QVERIFY(actions.size() > 20);
    const QList<QWidget*> widgets = focusable(window);
    QVERIFY(widgets.size() > 8);
    for (QWidget* widget : widgets) {
        for (QAction* action : std::as_const(actions)) {
            if (!widget->isVisible()) // An action went to the other place.
                window.goTo(isLog ? MainWindow::Place::Deliveries : MainWindow::Place::Endpoints);
            widget->setFocus();
            action->trigger();
            closePopups();
        }
        for (const QKeySequence::StandardKey key : {QKeySequence::Copy, QKeySequence::Cut, QKeySequence::SelectAll}) {
            window.goTo(isLog ? MainWindow::Place::Deliveries : MainWindow::Place::Endpoints);
            widget->setFocus();
            QTest::keySequence(&window, key);
        }
        QTest::keyClick(widget, Qt::Key_C, Qt::ControlModifier);
        QTest::keyClick(widget, Qt::Key_F10, Qt::ShiftModifier);
        closePopups();
    }
}

void TestHands::everyKeyMayBePressedInADialog() {
    QFETCH(QString, name);
    test::WindowDesk desk;
    SecretClipboard clipboard;
    const auto dialog = dialogNamed(name, desk, clipboard);
    dialog->show();
    QVERIFY(QTest::qWaitForWindowActive(dialog.get()));
    for (QWidget* widget : focusable(*dialog)) {
        for (const auto& [key, modifier] : {std::pair(Qt::Key_C, Qt::ControlModifier),
                                            {Qt::Key_A, Qt::ControlModifier},
                                            {Qt::Key_Home, Qt::NoModifier},
                                            {Qt::Key_F10, Qt::ShiftModifier},
                                            {Qt::Key_Menu, Qt::NoModifier},
                                            {Qt::Key_Delete, Qt::NoModifier}}) {
            widget->setFocus();
            QTest::keyClick(widget, key, modifier);
            closePopups();
        }
        QVERIFY2(dialog->isVisible(), qPrintable(nameOf(widget)));
    }
}

void TestHands::whatCanBeReadCanBeCopied() {
    test::WindowDesk desk;
    desk.openDeliveries();
    MainWindow& window = *desk.window;
    const auto copied = [&](QWidget* widget) {
        QApplication::clipboard()->clear();
        widget->setFocus();
        QTest::keyClick(&window, Qt::Key_C, Qt::ControlModifier);
        return QApplication::clipboard()->text();
    };
    QCOMPARE(copied(desk.find<ElidedLabel>(u"receiverText"_s)), u"http://127.0.0.1:8443"_s);
    window.deliveries().select(u"delivery_3"_s);
    desk.find<QTabBar>(u"deliveryTabs"_s)->setCurrentIndex(1);
    auto* body = desk.find<PayloadView>(u"answerBody"_s);
    QTRY_VERIFY(body->isVisible());
    QCOMPARE(copied(body), u"{\"taken\":1.10}"_s); // As it came, not as it is laid out.
    auto* search = desk.find<QLineEdit>(u"searchDeliveries"_s);
    search->setText(u"delivery"_s);
    search->selectAll();
    QCOMPARE(copied(search), u"delivery"_s);
    window.goTo(MainWindow::Place::Endpoints);
    QCOMPARE(copied(desk.find<QAbstractButton>(u"copyAddress"_s)), u"https://hooks.example.org/1"_s);
    QVERIFY(copied(desk.find<QAbstractButton>(u"sendTestEvent"_s)).isEmpty()); // A verb is no information.
}

void TestHands::rowsAreCopiedWithTheirExactTime() {
    test::WindowDesk desk;
    desk.openDeliveries();
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    table->setFocus();
    QVERIFY(table->select(u"delivery_3"_s));
    QTest::keyClick(desk.window.get(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text().split(u'\t').first(), u"delivery_3"_s);
    QVERIFY2(QApplication::clipboard()->text().contains(u'\t' + isoLocalTime(test::WindowDesk::start() - seconds(37))),
             qPrintable(QApplication::clipboard()->text()));
    table->selectAll();
    QTest::keyClick(desk.window.get(), Qt::Key_C, Qt::ControlModifier);
    const QStringList rows = QApplication::clipboard()->text().split(u'\n');
    QCOMPARE(rows.size(), 4);
    for (const QString& row : rows) // A tab in a name makes no cell.
        QCOMPARE(row.count(u'\t'), DeliveryTableModel::ColumnCount);
    desk.window->goTo(MainWindow::Place::Endpoints);
    desk.find<QListView>(u"endpointList"_s)->setFocus();
    QTest::keyClick(desk.window.get(), Qt::Key_C, Qt::ControlModifier);
    const QString endpoint = QApplication::clipboard()->text();
    QVERIFY2(endpoint.startsWith(u"Design alerts\thttps://hooks.example.org/1\t") && endpoint.endsWith(u"\tendpoint_1"),
             qPrintable(endpoint));
}

void TestHands::aSecretIsNotCopiedUnmarked() {
    test::WindowDesk desk;
    SecretClipboard clipboard;
    const auto dialog = dialogNamed(u"secret"_s, desk, clipboard);
    auto* value = dialog->findChild<QLineEdit*>(u"secretValue"_s);
    QVERIFY(copiedTextOf(value).isEmpty());
    QLineEdit password;
    password.setEchoMode(QLineEdit::Password);
    password.setText(u"ak_live_1"_s);
    QVERIFY(copiedTextOf(&password).isEmpty());
}

void TestHands::editingIsOfferedWhereItDoesSomething() {
    test::WindowDesk desk;
    desk.openDeliveries();
    const auto offered = [&] {
        QStringList names;
        for (const char* name : {"cut", "copy", "paste", "selectAll"}) {
            if (desk.find<QAction>(QString::fromLatin1(name))->isEnabled())
                names += QString::fromLatin1(name);
        }
        return names;
    };
    auto* search = desk.find<QLineEdit>(u"searchDeliveries"_s);
    search->setFocus();
    QCOMPARE(offered(), QStringList{u"paste"_s});
    search->setText(u"x"_s);
    search->selectAll();
    QCOMPARE(offered(), (QStringList{u"cut"_s, u"copy"_s, u"paste"_s, u"selectAll"_s}));
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    table->setFocus();
    QCOMPARE(offered(), (QStringList{u"copy"_s, u"selectAll"_s}));
    desk.find<QAction>(u"selectAll"_s)->trigger();
    QCOMPARE(table->selectedIds().size(), 4);
    desk.find<QAbstractButton>(u"replay"_s)->setFocus();
    QCOMPARE(offered(), QStringList());
}

void TestHands::aLabelIsCopiedFromItsMenu() {
    test::WindowDesk desk;
    desk.openFilled();
    auto* events = desk.find<QLabel>(u"endpointEvents"_s);
    const QPoint place = events->mapTo(desk.window.get(), QPoint(2, 2));
    QContextMenuEvent asked(QContextMenuEvent::Mouse, place, desk.window->mapToGlobal(place));
    QApplication::sendEvent(desk.window.get(), &asked);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu);
    menu->actions().constFirst()->trigger();
    closePopups();
    QCOMPARE(QApplication::clipboard()->text(), events->text());
}

void TestHands::tabReachesEverythingInTheOrderOfReading() {
    QFETCH(bool, isLog);
    test::WindowDesk desk;
    isLog ? desk.openDeliveries() : desk.openFilled();
    MainWindow& window = *desk.window;
    QList<QWidget*> missing = focusable(window);
    missing.removeIf([](const QWidget* widget) { return !(widget->focusPolicy() & Qt::TabFocus); });
    const qsizetype all = missing.size();
    const auto partOf = [&](const QWidget* widget) -> const QWidget* {
        for (const char* part : {"endpointList", "endpointTabs", "deliveriesTable", "journey"}) {
            if (widget == window.findChild<QWidget*>(QString::fromLatin1(part)))
                return widget;
        }
        return widget->parentWidget();
    };
    tabOrder(&window).constFirst()->setFocus();
    const QWidget* first = window.focusWidget();
    for (qsizetype step = 0; step < all; ++step) {
        QWidget* here = window.focusWidget();
        QVERIFY2(missing.removeOne(here), qPrintable(nameOf(here) + u" is reached twice"));
        QTest::keyClick(here, Qt::Key_Tab);
        const QWidget* next = window.focusWidget();
        if (next == first)
            break;
        const QRect before(here->mapTo(&window, QPoint()), here->size());
        const QRect after(next->mapTo(&window, QPoint()), next->size());
        QVERIFY2(isReadAfter(before, after) || partOf(here) != partOf(next),
                 qPrintable(nameOf(here) + u" before "_s + nameOf(next)));
    }
    QCOMPARE(window.focusWidget(), first);
    QVERIFY2(missing.isEmpty(), qPrintable(missing.isEmpty() ? QString() : nameOf(missing.first())));
    QTest::keyClick(window.focusWidget(), Qt::Key_Backtab);
    QCOMPARE(window.focusWidget(), tabOrder(&window).constLast());
}

void TestHands::tabReachesEverythingOfADialog() {
    QFETCH(QString, name);
    test::WindowDesk desk;
    SecretClipboard clipboard;
    const auto dialog = dialogNamed(name, desk, clipboard);
    dialog->show();
    QVERIFY(QTest::qWaitForWindowActive(dialog.get()));
    QList<QWidget*> missing = focusable(*dialog);
    missing.removeIf([](const QWidget* widget) { return !(widget->focusPolicy() & Qt::TabFocus); });
    const qsizetype all = missing.size();
    for (qsizetype step = 0; step < all; ++step) {
        QWidget* here = dialog->focusWidget();
        QVERIFY(here);
        missing.removeOne(here);
        QTest::keyClick(here, Qt::Key_Tab);
    }
    // Of a group of radio buttons, the arrow keys reach the others.
    missing.removeIf([](const QWidget* widget) { return !(widget->focusPolicy() & Qt::TabFocus); });
    QVERIFY2(missing.isEmpty(), qPrintable(missing.isEmpty() ? QString() : nameOf(missing.first())));
}

void TestHands::columnsAndRowsAreReadInTheirOrder() {
    QWidget page;
    page.resize(300, 200);
    const auto add = [](QWidget* parent, const QRect& place) {
        auto* field = new QLineEdit(parent);
        field->setGeometry(place);
        return field;
    };
    auto* right = new QWidget(&page); // Made before the left one.
    right->setGeometry(150, 0, 150, 200);
    QWidget* third = add(right, {0, 0, 50, 20});
    QWidget* fourth = add(right, {0, 100, 50, 20});
    auto* left = new QWidget(&page);
    left->setGeometry(0, 0, 150, 200);
    QWidget* second = add(left, {0, 120, 50, 20});
    QWidget* first = add(left, {0, 20, 50, 20});
    page.show();
    QCOMPARE(tabOrder(&page), (QList<QWidget*>{first, second, third, fourth}));
    page.setLayoutDirection(Qt::RightToLeft);
    QCOMPARE(tabOrder(&page), (QList<QWidget*>{third, fourth, first, second}));
}

void TestHands::oneKeyGoesFromPaneToPane_data() {
    QTest::addColumn<bool>("isLog");
    QTest::addColumn<int>("key");
    QTest::addColumn<QStringList>("stops");
    const QStringList endpoints{u"filterEndpoints"_s, u"endpointList"_s, u"endpointTabs"_s};
    const QStringList log{u"searchDeliveries"_s, u"deliveriesTable"_s, u"deliveryTabs"_s, u"journey"_s};
    QTest::newRow("endpoints, F6") << false << int(Qt::Key_F6) << endpoints;
    QTest::newRow("endpoints, Ctrl+Tab") << false << int(Qt::Key_Tab) << endpoints;
    QTest::newRow("deliveries, F6") << true << int(Qt::Key_F6) << log;
}

void TestHands::oneKeyGoesFromPaneToPane() {
    QFETCH(bool, isLog);
    QFETCH(int, key);
    QFETCH(QStringList, stops);
    test::WindowDesk desk;
    isLog ? desk.openDeliveries() : desk.openFilled();
    MainWindow& window = *desk.window;
    const Qt::KeyboardModifiers modifiers = key == Qt::Key_Tab ? Qt::ControlModifier : Qt::NoModifier;
    desk.find<QWidget>(u"accountSwitcher"_s)->setFocus();
    for (const QString& stop : std::as_const(stops)) {
        QTest::keyClick(&window, Qt::Key(key), modifiers);
        const auto* there = desk.find<QWidget>(stop);
        const QWidget* focused = window.focusWidget();
        // The first thing of the pane: its parent holds what was named.
        QVERIFY2(there == focused || focused->parentWidget()->isAncestorOf(there) ||
                     there->parentWidget()->isAncestorOf(focused->parentWidget()),
                 qPrintable(stop + u": "_s + nameOf(focused)));
    }
    QTest::keyClick(&window, Qt::Key(key), modifiers);
    QCOMPARE(window.focusWidget(), desk.find<QWidget>(u"receiverText"_s));
    QTest::keyClick(&window, Qt::Key(key), modifiers);
    QCOMPARE(window.focusWidget(), desk.find<QWidget>(u"accountSwitcher"_s)); // Where it was.
    QTest::keyClick(&window, Qt::Key_F6, Qt::ShiftModifier);
    QCOMPARE(window.focusWidget(), desk.find<QWidget>(u"receiverText"_s));
}

void TestHands::enterPressesTheFocusedButton() {
    test::WindowDesk desk;
    desk.openFilled();
    const QSignalSpy test(&desk.window->endpoints(), &EndpointsPlace::testRequested);
    const QSignalSpy edit(&desk.window->endpoints(), &EndpointsPlace::editRequested);
    desk.find<QWidget>(u"sendTestEvent"_s)->setFocus();
    QTest::keyClick(desk.window->focusWidget(), Qt::Key_Return);
    QCOMPARE(test.count(), 1);
    desk.find<QWidget>(u"editEndpoint"_s)->setFocus();
    QTest::keyClick(desk.window->focusWidget(), Qt::Key_Enter);
    QCOMPARE(edit.count(), 1);
    desk.find<QWidget>(u"moreEndpoint"_s)->setFocus();
    QTest::keyClick(desk.window->focusWidget(), Qt::Key_Return);
    QVERIFY(QApplication::activePopupWidget());
    closePopups();
}

void TestHands::anEndpointHasTheSameMenuEverywhere() {
    test::WindowDesk desk;
    desk.openFilled();
    auto* list = desk.find<QListView>(u"endpointList"_s);
    list->setFocus();
    const QList<QAction*> behindDots = desk.find<QMenu>(u"moreEndpointMenu"_s)->actions();
    QCOMPARE(desk.find<QMenu>(u"endpointMenu"_s)->actions(), behindDots);
    QTest::keyClick(list, Qt::Key_F10, Qt::ShiftModifier);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu);
    QCOMPARE(menu->actions(), behindDots);
    closePopups();
    // The mouse opens it for the row that it is on.
    const QPoint place = list->visualRect(list->model()->index(1, 0)).center();
    QContextMenuEvent asked(QContextMenuEvent::Mouse, place, list->viewport()->mapToGlobal(place));
    QApplication::sendEvent(list->viewport(), &asked);
    QVERIFY(QApplication::activePopupWidget());
    closePopups();
    QCOMPARE(desk.window->endpoints().selectedId(), u"endpoint_2"_s);
    const QSignalSpy remove(&desk.window->endpoints(), &EndpointsPlace::deleteRequested);
    desk.find<QAction>(u"deleteEndpoint"_s)->trigger();
    QCOMPARE(remove.first().first().value<EndpointSummary>().endpoint.id, u"endpoint_2"_s);
    desk.find<QAction>(u"copyIdCommand"_s)->trigger();
    QCOMPARE(QApplication::clipboard()->text(), u"endpoint_2"_s);
}

void TestHands::deleteAsksInTheListAlone() {
    test::WindowDesk desk;
    desk.openFilled();
    const QSignalSpy remove(&desk.window->endpoints(), &EndpointsPlace::deleteRequested);
    for (const QString& elsewhere : {u"filterEndpoints"_s, u"sendTestEvent"_s, u"latestDeliveries"_s}) {
        desk.find<QWidget>(elsewhere)->setFocus();
        QTest::keyClick(desk.window.get(), Qt::Key_Delete);
    }
    desk.window->goTo(MainWindow::Place::Deliveries);
    QTest::keyClick(desk.window.get(), Qt::Key_Delete);
    QCOMPARE(remove.count(), 0);
    desk.window->goTo(MainWindow::Place::Endpoints);
    desk.find<QWidget>(u"endpointList"_s)->setFocus();
    QTest::keyClick(desk.window.get(), Qt::Key_Delete);
    QCOMPARE(remove.count(), 1);
}

void TestHands::theMenuOfEndpointsKnowsWhatIsInSight() {
    test::WindowDesk desk;
    desk.openFilled();
    const auto* menu = desk.find<QMenu>(u"endpointMenu"_s);
    const auto areEnabled = [menu](bool enabled) {
        return std::ranges::all_of(menu->actions(), [enabled](const QAction* action) {
            return action->isSeparator() || action->isEnabled() == enabled;
        });
    };
    QVERIFY(areEnabled(true));
    QCOMPARE(desk.find<QAction>(u"enableCommand"_s)->text(), u"&Disable"_s);
    desk.window->goTo(MainWindow::Place::Deliveries);
    QVERIFY(areEnabled(false));
    desk.window->goTo(MainWindow::Place::Endpoints);
    QVERIFY(areEnabled(true));
    QTest::keyClicks(desk.find<QLineEdit>(u"filterEndpoints"_s), u"zzz"_s);
    QTRY_VERIFY(areEnabled(false));
}

void TestHands::noShortcutIsTakenTwice() {
    QFETCH(bool, isLog);
    test::WindowDesk desk;
    isLog ? desk.openDeliveries() : desk.openFilled();
    QHash<QKeySequence, const QAction*> taken;
    for (const auto* action : desk.window->findChildren<QAction*>()) {
        for (const QKeySequence& key : action->shortcuts()) {
            QVERIFY2(!taken.contains(key), qPrintable(key.toString() + u": "_s + action->text()));
            taken.insert(key, action);
        }
    }
    QVERIFY(taken.size() > 15);
    for (const auto* menu : desk.window->findChildren<QMenu*>()) {
        QSet<QKeySequence> mnemonics;
        for (const QAction* action : menu->actions()) {
            const QKeySequence key = QKeySequence::mnemonic(action->text());
            QVERIFY2(key.isEmpty() || !mnemonics.contains(key), qPrintable(menu->title() + u' ' + action->text()));
            mnemonics.insert(key);
        }
    }
}

void TestHands::homeAndEndGoToTheFirstAndTheLastRow() {
    test::WindowDesk desk;
    desk.openDeliveries();
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    table->setFocus();
    for (const Qt::KeyboardModifiers modifiers : {Qt::NoModifier, Qt::ControlModifier}) {
        QTest::keyClick(table, Qt::Key_End, modifiers);
        QCOMPARE(table->selectedIds(), QStringList{u"delivery_0"_s});
        QTest::keyClick(table, Qt::Key_Home, modifiers);
        QCOMPARE(table->selectedIds(), QStringList{u"delivery_3"_s});
    }
    QTest::keyClick(table, Qt::Key_End, Qt::ShiftModifier);
    QCOMPARE(table->selectedIds().size(), 4);
    desk.window->goTo(MainWindow::Place::Endpoints);
    auto* list = desk.find<QListView>(u"endpointList"_s);
    for (const Qt::KeyboardModifiers modifiers : {Qt::NoModifier, Qt::ControlModifier}) {
        QTest::keyClick(list, Qt::Key_End, modifiers);
        QCOMPARE(desk.window->endpoints().selectedId(), u"endpoint_2"_s);
        QTest::keyClick(list, Qt::Key_Home, modifiers);
        QCOMPARE(desk.window->endpoints().selectedId(), u"endpoint_1"_s);
    }
}

void TestHands::escapeGoesBack() {
    test::WindowDesk desk;
    desk.openFilled();
    auto* latest = desk.find<DeliveryTable>(u"latestDeliveries"_s);
    latest->setFocus();
    latest->setCurrentIndex(latest->model()->index(0, 0));
    QTest::keyClick(latest, Qt::Key_Return);
    QCOMPARE(desk.window->place(), MainWindow::Place::Deliveries);
    auto* table = desk.find<DeliveryTable>(u"deliveriesTable"_s);
    QTRY_VERIFY(table->isVisible());
    desk.find<QTabBar>(u"deliveryTabs"_s)->setFocus();
    QTest::keyClick(desk.window->focusWidget(), Qt::Key_Escape);
    QVERIFY(table->hasFocus());
    QTest::keyClick(table, Qt::Key_Escape);
    QCOMPARE(desk.window->place(), MainWindow::Place::Endpoints);
    auto* search = desk.find<QLineEdit>(u"filterEndpoints"_s);
    search->setFocus();
    QTest::keyClicks(search, u"Design"_s);
    QTest::keyClick(search, Qt::Key_Escape);
    QVERIFY(search->text().isEmpty());
    QTest::keyClick(search, Qt::Key_Escape);
    QVERIFY(desk.find<QWidget>(u"endpointList"_s)->hasFocus());
}

void TestHands::theWindowFitsItsScreen() {
    const QSize screen = QGuiApplication::primaryScreen()->availableGeometry().size();
    test::WindowDesk desk;
    desk.openFilled();
    QVERIFY(desk.window->width() <= screen.width() && desk.window->height() <= screen.height());
    // It was left on a screen that is gone, and was larger.
    desk.window->setMinimumSize(0, 0);
    desk.window->resize(3000, 2000);
    desk.window->move(4000, 3000);
    desk.window->remember();
    desk.window.reset();
    desk.open();
    QVERIFY(QGuiApplication::primaryScreen()->availableGeometry().contains(desk.window->geometry()));
}

void TestHands::aSheetFitsItsScreenAndKeepsItsVerbsInSight() {
    class Tall final : public Sheet {
    public:
        Tall() : Sheet(u"Tall"_s, nullptr) {
            setFixedWidth(3000);
            for (int i = 0; i < 60; ++i)
                content()->addWidget(new QLineEdit(this));
            addButton(u"Close"_s, u"close"_s);
        }
    };
    Tall sheet;
    sheet.show();
    QVERIFY(QTest::qWaitForWindowExposed(&sheet));
    const QSize room = QGuiApplication::primaryScreen()->availableGeometry().size();
    QVERIFY(sheet.height() < room.height() && sheet.width() < room.width());
    const auto* close = sheet.findChild<QAbstractButton*>(u"close"_s);
    QVERIFY(sheet.rect().contains(QRect(close->mapTo(&sheet, QPoint()), close->size())));
    QVERIFY(close->visibleRegion().boundingRect() == close->rect());
    // What Tab goes to comes into sight.
    QWidget* last = sheet.findChildren<QLineEdit*>().last();
    last->setFocus();
    QTest::keyClick(last, Qt::Key_Backtab);
    QVERIFY(!sheet.focusWidget()->visibleRegion().isEmpty());
}

void TestHands::typingAnAddressMovesNothing() {
    test::WindowDesk desk;
    EndpointDialog dialog(desk.receiver, nullptr);
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    const QSize size = dialog.size();
    const auto* name = dialog.findChild<QWidget*>(u"name"_s);
    const QPoint before = name->mapTo(&dialog, QPoint());
    auto* url = dialog.findChild<QLineEdit*>(u"url"_s);
    for (const char* address : {"https://webhook.site/1b3c", "https://hooks.slack.com/services/T0/B0/x",
                                "http://example.org/hook", "https://example.org/a b", "https://example.org"}) {
        url->clear();
        for (const char* letter = address; *letter; ++letter) {
            QTest::keyClick(url, *letter);
            QCoreApplication::processEvents();
            QCOMPARE(dialog.size(), size);
            QCOMPARE(name->mapTo(&dialog, QPoint()), before);
        }
    }
}

void TestHands::aLongTitleFoldsWhatTheMenuHolds() {
    test::WindowDesk desk;
    desk.openFilled();
    desk.window->setMinimumSize(0, 0);
    desk.window->resize(1280, 720);
    const auto* edit = desk.find<QWidget>(u"editEndpoint"_s);
    const auto* more = desk.find<QWidget>(u"moreEndpoint"_s);
    QTRY_VERIFY(edit->isVisible());
    const QPoint before = more->mapTo(desk.window.get(), QPoint());
    Endpoint endpoint;
    endpoint.id = u"endpoint_3"_s;
    endpoint.url = u"https://hooks.example.org/3"_s;
    endpoint.description = u"The quarterly research warehouse in Rotterdam, second attempt"_s;
    endpoint.createdAt = test::WindowDesk::start();
    desk.history.putEndpoint(endpoint, &desk.context, [](const Result<void>& written) { QVERIFY(written); });
    QTRY_COMPARE(desk.find<QListView>(u"endpointList"_s)->model()->rowCount(), 3);
    desk.window->endpoints().select(endpoint.id);
    QTRY_VERIFY(!edit->isVisible());
    QCOMPARE(more->mapTo(desk.window.get(), QPoint()), before);
    const auto* title = desk.find<ElidedLabel>(u"endpointName"_s);
    QTRY_VERIFY(title->height() >= title->heightForWidth(title->width()));
}

void TestHands::aMessageMovesNothing() {
    test::WindowDesk desk;
    desk.openDeliveries();
    QHash<const QWidget*, QRect> before;
    for (const QWidget* widget : focusable(*desk.window))
        before.insert(widget, QRect(widget->mapTo(desk.window.get(), QPoint()), widget->size()));
    desk.window->banner().setMessage(PillKind::Warning, u"The account could not be reached. "_s.repeated(8),
                                     u"Try again"_s);
    desk.window->deliveries().replayNote().fail({}, u"The account could not be reached. "_s.repeated(4), u"Try again"_s,
                                                [] {});
    QCoreApplication::processEvents();
    for (auto one = before.cbegin(); one != before.cend(); ++one)
        QCOMPARE(QRect(one.key()->mapTo(desk.window.get(), QPoint()), one.key()->size()), one.value());
    QVERIFY(desk.window->banner().isVisible());
    QVERIFY(desk.window->rect().contains(desk.window->banner().geometry()));
}

void TestHands::aCommandSaysHowItDoesBesideItsButton() {
    test::WindowDesk desk;
    desk.openFilled();
    EndpointsPlace& place = desk.window->endpoints();
    CommandNote& note = place.testNote();
    bool isStopped = false;
    note.begin(u"endpoint_1"_s, u"The test event is on its way to the account."_s, [&] { isStopped = true; });
    QVERIFY(note.isHidden()); // It may be over in a moment.
    const auto* button = desk.find<QAbstractButton>(u"sendTestEvent"_s);
    QTRY_COMPARE(button->text(), u"Sending…"_s);
    note.remind(u"endpoint_1"_s); // Pressed again.
    QVERIFY(note.isVisible());
    const QRect under(button->mapTo(desk.window.get(), QPoint()), button->size());
    const QRect there(note.mapTo(desk.window.get(), QPoint()), note.size());
    QVERIFY(there.top() > under.bottom() && there.top() - under.bottom() < 12);
    QTest::mouseClick(note.actionButton(), Qt::LeftButton);
    QVERIFY(isStopped);
    QVERIFY(!note.isUnderWay(u"endpoint_1"_s));
}

void TestHands::aCommandThatFailedOffersTheWayOut() {
    test::WindowDesk desk;
    desk.openFilled();
    EndpointsPlace& place = desk.window->endpoints();
    CommandNote& note = place.enableNote();
    int again = 0;
    note.begin(u"endpoint_1"_s, u"Under way."_s, [] {});
    note.fail(u"endpoint_1"_s, u"Nothing answered."_s, u"Try again"_s, [&] { ++again; });
    QVERIFY(note.isVisible());
    QCOMPARE(note.text(), u"Nothing answered."_s);
    place.select(u"endpoint_2"_s); // It is not about this one.
    QVERIFY(note.isHidden());
    QVERIFY(!note.isInSight(u"endpoint_1"_s));
    place.select(u"endpoint_1"_s);
    QVERIFY(note.isVisible());
    QTest::mouseClick(note.actionButton(), Qt::LeftButton);
    QCOMPARE(again, 1);
    QVERIFY(note.isHidden());
}

void TestHands::theHealthOfAnEndpointIsToldInWords_data() {
    QTest::addColumn<QString>("latest"); // The newest last.
    QTest::addColumn<int>("answer");
    QTest::addColumn<QString>("words");
    QTest::newRow("nothing") << QString() << 0 << QString();
    QTest::newRow("one") << u"+"_s << 0 << u"the last delivery arrived"_s;
    QTest::newRow("all") << u"++++++++"_s << 0 << u"the last 6 deliveries arrived"_s;
    QTest::newRow("one failed") << u"+++++-"_s << 503
                                << u"5 of the last 6 deliveries arrived; the last failed 3 min ago: 503"_s;
    QTest::newRow("no answer") << u"-"_s << 0
                               << u"the last delivery did not arrive; the last failed 3 min ago: no answer"_s;
    QTest::newRow("none") << u"--"_s << 404
                          << u"none of the last 2 deliveries arrived; the last failed 3 min ago: 404"_s;
}

void TestHands::theHealthOfAnEndpointIsToldInWords() {
    QFETCH(QString, latest);
    QFETCH(int, answer);
    QFETCH(QString, words);
    const Instant now = test::WindowDesk::start();
    EndpointSummary summary;
    for (const QChar one : latest)
        summary.latest += one == u'+' ? DeliveryStatus::Delivered : DeliveryStatus::Failed;
    if (latest.contains(u'-'))
        summary.latestFailure = LatestFailure{now - seconds(180), answer ? std::optional(answer) : std::nullopt};
    QCOMPARE(healthWords(summary, now), words);
}

void TestHands::barsDifferByMoreThanTheirColour() {
    const auto drawing = [](SparkBar bar) {
        QImage image(8, 22, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        Tokens grey = lightTokens();
        grey.success = grey.danger = Qt::black;
        paintSparkBars(&painter, image.rect(), {bar}, grey);
        return image;
    };
    const auto ink = [](const QImage& image) {
        int dark = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                dark += qGray(image.pixel(x, y)) < 128 ? 1 : 0;
        return dark;
    };
    QVERIFY(ink(drawing(SparkBar::Failed)) * 2 < ink(drawing(SparkBar::Arrived)));
    QVERIFY(ink(drawing(SparkBar::Failed)) > 0);
}

QTEST_MAIN(TestHands)
#include "tst_hands.moc"
