// SPDX-License-Identifier: MIT
#include "dialogs/endpointdialog.h"

#include "contract/endpointrules.h"
#include "dialogs/authorityrow.h"
#include "dialogs/eventpicker.h"
#include "dialogs/fieldnote.h"
#include "insight/pastedaddress.h"
#include "receiver/receiver.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/buttons.h"
#include "words/receivers.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSet>
#include <QVBoxLayout>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr ReceiverService offeredServices[] = {ReceiverService::Zapier, ReceiverService::Make, ReceiverService::N8n,
                                               ReceiverService::Pipedream, ReceiverService::WebhookSite};

QLabel* question(const QString& text, QWidget* buddy, QWidget* parent) {
    auto* label = sheetText(text, parent);
    label->setFont(textFont(type::body, QFont::DemiBold));
    label->setBuddy(buddy);
    return label;
}
} // namespace

EndpointDialog::EndpointDialog(Receiver& receiver, QWidget* parent)
    : EndpointDialog(tr("Create endpoint"), tr("Create endpoint"), receiver, parent) {
    look();
}

EndpointDialog::EndpointDialog(const Endpoint& endpoint, bool receiverKnowsSecret, Receiver& receiver, QWidget* parent)
    : EndpointDialog(tr("Edit endpoint"), tr("Save changes"), receiver, parent) {
    before_ = endpoint;
    receiverKnowsSecret_ = receiverKnowsSecret;
    url_->setText(endpoint.url);
    url_->setCursorPosition(0);
    name_->setText(endpoint.description);
    name_->setCursorPosition(0);
    nameIsOurs_ = false;
    events_->setEvents(endpoint.enabledEvents);
    setSentence(
        tr("A new address is used for everything sent from now on, in the Sandbox for scheduled retries too. A new "
           "choice of events applies to what happens from now on; anything already scheduled is still sent."));
    look();
}

EndpointDialog::EndpointDialog(const QString& heading, const QString& verb, Receiver& receiver, QWidget* parent)
    : Sheet(heading, parent)
    , receiver_(receiver)
    , verb_(verb)
    , url_(new QLineEdit(this))
    , urlNote_(new FieldNote(this))
    , services_(makeServices())
    , outOfReach_(sheetText(tr("The built-in receiver is not offered: it is on this computer, where an account on the "
                               "internet cannot deliver. To catch this account's events here, close this and choose "
                               "“Bring events here…” in the account's menu."),
                            this, true))
    , name_(new QLineEdit(this))
    , nameNote_(new FieldNote(this))
    , events_(new EventPicker(this))
    , cancel_(addButton(tr("Cancel"), u"cancel"_s))
    , submit_(addButton(verb, u"submit"_s)) {
    setObjectName(u"endpointDialog"_s);
    setFixedWidth(620);
    url_->setObjectName(u"url"_s);
    url_->setPlaceholderText(u"https://"_s);
    url_->setFont(codeFont(type::body));
    url_->setMaxLength(2 * maximumUrlLength); // Longer is said, not cut off in silence.
    url_->setLayoutDirection(Qt::LeftToRight);
    urlNote_->setObjectName(u"urlNote"_s);
    outOfReach_->setObjectName(u"outOfReach"_s);
    outOfReach_->hide();
    urlNote_->keepRoom(2); // Of a usual one: nothing moves while an address is typed.
    name_->setObjectName(u"name"_s);
    name_->setPlaceholderText(tr("Design alerts"));
    nameNote_->setObjectName(u"nameNote"_s);
    makePrimary(submit_);
    submit_->setDefault(true);

    QVBoxLayout* lines = content();
    lines->addWidget(question(tr("&Where should messages go?"), url_, this));
    lines->addWidget(url_);
    lines->addWidget(urlNote_);
    lines->addWidget(services_);
    lines->addWidget(outOfReach_);
    lines->addSpacing(space::xs);
    lines->addWidget(question(tr("&Name"), name_, this));
    lines->addWidget(name_);
    lines->addWidget(nameNote_);
    lines->addSpacing(space::xs);
    lines->addWidget(question(tr("Which events?"), nullptr, this));
    lines->addWidget(events_);
    url_->setFocus();

    connect(url_, &QLineEdit::textEdited, this, [this](const QString& text) {
        // What was pasted often brings something along; what is typed is not cut while it is typed.
        if (text.size() > typedLength_ + 1)
            tidyAddress();
        typedLength_ = url_->text().size();
        look();
    });
    connect(url_, &QLineEdit::editingFinished, this, [this] {
        wasLeft_ = wasLeft_ || !url_->text().isEmpty();
        tidyAddress();
        look();
    });
    connect(urlNote_, &FieldNote::remedyChosen, this, [this] {
        if (const auto page = servicePageIn(url_->text()))
            url_->setText(page->inbox.toString());
        url_->setFocus();
        look();
    });
    connect(name_, &QLineEdit::textEdited, this, [this] {
        nameIsOurs_ = false;
        look();
    });
    connect(events_, &EventPicker::changed, this, &EndpointDialog::look);
    connect(cancel_, &QPushButton::clicked, this, [this] {
        if (mayClose())
            reject();
    });
    connect(submit_, &QPushButton::clicked, this, &EndpointDialog::submit);
    connect(&receiver, &Receiver::listening, this, &EndpointDialog::offerReceiver);
    offerReceiver();
}

