// SPDX-License-Identifier: MIT
#pragma once

#include "contract/secret.h"

#include <QWidget>

#include <optional>

class QLineEdit;
class QRadioButton;

namespace waybill {

class FieldNote;

/// What a person said about proxies.
struct ProxyPreference {
    enum class Mode { System, Manual, None };
    Mode mode = Mode::System;
    QString address;    ///< "proxy.example:3128", without name and password.
    QString user;       ///< Empty: none.
    QString exceptions; ///< "localhost, .example.com, 10.0.0.0/8"
    bool hasPassword = false;
    friend bool operator==(const ProxyPreference&, const ProxyPreference&) = default;
};

/// The question whether there is a proxy, and which. Each answer counts at once.
class ProxyForm final : public QWidget {
    Q_OBJECT
public:
    explicit ProxyForm(QWidget* parent = nullptr);
    void setPreference(const ProxyPreference& preference);
    /// Why what was said does not count, or what should be known of it; empty: nothing is to be said.
    void setProblem(const QString& text);
    void setNotice(const QString& text);

Q_SIGNALS:
    /// `password`: another one than the one that is kept, empty for none; nothing where it stays.
    void chosen(const waybill::ProxyPreference& preference, const std::optional<waybill::Secret>& password);

private:
    QRadioButton* offer(ProxyPreference::Mode mode, const QString& words, const QString& objectName);
    QLineEdit* ask(const QString& question, const QString& objectName);
    void showFields();
    void choose();

    ProxyPreference preference_;
    bool isPasswordTouched_ = false;
    QWidget* fields_;
    QLineEdit* address_;
    QLineEdit* user_;
    QLineEdit* password_;
    QLineEdit* exceptions_;
    FieldNote* note_;
};

} // namespace waybill
