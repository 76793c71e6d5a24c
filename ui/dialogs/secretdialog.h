// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "contract/secret.h"
#include "dialogs/sheet.h"

#include <optional>

class QCheckBox;
class QLineEdit;

namespace waybill {

class FieldNote;
class SecretClipboard;

/// The one time that a signing secret is seen. Neither Enter, Escape nor the close button loses it by accident: Enter
/// copies, and closing without having copied or stored it takes a second, spoken decision.
class SecretDialog final : public Sheet {
    Q_OBJECT
public:
    struct Issued {
        QString endpointName;
        Secret secret;
        bool receiverChecksIt = false; ///< The endpoint's address is the built-in receiver's.
        /// After a rotation: until when the one before is valid, and what time it is.
        std::optional<Instant> previousValidUntil;
        Instant now;
        bool receiverInReach = true; ///< The account can deliver to the built-in receiver.
    };
    SecretDialog(const Issued& issued, SecretClipboard& clipboard, QWidget* parent);
    ~SecretDialog() override;

    /// Whether a copy is to be kept for the built-in receiver.
    bool keepsCopy() const;
    /// Hides all but the first characters: for pictures, and for people who share their screen.
    void setConcealed(bool concealed);

protected:
    bool mayClose() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void copy();
    void showClipboard(int secondsLeft);
    void showDone();

    Secret secret_;
    SecretClipboard& clipboard_;
    bool wasCopied_ = false;
    QLineEdit* value_;
    QPushButton* reveal_;
    QPushButton* copy_;
    FieldNote* note_;
    QCheckBox* keep_;
    QCheckBox* stored_;
    QPushButton* leave_;
    QPushButton* done_;
};

} // namespace waybill