EndpointDialog::~EndpointDialog() {
    hide(); // A field that loses the focus later would be looked at when it is gone.
}

QWidget* EndpointDialog::makeServices() {
    auto* row = new QWidget(this);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s - 2);
    builtIn_ = new QPushButton(icon(Icon::Receiver, row), tr("&Built-in receiver"), row);
    builtIn_->setObjectName(u"builtInReceiver"_s);
    line->addWidget(builtIn_);
    connect(builtIn_, &QPushButton::clicked, this, &EndpointDialog::chooseReceiver);
    for (const ReceiverService service : offeredServices) {
        const ReceiverWords words = wordsFor(service);
        auto* button = new QPushButton(words.name, row);
        button->setObjectName(u"service"_s + words.name);
        button->setToolTip(words.howToGetAnAddress);
        line->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, service] { chooseService(service); });
    }
    line->addStretch(1);
    return row;
}

void EndpointDialog::offerReceiver() {
    builtIn_->setEnabled(!isBusy_ && !receiver_.url().isEmpty());
    builtIn_->setToolTip(receiver_.url().isEmpty() ? tr("The built-in receiver is not running.")
                                                   : tr("Catches messages on this computer. Nothing to set up."));
}

void EndpointDialog::setReceiverInReach(bool inReach) {
    receiverInReach_ = inReach;
    builtIn_->setVisible(inReach);
    outOfReach_->setVisible(!inReach);
    look();
}

// Only an address on this computer may begin with http.
bool EndpointDialog::isOutOfReach(const QUrl& address) const {
    return !receiverInReach_ && (receiver_.owns(address) || address.scheme() == u"http");
}

void EndpointDialog::chooseReceiver() {
    url_->setText(receiver_.url().toString());
    if (nameIsOurs_ && name_->text().isEmpty())
        name_->setText(tr("Built-in receiver"));
    look();
    name_->setFocus();
    name_->selectAll();
}

void EndpointDialog::chooseService(ReceiverService service) {
    if (receiver_.owns(QUrl(url_->text().trimmed())))
        url_->clear();
    if (nameIsOurs_)
        name_->clear();
    wasLeft_ = false;
    look();
    urlNote_->setNote(PillKind::Info, wordsFor(service).howToGetAnAddress);
    url_->setFocus();
    url_->selectAll();
}

void EndpointDialog::look() {
    if (!isBusy_ && std::exchange(mayBeDiscarded_, false)) {
        cancel_->setText(tr("Cancel"));
        makePlain(cancel_);
        clearError();
    }
    showAddress();
    const Result<void> name = checkDescription(name_->text().trimmed());
    nameNote_->setNote(PillKind::Danger, name ? QString() : name.error().message);
    const Result<void> checked = check();
    const bool isSame = !before_.id.isEmpty() && isUntouched();
    submit_->setEnabled(!isBusy_ && checked && !isSame);
    const QString reason = checked ? isSame ? tr("Nothing has been changed yet.") : QString() : checked.error().message;
    submit_->setToolTip(reason);
    submit_->setAccessibleDescription(reason);
}

Result<void> EndpointDialog::check() const {
    if (before_.id.isEmpty())
        return checkDraft(draft()).map([](const EndpointDraft&) {});
    EndpointChanges changed = changes();
    if (changed.enabledEvents && !changed.enabledEvents->isEmpty()) {
        // The account took these before, so it knows them, even where this Waybill does not yet.
        changed.enabledEvents->removeIf([this](const QString& name) { return before_.enabledEvents.contains(name); });
        if (changed.enabledEvents->isEmpty())
            changed.enabledEvents.reset();
    }
    return checkChanges(changed).map([](const EndpointChanges&) {});
}

void EndpointDialog::tidyAddress() {
    if (const QString address = addressInPasted(url_->text()); address != url_->text())
        url_->setText(address);
}

