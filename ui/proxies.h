// SPDX-License-Identifier: MIT
#pragma once

#include "dialogs/proxyform.h"
#include "http/proxysetting.h"
#include "secrets/secretvault.h"

class QSettings;

namespace waybill {

/// What a person chose about proxies: kept in the settings, its password in the place for secrets, and told to
/// everybody who sends. Lives on the main thread; what is handed in outlives it.
class Proxies final : public QObject {
    Q_OBJECT
public:
    Proxies(QSettings& settings, SecretVault& vault, ProxySetting& setting, QObject* parent = nullptr);

    /// What was chosen counts from here on, as soon as its password is read.
    void start();
    const ProxyPreference& preference() const { return preference_; }
    /// Counts for the next attempt. Malformed where the address cannot be used: then nothing changes. `password` as in
    /// ProxyForm.
    Result<void> choose(ProxyPreference preference, std::optional<Secret> password);

Q_SIGNALS:
    /// The password could not be kept or read.
    void failed(const waybill::Error& error);

private:
    void write() const;
    void keep(const Secret& password);
    void apply();

    QSettings& settings_;
    SecretVault& vault_;
    ProxySetting& setting_;
    ProxyPreference preference_;
    Secret password_;
};

} // namespace waybill
