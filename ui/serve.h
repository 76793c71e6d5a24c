// SPDX-License-Identifier: MIT
#pragma once

#include "commandline.h"
#include "services.h"

namespace waybill {

/// `waybill --serve`: the sandbox account and the receiver without a window, for other tools. Prints one line of JSON
/// when both answer. Ends the program's event loop with 1 where one of them cannot start.
class Serve final : public QObject {
    Q_OBJECT
public:
    /// `apiKey`: what tools have in AUTOUSERS_API_KEY; a new one where it is empty.
    Serve(const CommandLine& line, const Secret& apiKey, QObject* parent = nullptr);
    Result<void> start();

private:
    Result<void> writeKeyFile();
    void announceSecretsWhenListening();
    void announceReady();
    void stopWith(const Error& error);

    CommandLine line_;
    Services services_;
    QUrl baseUrl_;
    QUrl receiverUrl_;
};

} // namespace waybill
