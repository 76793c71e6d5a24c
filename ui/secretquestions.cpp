// SPDX-License-Identifier: MIT
#include "secretquestions.h"

#include "bannermessages.h"
#include "window/mainwindow.h"
#include "words/secretplaces.h"

#include <QApplication>

#include <utility>

namespace waybill {

using Occasion = SecretPlaceDialog::Occasion;
using Topic = BannerMessages::Topic;

SecretQuestions::SecretQuestions(SecretDoor& door, BannerMessages& messages, MainWindow& window)
    : door_(door), messages_(messages), window_(window) {
    // Most often the keychain answers before anybody could read that it is asked.
    wait_.setSingleShot(true);
    wait_.setInterval(1000);
    connect(&wait_, &QTimer::timeout, this, &SecretQuestions::sayThatKeychainIsAsked);
    connect(&door, &SecretDoor::keychainAsked, &wait_, qOverload<>(&QTimer::start));
    connect(&door, &SecretDoor::keychainAnswered, this, [this] {
        wait_.stop();
        if (!missing_)
            messages_.unsay(Topic::Keychain);
        if (dialog_ && dialog_->occasion() == Occasion::KeychainWaits)
            dialog_->accept();
    });
    connect(&door, &SecretDoor::keychainMissing, this, &SecretQuestions::sayMissing);
    connect(&door, &SecretDoor::placeNeeded, this, [this] { ask(Occasion::KeychainMissing); });
    connect(&door, &SecretDoor::ready, this, [this] {
        if (door_.place() != SecretPlace::Keychain || !door_.lacksKeychain()) {
            missing_.reset();
            messages_.unsay(Topic::Keychain);
        }
        Q_EMIT changed();
        if (const auto then = std::exchange(then_, nullptr))
            then();
    });
    connect(&door, &SecretDoor::carriedOver, this, [this](const SecretDoor::Carried& carried) {
        messages_.say(Topic::Action, {PillKind::Info, carriedOverText(carried.moved, carried.left), {}, {}});
        Q_EMIT changed();
    });
    connect(&door, &SecretDoor::filesOpenToOthers, this, [this](const QStringList& files) {
        messages_.say(Topic::Start, {PillKind::Warning, openToOthersText(files), {}, {}});
    });
}

void SecretQuestions::sayMissing(const Error& error) {
    missing_ = error;
    messages_.say(
        Topic::Keychain,
        {PillKind::Warning,
         tr("This computer's keychain did not open. What needs a signing secret that is in it, or has to keep "
            "a new one, waits."),
         tr("Choose a place…"), [this] { ask(Occasion::KeychainMissing); }});
    Q_EMIT changed();
    if (then_) // The person has just asked to try it again.
        ask(Occasion::KeychainMissing);
}

void SecretQuestions::sayThatKeychainIsAsked() {
    // Somebody waits for it behind a dialog.
    if (QApplication::activeModalWidget())
        ask(Occasion::KeychainWaits);
    else
        messages_.say(Topic::Keychain,
                      {PillKind::Info,
                       tr("Waybill waits for this computer's keychain, which has your signing secrets. The system may "
                          "ask for a password in a window of its own."),
                       tr("Stop waiting"), [this] { door_.giveUp(); }});
}

void SecretQuestions::withPlace(std::function<void()> then) {
    if (!missing_) {
        then();
        return;
    }
    then_ = std::move(then);
    ask(Occasion::KeychainMissing);
}

void SecretQuestions::change() {
    ask(Occasion::Change);
}

void SecretQuestions::ask(Occasion occasion) {
    if (dialog_ && dialog_->isVisible())
        return;
    QWidget* front = QApplication::activeModalWidget();
    dialog_ =
        opened(new SecretPlaceDialog(occasion, door_.place(), missing_.value_or(Error()), front ? front : &window_));
    connect(dialog_, &SecretPlaceDialog::chosen, &door_, &SecretDoor::choose);
    if (occasion == Occasion::Change)
        return;
    connect(dialog_, &QDialog::rejected, this, [this] {
        then_ = nullptr;
        door_.giveUp();
    });
}

QString SecretQuestions::placeWords() const {
    return secretPlaceText(door_.place(), door_.inKeychain(), door_.lacksKeychain());
}

} // namespace waybill
