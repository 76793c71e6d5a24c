// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"
#include "bannermessages.h"

#include <optional>

namespace waybill {

class MainWindow;
class Services;

/// What the window says of the built-in receiver: where it is, that it moved, what is wrong with it; and the way out
/// where endpoints of the sandbox point to where it is not.
class ReceiverMessages final : public QObject {
    Q_OBJECT
public:
    /// All of it outlives the messages.
    ReceiverMessages(Services& services, MainWindow& window, BannerMessages& messages, QObject* parent = nullptr);

private:
    void show();
    void updateEndpoints();
    void updateNext(QHash<QString, QString> endpoints);

    Services& services_;
    MainWindow& window_;
    BannerMessages& messages_;
    AccountClient client_; ///< Of the sandbox, whichever account is shown.
    std::optional<Error> failure_;
    bool isUpdating_ = false;
};

} // namespace waybill
