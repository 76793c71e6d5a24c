// SPDX-License-Identifier: MIT
#pragma once

#include "contract/endpoint.h"
#include "contract/result.h"
#include "dialogs/sheet.h"
#include "insight/receiverservice.h"

#include <optional>

class QLabel;
class QLineEdit;

namespace waybill {

class AuthorityRow;
class CertificateAuthority;
class EventPicker;
class FieldNote;
class Receiver;

/// Where the messages go, what the endpoint is called and which events it gets: for a new endpoint or one to change.
class EndpointDialog final : public Sheet {
    Q_OBJECT
public:
    EndpointDialog(Receiver& receiver, QWidget* parent);
    /// `receiverKnowsSecret`: whether the built-in receiver could check this endpoint's messages.
    EndpointDialog(const Endpoint& endpoint, bool receiverKnowsSecret, Receiver& receiver, QWidget* parent);

    ~EndpointDialog() override;

    /// Whether the account can deliver to this computer. Where it cannot, the built-in receiver is not offered, and the
    /// dialog says why and what to do instead. It can at first.
    void setReceiverInReach(bool inReach);

    EndpointDraft draft() const;
    /// Only what differs from the endpoint that is changed.
    EndpointChanges changes() const;
    /// Lets the person say what may vouch for the receiver; `authority`: what counts now.
    void offerAuthority(const CertificateAuthority& authority);
    /// Nothing where it stays as it is.
    std::optional<CertificateAuthority> changedAuthority() const;
    /// While the account is asked: nothing can be changed, and the button says so.
    void setBusy(bool busy);

    bool isUntouched() const;

Q_SIGNALS:
    /// What stands in the fields is in the contract's form.
    void submitted();

protected:
    bool mayClose() override;

private:
    EndpointDialog(const QString& heading, const QString& verb, Receiver& receiver, QWidget* parent);
    QWidget* makeServices();
    void offerReceiver();
    void chooseReceiver();
    void chooseService(ReceiverService service);
    void look();
    void showAddress();
    bool isOutOfReach(const QUrl& address) const;
    void tidyAddress();
    void submit();
    Result<void> check() const;

    Receiver& receiver_;
    Endpoint before_;
    QString verb_;
    bool isBusy_ = false;
    bool receiverKnowsSecret_ = false;
    bool receiverInReach_ = true;
    bool wasLeft_ = false;   ///< The address: mistakes are told once the field was left.
    bool nameIsOurs_ = true; ///< The name was never typed, so a suggestion may replace it.
    bool mayBeDiscarded_ = false;

    qsizetype typedLength_ = 0;

    QLineEdit* url_;
    FieldNote* urlNote_;
    QWidget* services_;
    QPushButton* builtIn_;
    QLabel* outOfReach_;
    QLineEdit* name_;
    FieldNote* nameNote_;
    EventPicker* events_;
    AuthorityRow* authority_ = nullptr; ///< Null for an account whose deliveries are sent elsewhere.
    QPushButton* cancel_;
    QPushButton* submit_;
};

} // namespace waybill
