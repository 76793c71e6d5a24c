// SPDX-License-Identifier: MIT
#include "proxies.h"

#include <QSettings>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
const QString passwordName = u"proxy/password"_s; // In the vault.

namespace key {
const QString mode = u"proxy/mode"_s;
const QString address = u"proxy/address"_s;
const QString user = u"proxy/user"_s;
const QString exceptions = u"proxy/exceptions"_s;
const QString hasPassword = u"proxy/hasPassword"_s;
} // namespace key

using Mode = ProxyPreference::Mode;

QString nameOf(Mode mode) {
    return mode == Mode::Manual ? u"manual"_s : mode == Mode::None ? u"none"_s : u"system"_s;
}

ProxyPreference preferenceIn(const QSettings& settings) {
    const QString mode = settings.value(key::mode).toString();
    return {mode == nameOf(Mode::Manual) ? Mode::Manual
            : mode == nameOf(Mode::None) ? Mode::None
                                         : Mode::System,
            settings.value(key::address).toString(), settings.value(key::user).toString(),
            // Written by hand, it is a list.
            settings.value(key::exceptions).toStringList().join(u", "_s), settings.value(key::hasPassword).toBool()};
}
} // namespace

Proxies::Proxies(QSettings& settings, SecretVault& vault, ProxySetting& setting, QObject* parent)
    : QObject(parent), settings_(settings), vault_(vault), setting_(setting), preference_(preferenceIn(settings)) {}

void Proxies::start() {
    apply();
    if (preference_.mode != Mode::Manual || !preference_.hasPassword)
        return;
    vault_.read(passwordName, this, [this](const Result<Secret>& password) {
        if (!password) {
            Q_EMIT failed(password.error());
            return;
        }
        password_ = *password;
        apply();
    });
}

Result<void> Proxies::choose(ProxyPreference preference, std::optional<Secret> password) {
    if (preference.mode == Mode::Manual) {
        auto proxy = readProxy(preference.address);
        if (!proxy)
            return failure(proxy.error());
        if (!proxy->user.isEmpty()) {
            // They came with the address, and would be kept with it.
            preference.user = proxy->user;
            password = proxy->password;
            preference.address = (proxy->kind == Proxy::Kind::Socks5 ? u"socks5://"_s : QString()) + proxy->name();
        }
    }
    preference.hasPassword = password ? !password->isEmpty() : preference_.hasPassword;
    if (preference == preference_ && !password)
        return {};
    preference_ = preference;
    write();
    if (password)
        keep(*password);
    apply();
    return {};
}

void Proxies::write() const {
    settings_.setValue(key::mode, nameOf(preference_.mode));
    settings_.setValue(key::address, preference_.address);
    settings_.setValue(key::user, preference_.user);
    settings_.setValue(key::exceptions, preference_.exceptions);
    settings_.setValue(key::hasPassword, preference_.hasPassword);
}

void Proxies::keep(const Secret& password) {
    password_ = password;
    const auto done = [this](const Result<void>& kept) {
        if (!kept)
            Q_EMIT failed(kept.error());
    };
    if (password.isEmpty())
        vault_.remove(passwordName, this, done);
    else
        vault_.write(passwordName, password, this, done);
}

void Proxies::apply() {
    if (preference_.mode == Mode::None)
        return setting_.choose(ProxyChoice::none());
    if (preference_.mode == Mode::System)
        return setting_.choose(ProxyChoice::ofSystem());
    Proxy proxy;
    proxy.kind = Proxy::Kind::Unusable; // Where the settings were changed by hand: nothing passes it by.
    proxy.host = preference_.address;
    if (auto read = readProxy(preference_.address))
        proxy = *std::move(read);
    proxy.user = preference_.user;
    proxy.password = password_;
    setting_.choose(ProxyChoice::manual(proxy, preference_.exceptions));
}

} // namespace waybill