void EndpointDialog::showAddress() {
    const QString text = url_->text().trimmed();
    const Result<QUrl> address = checkEndpointUrl(text);
    if (text.isEmpty()) {
        urlNote_->setNote(PillKind::Neutral, {});
    } else if (const auto page = servicePageIn(text)) {
        urlNote_->setNote(PillKind::Warning, wordsFor(*page), page->inbox.isEmpty() ? QString() : tr("&Use that"));
    } else if (!address) {
        const bool isBeginning = !wasLeft_ && text.size() < 12; // "https://", still being typed.
        urlNote_->setNote(isBeginning ? PillKind::Neutral : PillKind::Danger,
                          isBeginning ? QString() : address.error().message);
    } else if (isOutOfReach(*address)) {
        urlNote_->setNote(PillKind::Warning, tr("This address is on this computer, where an account on the internet "
                                                "cannot deliver."));
    } else if (receiver_.owns(*address) && !before_.id.isEmpty() && !receiverKnowsSecret_) {
        urlNote_->setNote(PillKind::Warning,
                          tr("The built-in receiver does not have this endpoint's signing secret yet and would refuse "
                             "its messages. Save, then rotate the secret and keep a copy."));
    } else if (receiver_.owns(*address)) {
        urlNote_->setNote(PillKind::Success,
                          tr("The built-in receiver catches messages on this computer and checks their signatures."));
    } else if (receiver_.address().placeOf(*address) == InboxAddress::Place::Former) {
        urlNote_->setNote(PillKind::Warning,
                          tr("The built-in receiver is not at this address now, so what is to be sent "
                             "there waits. Press “Built-in receiver” for the one that it has."));
    } else {
        const ReceiverService service = receiverServiceOf(*address);
        urlNote_->setNote(!understandsEvents(service)           ? PillKind::Warning
                          : service == ReceiverService::N8nTest ? PillKind::Warning
                          : service == ReceiverService::Unknown ? PillKind::Neutral
                                                                : PillKind::Success,
                          wordsFor(service).recognised);
    }
}

void EndpointDialog::offerAuthority(const CertificateAuthority& authority) {
    if (!authority_) {
        authority_ = new AuthorityRow(this);
        content()->addSpacing(space::xs);
        content()->addWidget(question(tr("Certificate of the receiver"), nullptr, this));
        content()->addWidget(authority_);
        connect(authority_, &AuthorityRow::changed, this, &EndpointDialog::look);
    }
    authority_->setAuthority(authority);
    look();
}

std::optional<CertificateAuthority> EndpointDialog::changedAuthority() const {
    return authority_ && authority_->isChanged() ? std::optional(authority_->authority()) : std::nullopt;
}

EndpointDraft EndpointDialog::draft() const {
    return {url_->text().trimmed(), events_->events(), name_->text().trimmed(), {}};
}

EndpointChanges EndpointDialog::changes() const {
    const EndpointDraft now = draft();
    EndpointChanges changes;
    if (now.url != before_.url)
        changes.url = now.url;
    // The account may name them in any order.
    if (QSet(now.enabledEvents.cbegin(), now.enabledEvents.cend()) !=
        QSet(before_.enabledEvents.cbegin(), before_.enabledEvents.cend()))
        changes.enabledEvents = now.enabledEvents;
    if (now.description != before_.description.trimmed())
        changes.description = now.description;
    return changes;
}

void EndpointDialog::submit() {
    wasLeft_ = true;
    look();
    if (!submit_->isEnabled())
        return;
    clearError();
    Q_EMIT submitted();
}

void EndpointDialog::setBusy(bool busy) {
    isBusy_ = busy;
    if (busy)
        holdFocus();
    for (QWidget* field :
         {static_cast<QWidget*>(url_), services_, static_cast<QWidget*>(name_), static_cast<QWidget*>(events_)})
        field->setEnabled(!busy);
    if (authority_)
        authority_->setEnabled(!busy);
    submit_->setText(busy ? tr("One moment…") : verb_);
    offerReceiver();
    look();
    if (!busy)
        giveFocusBack();
}

bool EndpointDialog::isUntouched() const {
    const EndpointDraft now = draft();
    if (changedAuthority())
        return false;
    if (before_.id.isEmpty())
        return now.url.isEmpty() && (nameIsOurs_ || now.description.isEmpty());
    const EndpointChanges changed = changes();
    return !changed.url && !changed.enabledEvents && !changed.description;
}

bool EndpointDialog::mayClose() {
    if (mayBeDiscarded_ || (!isBusy_ && isUntouched()))
        return true;
    mayBeDiscarded_ = true;
    cancel_->setText(isBusy_ ? tr("Stop waiting") : tr("Discard"));
    makeDanger(cancel_);
    setWarning(isBusy_ ? tr("The account was asked and may have done it already. You will be told when it answers.")
                       : tr("What you entered is not saved yet. Press Escape again or “Discard” to lose it."));
    return false;
}

} // namespace waybill
