// SPDX-License-Identifier: MIT
// The hands of a person inside the real program, for a journey that is written in another language: a plug-in that Qt
// loads by itself where QT_QPA_GENERIC_PLUGINS names it. WAYBILL_HANDS is the number of a socket that the program
// inherits; each line on it is one move, answered by one line: what was asked for, or "no" where it cannot be done yet.
//
//   press NAME | type NAME TEXT | text NAME | called NAME | pick ACTION | key SEQUENCE | quit | tab NAME INDEX | row
//   TABLE INDEX open TABLE INDEX
//
// and, for planted bugs, keep TEXT (in memory for good) and say TEXT (on standard error).
#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QGenericPlugin>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSocketNotifier>
#include <QTabBar>
#include <QTableView>
#include <QTest>

#include <openssl/crypto.h>
#include <sys/socket.h>
#include <utility>

using namespace Qt::StringLiterals;

namespace {

const QByteArray no = "no"_ba;
const QByteArray yes = "yes"_ba;

class Hands final : public QObject {
public:
    Hands() : socket_(qEnvironmentVariableIntValue("WAYBILL_HANDS")), notifier_(socket_, QSocketNotifier::Read) {
        connect(&notifier_, &QSocketNotifier::activated, this, &Hands::read);
    }

private:
    // One line at a time is on its way. Nothing of it stays here: what is searched is the program, not its driver.
    void read() {
        char bytes[4096];
        const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
        if (count <= 0) {
            notifier_.setEnabled(false);
            return;
        }
        QByteArray line(bytes, qsizetype(count));
        OPENSSL_cleanse(bytes, std::size_t(count));
        QByteArray answer = move(line.trimmed()) + '\n';
        (void)::send(socket_, answer.constData(), std::size_t(answer.size()), MSG_NOSIGNAL);
        OPENSSL_cleanse(line.data(), std::size_t(line.size()));
        OPENSSL_cleanse(answer.data(), std::size_t(answer.size()));
    }

    static QWidget* front() {
        if (QWidget* dialog = QApplication::activeModalWidget())
            return dialog;
        for (QWidget* widget : QApplication::topLevelWidgets()) {
            if (widget->isVisible() && widget->inherits("QMainWindow"))
                return widget;
        }
        return nullptr;
    }
    template <typename T>
    static T* find(const QByteArray& name) {
        // Several may have the name, and a person sees one of them.
        for (T* found : front() ? front()->findChildren<T*>(QString::fromLatin1(name)) : QList<T*>()) {
            if (found->isVisible() && found->isEnabled())
                return found;
        }
        return nullptr;
    }

    static std::pair<QByteArray, QByteArray> halves(const QByteArray& text) {
        const qsizetype space = text.indexOf(' ');
        return space < 0 ? std::pair(text, QByteArray()) : std::pair(text.left(space), text.mid(space + 1));
    }

    static QByteArray move(const QByteArray& line) {
        const auto [verb, rest] = halves(line);
        const auto [name, argument] = halves(rest);
        if (verb == "press")
            return click(find<QAbstractButton>(name));
        if (verb == "type")
            return type(find<QLineEdit>(name), QString::fromUtf8(argument));
        if (verb == "text")
            return text(find<QWidget>(name));
        if (verb == "called")
            return find<QWidget>(name) ? find<QWidget>(name)->accessibleName().toUtf8() : no;
        if (verb == "pick")
            return pick(QString::fromLatin1(name));
        if (verb == "key")
            return press(QKeySequence(QString::fromLatin1(rest)));
        if (verb == "tab")
            return turn(find<QTabBar>(name), argument.toInt());
        if (verb == "row")
            return row(find<QTableView>(name), argument.toInt());
        if (verb == "open")
            return open(find<QTableView>(name), argument.toInt());
        if (verb == "picture")
            return front() && front()->grab().save(QString::fromUtf8(rest)) ? yes : no;
        if (verb == "copy") {
            QApplication::clipboard()->setText(QString::fromUtf8(rest));
            return yes;
        }
        if (verb == "quit") { // As the session does at its end.
            QCoreApplication::quit();
            return yes;
        }
        if (verb == "keep") {
            static QByteArray kept;
            kept = QByteArray(rest.constData(), rest.size());
            return yes;
        }
        if (verb == "say") {
            qWarning("%s", rest.constData());
            return yes;
        }
        return "There is no such move";
    }

    static QByteArray click(QWidget* widget) {
        if (!widget)
            return no;
        QTest::mouseClick(widget, Qt::LeftButton);
        return yes;
    }
    static QByteArray type(QLineEdit* field, const QString& text) {
        if (!field)
            return no;
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
        return yes;
    }
    static QByteArray text(QWidget* widget) {
        if (const auto* field = qobject_cast<QLineEdit*>(widget))
            return field->text().toUtf8();
        if (!widget)
            return no;
        const QVariant shown = widget->property("text");
        return shown.isValid() ? shown.toString().toUtf8() : widget->accessibleName().toUtf8();
    }
    static QByteArray pick(const QString& action) {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        auto* entry = menu ? menu->findChild<QAction*>(action) : nullptr;
        if (!entry || !entry->isEnabled())
            return no;
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(entry).center());
        return yes;
    }
    static QByteArray press(const QKeySequence& sequence) {
        QWidget* window = front();
        if (!window || sequence.isEmpty())
            return no;
        window->activateWindow();
        if (!window->isActiveWindow())
            return no;
        QTest::keyClick(window, sequence[0].key(), sequence[0].keyboardModifiers());
        return yes;
    }
    static QByteArray turn(QTabBar* tabs, int index) {
        if (!tabs)
            return no;
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(index).center());
        return yes;
    }
    static QByteArray row(QTableView* table, int index) {
        if (!table || index >= table->model()->rowCount())
            return no;
        QStringList cells;
        for (int column = 0; column < table->model()->columnCount(); ++column)
            cells += table->model()->index(index, column).data().toString();
        return cells.join(u'|').toUtf8();
    }
    static QByteArray open(QTableView* table, int index) {
        if (!table || index >= table->model()->rowCount())
            return no;
        const QPoint place = table->visualRect(table->model()->index(index, 1)).center();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, place);
        QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, place);
        return yes;
    }

    int socket_;
    QSocketNotifier notifier_;
};

class HandsPlugin final : public QGenericPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QGenericPluginFactoryInterface_iid FILE "hands.json")
public:
    QObject* create(const QString&, const QString&) override { return new Hands; }
};

} // namespace
#include "hands.moc"
