// SPDX-License-Identifier: MIT
#include "tour.h"

#include "application.h"
#include "console.h"
#include "dialogs/secretdialog.h"
#include "models/deliverytablemodel.h"
#include "places/deliveriesplace.h"
#include "places/deliverytable.h"
#include "places/endpointsplace.h"
#include "store/ownfile.h"
#include "theme/tokens.h"
#include "widgets/elidedlabel.h"
#include "widgets/pill.h"
#include "words/times.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QTabBar>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr int steps = 6;
constexpr int longestMove = 20'000;

void click(QWidget* widget, QPoint at, QEvent::Type kind) {
    const Qt::MouseButtons held = kind == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(kind, at, widget->mapToGlobal(at), Qt::LeftButton, held, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

void click(QWidget* widget, QPoint at) {
    click(widget, at, QEvent::MouseButtonPress);
    click(widget, at, QEvent::MouseButtonRelease);
}
} // namespace

Tour::Tour(Application& application, QString pictures, QObject* parent)
    : QObject(parent), application_(application), pictures_(std::move(pictures)) {
    watch_.setInterval(10);
    connect(&watch_, &QTimer::timeout, this, &Tour::look);
    plan();
}

void Tour::plan() {
    const auto sees = [this](const QString& name) { return [this, name] { return canPress(name); }; };
    const auto presses = [this](const QString& name) { return [this, name] { press(name); }; };

    moves_ += {presses(u"placeEndpoints"_s),
               [this] { return canPress(u"createEndpoint"_s) && canPress(u"createFirstEndpoint"_s); },
               tr("The place for endpoints did not open."), tr("Open Endpoints"),
               [this] { return find<ElidedLabel>(u"receiverText"_s)->fullText(); }};
    moves_ += {presses(u"createFirstEndpoint"_s),
               sees(u"builtInReceiver"_s),
               tr("The built-in receiver was not offered."),
               {},
               {}};
    moves_ += {[this] {
                   press(u"builtInReceiver"_s);
                   type(u"name"_s, tr("Design alerts"));
               },
               sees(u"submit"_s), tr("The endpoint could not be created."), tr("Choose where messages go"),
               [this] { return tr("URL: %1").arg(find<QLineEdit>(u"url"_s)->text()); }};
    moves_ += {presses(u"submit"_s), sees(u"copySecret"_s), tr("The signing secret was not shown."), {}, {}};
    moves_ += {[this] {
                   press(u"copySecret"_s);
                   press(u"concealSecret"_s); // Pictures hold no secret.
               },
               sees(u"done"_s), tr("The signing secret could not be copied."), tr("Copy the signing secret"),
               [this] { return tr("Secret: %1").arg(find<QLineEdit>(u"secretValue"_s)->text()); }};
    moves_ += {presses(u"done"_s), sees(u"sendTestEvent"_s), tr("The new endpoint was not shown."), {}, {}};
    moves_ += {[this] {
                   sinceTest_.start();
                   press(u"sendTestEvent"_s);
               },
               [this] { return find<DeliveryTable>(u"latestDeliveries"_s)->model()->rowCount() > 0; },
               tr("The test event did not show up in the log."), tr("Send a test event"),
               [this] { return tr("In the log after %1").arg(durationText(milliseconds(sinceTest_.elapsed()))); }};
    moves_ += {{},
               [this] { return isDelivered(); },
               tr("The test event was not delivered."),
               tr("Watch the delivery arrive"),
               [this] {
                   const auto* table = find<DeliveryTable>(u"latestDeliveries"_s);
                   const QModelIndex row = table->model()->index(0, 0);
                   return tr("Delivery: %1, answered %2 in %3, green after %4")
                       .arg(row.data(DeliveryTableModel::IdRole).toString(),
                            row.siblingAtColumn(DeliveryTableModel::Answer).data().toString(),
                            row.siblingAtColumn(DeliveryTableModel::Took).data().toString(),
                            durationText(milliseconds(sinceTest_.elapsed())));
               }};
    moves_ += {[this] { openDelivery(); },
               [this] {
                   return find<DeliveryTable>(u"deliveriesTable"_s)->currentIndex().isValid() &&
                          find<QTabBar>(u"deliveryTabs"_s)->isVisible();
               },
               tr("The delivery could not be opened."),
               {},
               {}};
    moves_ += {[this] {
                   auto* tabs = find<QTabBar>(u"deliveryTabs"_s);
                   click(tabs, tabs->tabRect(tabs->count() - 1).center());
               },
               [this] { return find<Pill>(u"signatureVerdict"_s)->kind() == PillKind::Success; },
               tr("The receiver did not find the signature valid."), tr("See what was sent and whether it is genuine"),
               [this] {
                   return tr("Signature: %1. %2")
                       .arg(find<Pill>(u"signatureVerdict"_s)->text().toLower(),
                            find<QLabel>(u"signatureSentence"_s)->text());
               }};
}

void Tour::start() {
    if (!isTrustedLink(pictures_) || !QDir().mkpath(pictures_)) {
        fail(tr("The folder “%1” cannot be made, or is a link that somebody else made.").arg(pictures_));
        return;
    }
    next();
}

void Tour::next() {
    if (++current_ == moves_.size()) {
        console::say(tr("Pictures: %1").arg(QDir(pictures_).absolutePath()));
        console::say(u"verified"_s);
        Q_EMIT finished(true);
        return;
    }
    patience_.start();
    if (const auto& act = moves_.at(current_).act)
        act();
    watch_.start();
}

void Tour::look() {
    const Move& move = moves_.at(current_);
    if (!move.isDone()) {
        if (patience_.elapsed() > longestMove)
            fail(move.failure);
        return;
    }
    watch_.stop();
    if (move.step.isEmpty()) {
        next();
        return;
    }
    ++step_;
    tell(move);
    // The picture in the other colours needs a turn of the event loop for everything to be painted anew.
    QTimer::singleShot(0, this, [this] {
        takePicture(false);
        const Theme::Mode before = application_.theme().mode();
        application_.theme().setMode(Theme::Mode::Dark);
        QTimer::singleShot(0, this, [this, before] {
            takePicture(true);
            application_.theme().setMode(before);
            QTimer::singleShot(0, this, &Tour::next);
        });
    });
}

void Tour::tell(const Move& move) {
    console::say(tr("Step %1 of %2: %3").arg(step_).arg(steps).arg(move.step));
    console::say(u"    "_s + move.facts());
}

void Tour::takePicture(bool isDark) {
    QPixmap picture = application_.window().grab();
    if (QWidget* dialog = QApplication::activeModalWidget()) {
        const Tokens& t = currentTokens(dialog);
        const QPixmap front = dialog->grab();
        QRect place(QPoint(), dialog->size());
        place.moveCenter(application_.window().rect().center());
        QPainter painter(&picture);
        painter.drawPixmap(place, front);
        painter.setPen(t.outline);
        painter.drawRect(place.adjusted(-1, -1, 0, 0));
    }
    const QString name = u"step-%1%2.png"_s.arg(step_).arg(isDark ? u"-dark"_s : QString());
    const QString path = QDir(pictures_).filePath(name);
    // The folder may be one in which others plant links.
    if (!refuseForeign(path) || !picture.save(path))
        console::complain(tr("The picture “%1” could not be written.").arg(name));
}

void Tour::fail(const QString& reason) {
    watch_.stop();
    console::say(tr("The tour ended early: %1").arg(reason));
    console::say(u"not verified"_s);
    Q_EMIT finished(false);
}

template <typename T>
T* Tour::find(const QString& name) const {
    if (const QWidget* dialog = QApplication::activeModalWidget()) {
        if (T* found = dialog->findChild<T*>(name))
            return found;
    }
    T* found = application_.window().findChild<T*>(name);
    if (!found)
        qFatal("There is no %s in the window", qPrintable(name));
    return found;
}

bool Tour::canPress(const QString& name) const {
    const QWidget* dialog = QApplication::activeModalWidget();
    const QWidget* front = dialog ? dialog : &application_.window();
    const auto* button = front->findChild<QAbstractButton*>(name);
    return button && button->isVisible() && button->isEnabled();
}

void Tour::press(const QString& name) {
    auto* button = find<QAbstractButton>(name);
    click(button, button->rect().center());
}

void Tour::type(const QString& name, const QString& text) {
    auto* field = find<QLineEdit>(name);
    field->setFocus();
    field->selectAll();
    for (const QChar character : text) {
        QKeyEvent press(QEvent::KeyPress, Qt::Key_unknown, Qt::NoModifier, QString(character));
        QApplication::sendEvent(field, &press);
    }
}

bool Tour::isDelivered() const {
    const auto* table = find<DeliveryTable>(u"latestDeliveries"_s);
    const QModelIndex row = table->model()->index(0, 0);
    return row.isValid() && row.data(DeliveryTableModel::StatusRole).value<StatusWords>().kind == PillKind::Success;
}

void Tour::openDelivery() {
    auto* table = find<DeliveryTable>(u"latestDeliveries"_s);
    const QPoint row = table->visualRect(table->model()->index(0, DeliveryTableModel::Event)).center();
    click(table->viewport(), row);
    click(table->viewport(), row, QEvent::MouseButtonDblClick);
    click(table->viewport(), row, QEvent::MouseButtonRelease);
}

} // namespace waybill
