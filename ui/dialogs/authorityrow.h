// SPDX-License-Identifier: MIT
#pragma once

#include "sandbox/sandboxcontrols.h"

#include <QWidget>

class QPushButton;

namespace waybill {

class ElidedLabel;
class FieldNote;

/// The certificate authority that may vouch for a receiver besides those that this computer trusts: none, or one out of
/// a file.
class AuthorityRow final : public QWidget {
    Q_OBJECT
public:
    explicit AuthorityRow(QWidget* parent = nullptr);

    /// What counts now.
    void setAuthority(const CertificateAuthority& authority);
    /// As the person wants it.
    const CertificateAuthority& authority() const { return authority_; }
    bool isChanged() const { return !(authority_ == before_); }
    /// Reads it and shows who it is, or what is wrong.
    void readFile(const QString& path);

Q_SIGNALS:
    void changed();

private:
    void choose();
    void take(const Result<CertificateAuthority>& read);
    void showIt();

    CertificateAuthority before_;
    CertificateAuthority authority_;
    quint64 reading_ = 0; ///< The file that was chosen last.
    ElidedLabel* name_;
    QPushButton* choose_;
    QPushButton* remove_;
    FieldNote* note_;
};

} // namespace waybill
