// SPDX-License-Identifier: MIT
#pragma once

#include "contract/secret.h"
#include "dialogs/sheet.h"

#include <QUrl>

class QLineEdit;

namespace waybill {

class FieldNote;

/// Connects an account by its API key, or gives a connected one another key. The key is checked with the account before
/// anything is kept.
class AccountDialog final : public Sheet {
    Q_OBJECT
public:
    explicit AccountDialog(QWidget* parent);
    /// A new key for this account, whose address stays.
    AccountDialog(const QString& accountName, const QUrl& baseUrl, QWidget* parent);
    ~AccountDialog() override;

    Secret apiKey() const;
    QUrl baseUrl() const;
    QString name() const;
    void setBusy(bool busy);
    /// The key works, but not for everything: which scopes it lacks. The next press of the button takes it anyway.
    void setMissingScopes(const QStringList& scopes);
    bool takesKeyAnyway() const { return takesAnyway_; }

Q_SIGNALS:
    /// What stands in the fields is in the right form: ask the account.
    void submitted();

private:
    AccountDialog(const QString& heading, const QString& verb, QWidget* parent);
    void look();

    QString verb_;
    bool isBusy_ = false;
    bool wasLeft_ = false;
    bool takesAnyway_ = false;
    QLineEdit* key_;
    QPushButton* reveal_;
    FieldNote* keyNote_;
    QLineEdit* name_;
    QLabel* nameQuestion_;
    QPushButton* fold_;
    QLineEdit* baseUrl_;
    FieldNote* baseUrlNote_;
    QPushButton* submit_;
};

} // namespace waybill
