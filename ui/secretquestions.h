// SPDX-License-Identifier: MIT
#pragma once

#include "dialogs/secretplacedialog.h"
#include "secrets/secretdoor.h"

#include <QPointer>
#include <QTimer>

#include <functional>
#include <optional>

namespace waybill {

class BannerMessages;
class MainWindow;

/// What a person is told and asked about the place for secrets: only once one has to be kept or read.
class SecretQuestions final : public QObject {
    Q_OBJECT
public:
    /// All of it outlives the questions.
    SecretQuestions(SecretDoor& door, BannerMessages& messages, MainWindow& window);

    /// Does it now, or where the keychain is known not to open, when there is a place for the secret that it will
    /// bring.
    void withPlace(std::function<void()> then);
    /// The person wants another place.
    void change();
    bool isKeychainMissing() const { return missing_.has_value(); }
    /// Where secrets are kept.
    QString placeWords() const;

Q_SIGNALS:
    /// The place, or whether the keychain opens.
    void changed();

private:
    void ask(SecretPlaceDialog::Occasion occasion);
    void sayThatKeychainIsAsked();
    void sayMissing(const Error& error);

    SecretDoor& door_;
    BannerMessages& messages_;
    MainWindow& window_;
    QTimer wait_;
    QPointer<SecretPlaceDialog> dialog_;
    std::optional<Error> missing_;
    std::function<void()> then_;
};

} // namespace waybill
