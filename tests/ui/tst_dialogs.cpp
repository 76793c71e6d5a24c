// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "contract/contractjson.h"
#include "contract/eventcatalogue.h"
#include "contract/random.h"
#include "dialogs/aboutdialog.h"
#include "dialogs/accountdetails.h"
#include "dialogs/accountdialog.h"
#include "dialogs/alreadyopendialog.h"
#include "dialogs/authorityrow.h"
#include "dialogs/confirmationdialog.h"
#include "dialogs/endpointdialog.h"
#include "dialogs/eventpicker.h"
#include "dialogs/fieldnote.h"
#include "dialogs/helpwindow.h"
#include "dialogs/renamedialog.h"
#include "dialogs/secretclipboard.h"
#include "dialogs/secretdialog.h"
#include "dialogs/secretplacedialog.h"
#include "dialogs/settingsdialog.h"
#include "receiver/receiver.h"
#include "secrets/sessionvault.h"
#include "support/pictures.h"
#include "support/scriptedtransport.h"
#include "support/spoken.h"
#include "widgets/banner.h"
#include "widgets/copybutton.h"

#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPointer>
#include <QProcess>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>

#include <algorithm>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const Instant start = *instantFromIso8601(u"2026-10-12T08:00:00Z"_s);

/// A receiver that listens, for dialogs that offer it.
struct Desk {
    QTemporaryDir folder;
    MovableClock clock{start};
    SystemRandom random;
    SessionVault vault;
    Receiver receiver{folder.filePath(u"receiver.db"_s), vault, clock, random};

    void listen() {
        QSignalSpy listening(&receiver, &Receiver::listening);
        receiver.start(0);
        QVERIFY(listening.wait(test::patience));
    }
};

Endpoint knownEndpoint() {
    Endpoint endpoint;
    endpoint.id = u"endpoint_1"_s;
    endpoint.url = u"https://hooks.example.org/a"_s;
    endpoint.description = u"Design alerts"_s;
    endpoint.enabledEvents = {u"evaluation.completed"_s, u"something.new"_s};
    return endpoint;
}

template <typename T>
T* find(QWidget& dialog, const QString& name) {
    T* found = dialog.findChild<T*>(name);
    if (!found)
        qFatal("There is no %s", qPrintable(name));
    return found;
}

void press(QWidget& dialog, const QString& name) {
    QTest::mouseClick(find<QAbstractButton>(dialog, name), Qt::LeftButton);
}

void show(QWidget& dialog) {
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
}
} // namespace

class TestDialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void anAddressIsJudgedWhileItIsTyped_data();
    void anAddressIsJudgedWhileItIsTyped();
    void aMistakeIsToldOnlyWhenTheFieldWasLeft();
    void whiteSpaceAroundAPastedAddressIsDropped();
    void whatStandsAroundAPastedAddressIsDropped_data();
    void whatStandsAroundAPastedAddressIsDropped();
    void theInboxOfAPageIsTakenWithOneClick();
    void anAuthorityIsChosenFromAFileAndTakenAway();
    void aProxyCountsAtOnceAndIsJudgedWhenItIsEntered();
    void theBuiltInReceiverNeedsNoTyping();
    void anAccountThatCannotReachTheReceiverIsNotOfferedIt();
    void aServiceSaysHowToGetItsAddress();
    void allEventsAreTickedAtFirst();
    void untickingOneKindLeavesTheOthers();
    void tickingEveryKindIsNotAllEvents();
    void withoutAnEventNothingCanBeCreated();
    void anEventKindThatIsNotKnownIsKept();
    void editingChangesOnlyWhatDiffers();
    void editingSaysWhatAChangeCountsFor();
    void theOrderOfEventsIsNoChange();
    void aReceiverWithoutTheSecretIsWarnedOf();
    void whatWasEnteredIsNotLostByOneEscape();
    void anErrorOfTheAccountIsShownAndKeepsWhatWasEntered();

    void theSecretIsShownWholeAndCopiedByEnter();
    void theSecretIsNotLostByAccident_data();
    void theSecretIsNotLostByAccident();
    void theSecretCanBeLeftOnPurpose();
    void aTickIsAsGoodAsACopy();
    void copyingFromTheFieldMarksTheSecretToo();
    void closingAfterACopyIsAnEnd();
    void theClipboardMarksTheSecretAndIsCleared();
    void whatWasCopiedMeanwhileStays();
    void aConcealedSecretShowsItsBeginningOnly();
    void aRotationSaysHowLongTheOldSecretIsValid();

    void cancelIsTheDefaultBeforeADeletion();
    void enterIsForTheButtonThatHasTheFocus();
    void aPlaceForSecretsIsChosen();
    void whileTheKeychainIsWaitedForNothingIsChosenByAccident();
    void anotherPlaceForSecretsIsChosenFromThreeInWords();
    void appearanceCountsAtOnce();
    void aKeyIsJudgedByItsForm_data();
    void aKeyIsJudgedByItsForm();
    void aKeyThatLacksAPermissionIsTakenOnlyOnPurpose();
    void aNewKeyIsForTheSameAccount();
    void afterARefusalTheFocusIsWhereItWas();
    void anAccountTellsWhatItIs_data();
    void anAccountTellsWhatItIs();
    void anAccountThatDoesNotAnswerTellsWhatIsKnownHere();
    void theHelpArticleIsThere();
    void everyControlHasAName_data();
    void everyControlHasAName();

private:
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<Desk> desk_;
    SystemRandom random_;
    SecretDialog::Issued issued() { return {u"Design alerts"_s, newSigningSecret(random_), true, {}, start}; }
};

void TestDialogs::init() {
    theme_ = std::make_unique<Theme>(*qApp);
    theme_->setMode(Theme::Mode::Light);
    desk_ = std::make_unique<Desk>();
    desk_->listen();
}

void TestDialogs::cleanup() {
    desk_.reset();
}

void TestDialogs::anAddressIsJudgedWhileItIsTyped_data() {
    QTest::addColumn<QString>("address");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("canBeCreated");
    const auto row = [](const char* name, const char* address, PillKind kind, const char* words, bool can) {
        QTest::newRow(name) << QString::fromUtf8(address) << int(kind) << QString::fromUtf8(words) << can;
    };
    row("empty", "", PillKind::Neutral, "", false);
    row("some https address", "https://example.org/hook", PillKind::Neutral, "", true);
    row("Zapier", "https://hooks.zapier.com/hooks/catch/1849/bx2k9q/", PillKind::Success, "Zapier catch hook", true);
    row("Make", "https://hook.eu2.make.com/q7c1", PillKind::Success, "Make webhook", true);
    row("n8n", "https://team.app.n8n.cloud/webhook/7f", PillKind::Success, "n8n webhook", true);
    row("n8n, its test address", "https://team.app.n8n.cloud/webhook-test/7f", PillKind::Warning, "test address", true);
    row("n8n, a host of one's own", "https://flows.example.org/webhook-test/7f", PillKind::Warning, "test address",
        true);
    row("Pipedream", "https://eo1.m.pipedream.net", PillKind::Success, "Pipedream webhook", true);
    row("webhook.site", "https://webhook.site/0c2e", PillKind::Success, "Anyone who has this address", true);
    row("Slack", "https://hooks.slack.com/services/T0/B0/x", PillKind::Warning, "Slack takes messages in a format",
        true);
    row("Discord", "https://discord.com/api/webhooks/1/x", PillKind::Warning, "Discord takes messages", true);
    row("a look-alike of Zapier", "https://hooks.zapier.com.example.org/x", PillKind::Neutral, "", true);
    row("plain http", "http://example.org/hook", PillKind::Danger, "https://", false);
    row("another scheme", "ftp://example.org/hook", PillKind::Danger, "https://", false);
    row("a name and password", "https://me:secret@example.org/hook", PillKind::Danger, "password", false);
    row("a space inside", "https://example.org/a b", PillKind::Danger, "a space inside", false);
    row("braces", "https://example.org/hook?fields={id}", PillKind::Neutral, "", true);
    row("a port that is none", "https://example.org:99999/", PillKind::Danger, "no port 99999", false);
    row("webhook.site's page", "https://webhook.site/#!/view/0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab", PillKind::Warning,
        "https://webhook.site/0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab", false);
    row("webhook.site without an inbox", "https://webhook.site/", PillKind::Warning, "no inbox is named", true);
    row("Zapier's editor", "https://zapier.com/editor/123", PillKind::Warning, "https://hooks.zapier.com/hooks/", true);
    row("Make's editor", "https://eu1.make.com/12/scenarios/345/edit", PillKind::Warning, "https://hook.", true);
    row("Pipedream's editor", "https://pipedream.com/@me/hello", PillKind::Warning, "m.pipedream.net", true);
    row("n8n's editor", "https://team.app.n8n.cloud/workflow/7f", PillKind::Warning, "/webhook/", true);
}

void TestDialogs::anAddressIsJudgedWhileItIsTyped() {
    QFETCH(QString, address);
    QFETCH(int, kind);
    QFETCH(QString, words);
    QFETCH(bool, canBeCreated);
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    QTest::keyClicks(find<QLineEdit>(dialog, u"url"_s), address);
    const auto* note = find<FieldNote>(dialog, u"urlNote"_s);
    QCOMPARE(int(note->kind()), kind);
    QVERIFY2(note->text().contains(words), qPrintable(note->text()));
    QCOMPARE(note->isVisible(), !words.isEmpty());
    const auto* submit = find<QPushButton>(dialog, u"submit"_s);
    QCOMPARE(submit->isEnabled(), canBeCreated);
    QCOMPARE(submit->accessibleDescription().isEmpty(), canBeCreated); // Why not, for those who cannot see it.
    test::picture(dialog, u"create-"_s + QString::fromUtf8(QTest::currentDataTag()).replace(u' ', u'-'), *theme_);
}

void TestDialogs::aMistakeIsToldOnlyWhenTheFieldWasLeft() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    auto* url = find<QLineEdit>(dialog, u"url"_s);
    const auto* note = find<FieldNote>(dialog, u"urlNote"_s);
    QTest::keyClicks(url, u"hook"_s);
    QVERIFY(!note->isVisible());
    find<QLineEdit>(dialog, u"name"_s)->setFocus();
    QTRY_VERIFY(note->isVisible());
    QCOMPARE(note->kind(), PillKind::Danger);
}

void TestDialogs::whiteSpaceAroundAPastedAddressIsDropped() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    auto* url = find<QLineEdit>(dialog, u"url"_s);
    QApplication::clipboard()->setText(u"  https://example.org/hook\t "_s);
    QTest::keyClick(url, Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(url->text(), u"https://example.org/hook"_s);
    QVERIFY(find<QPushButton>(dialog, u"submit"_s)->isEnabled());
}

void TestDialogs::whatStandsAroundAPastedAddressIsDropped_data() {
    QTest::addColumn<QString>("pasted");
    for (const char* pasted :
         {"\"https://example.org/hook\"", "<https://example.org/hook>", "“https://example.org/hook”,",
          "[our hook](https://example.org/hook)", "curl -X POST 'https://example.org/hook' -d x"})
        QTest::newRow(pasted) << QString::fromUtf8(pasted);
}

void TestDialogs::whatStandsAroundAPastedAddressIsDropped() {
    QFETCH(QString, pasted);
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    auto* url = find<QLineEdit>(dialog, u"url"_s);
    QApplication::clipboard()->setText(pasted);
    QTest::keyClick(url, Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(url->text(), u"https://example.org/hook"_s);
    QVERIFY(find<QPushButton>(dialog, u"submit"_s)->isEnabled());
}

void TestDialogs::theInboxOfAPageIsTakenWithOneClick() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    auto* url = find<QLineEdit>(dialog, u"url"_s);
    QApplication::clipboard()->setText(u"https://webhook.site/#!/view/0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab/x/1"_s);
    QTest::keyClick(url, Qt::Key_V, Qt::ControlModifier);
    auto* note = find<FieldNote>(dialog, u"urlNote"_s);
    QVERIFY(note->isVisible());
    press(dialog, u"remedy"_s);
    QCOMPARE(url->text(), u"https://webhook.site/0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab"_s);
    QCOMPARE(note->kind(), PillKind::Success);
    QVERIFY(!find<QPushButton>(*note, u"remedy"_s)->isVisible());
    QVERIFY(find<QPushButton>(dialog, u"submit"_s)->isEnabled());
    QVERIFY(url->hasFocus());
}

void TestDialogs::anAuthorityIsChosenFromAFileAndTakenAway() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"ca.pem"_s);
    QProcess openssl;
    openssl.start(u"openssl"_s,
                  {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:prime256v1"_s,
                   u"-nodes"_s, u"-days"_s, u"3"_s, u"-subj"_s, u"/O=Example Company/CN=Example Company Root CA"_s,
                   u"-keyout"_s, folder.filePath(u"ca.key"_s), u"-out"_s, path});
    QVERIFY(openssl.waitForFinished() && openssl.exitCode() == 0);
    EndpointDialog dialog(knownEndpoint(), false, desk_->receiver, nullptr);
    dialog.offerAuthority({});
    show(dialog);
    test::picture(dialog, u"authority-none"_s, *theme_);
    QVERIFY(!find<QPushButton>(dialog, u"removeAuthority"_s)->isVisible());
    auto* row = dialog.findChild<AuthorityRow*>();
    QVERIFY(row);
    QSignalSpy changed(row, &AuthorityRow::changed);
    row->readFile(folder.filePath(u"ca.key"_s));
    auto* note = find<FieldNote>(dialog, u"authorityNote"_s);
    QTRY_COMPARE(note->kind(), PillKind::Danger);
    QVERIFY(note->text().contains(u"private key"));
    QVERIFY(!dialog.changedAuthority());
    test::picture(dialog, u"authority-refused"_s, *theme_);
    row->readFile(path);
    QVERIFY(changed.wait());
    QVERIFY(dialog.changedAuthority());
    QCOMPARE(dialog.changedAuthority()->name(), u"Example Company Root CA (Example Company)"_s);
    QVERIFY(find<QPushButton>(dialog, u"submit"_s)->isEnabled());
    QVERIFY(!note->isVisible());
    test::picture(dialog, u"authority"_s, *theme_);
    press(dialog, u"removeAuthority"_s);
    QVERIFY(!dialog.changedAuthority());
    QVERIFY(!find<QPushButton>(dialog, u"submit"_s)->isEnabled());
}

void TestDialogs::aProxyCountsAtOnceAndIsJudgedWhenItIsEntered() {
    SettingsDialog dialog(Theme::Mode::System, u"Kept in this computer's keychain."_s, u"/home/me/data"_s, nullptr);
    show(dialog);
    QSignalSpy chosen(&dialog.proxy(), &ProxyForm::chosen);
    const auto last = [&] { return chosen.constLast().constFirst().value<ProxyPreference>(); };
    press(dialog, u"proxyNone"_s);
    QCOMPARE(last().mode, ProxyPreference::Mode::None);
    auto* address = find<QLineEdit>(dialog, u"proxyAddress"_s);
    QVERIFY(!address->isVisible());
    press(dialog, u"proxyManual"_s);
    QCOMPARE(chosen.count(), 1); // Nothing is known of it yet.
    QVERIFY(address->isVisible() && address->hasFocus());
    QTest::keyClicks(address, u"proxy.example:3128"_s);
    auto* password = find<QLineEdit>(dialog, u"proxyPassword"_s);
    QCOMPARE(password->echoMode(), QLineEdit::Password);
    QTest::keyClicks(find<QLineEdit>(dialog, u"proxyUser"_s), u"me"_s);
    password->setFocus();
    QTest::keyClicks(password, u"secret"_s);
    find<QLineEdit>(dialog, u"proxyExceptions"_s)->setFocus();
    QCOMPARE(last().mode, ProxyPreference::Mode::Manual);
    QCOMPARE(last().address, u"proxy.example:3128"_s);
    QCOMPARE(last().user, u"me"_s);
    QCOMPARE(chosen.constLast().at(1).value<std::optional<Secret>>().value_or(Secret()).reveal(), QByteArray("secret"));
    test::picture(dialog, u"settings-proxy"_s, *theme_);
    dialog.proxy().setProblem(u"Waybill cannot use a proxy of the kind https. It can use http and socks5."_s);
    test::picture(dialog, u"settings-proxy-problem"_s, *theme_);
    press(dialog, u"proxySystem"_s);
    QCOMPARE(last().mode, ProxyPreference::Mode::System);
    QVERIFY(!address->isVisible());
}

void TestDialogs::theBuiltInReceiverNeedsNoTyping() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    press(dialog, u"builtInReceiver"_s);
    QSignalSpy submitted(&dialog, &EndpointDialog::submitted);
    press(dialog, u"submit"_s);
    QCOMPARE(submitted.count(), 1);
    QCOMPARE(dialog.draft(), (EndpointDraft{desk_->receiver.url().toString(), {u"*"_s}, u"Built-in receiver"_s, {}}));
}

void TestDialogs::anAccountThatCannotReachTheReceiverIsNotOfferedIt() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    dialog.setReceiverInReach(false);
    show(dialog);
    QVERIFY(!find<QAbstractButton>(dialog, u"builtInReceiver"_s)->isVisible());
    const auto* why = find<QLabel>(dialog, u"outOfReach"_s);
    QVERIFY(why->isVisible() && why->text().contains(u"Bring events here…"));
    QTest::keyClicks(find<QLineEdit>(dialog, u"url"_s), desk_->receiver.url().toString());
    QVERIFY(find<FieldNote>(dialog, u"urlNote"_s)->text().contains(u"cannot deliver"));
    test::picture(dialog, u"create-out-of-reach"_s, *theme_);
}

void TestDialogs::aServiceSaysHowToGetItsAddress() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    press(dialog, u"serviceZapier"_s);
    QVERIFY(find<FieldNote>(dialog, u"urlNote"_s)->text().contains(u"Catch Hook"));
    QVERIFY(find<QLineEdit>(dialog, u"url"_s)->hasFocus());
    test::picture(dialog, u"create-how-zapier"_s, *theme_);
}

void TestDialogs::allEventsAreTickedAtFirst() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    QVERIFY(find<QCheckBox>(dialog, u"allEvents"_s)->isChecked());
    for (const EventType& type : eventCatalogue())
        QVERIFY(find<QCheckBox>(dialog, QString::fromLatin1(type.name))->isChecked());
    QCOMPARE(dialog.draft().enabledEvents, QStringList{u"*"_s});
}

void TestDialogs::untickingOneKindLeavesTheOthers() {
    EventPicker picker;
    show(picker);
    QTest::mouseClick(find<QCheckBox>(picker, u"rating.created"_s), Qt::LeftButton, {}, QPoint(8, 10));
    QCOMPARE(picker.events().size(), qsizetype(eventCatalogue().size()) - 1);
    QVERIFY(!picker.events().contains(u"rating.created"_s));
    QCOMPARE(find<QCheckBox>(picker, u"allEvents"_s)->checkState(), Qt::PartiallyChecked);
}

void TestDialogs::tickingEveryKindIsNotAllEvents() {
    EventPicker picker;
    show(picker);
    auto* rating = find<QCheckBox>(picker, u"rating.created"_s);
    QTest::mouseClick(rating, Qt::LeftButton, {}, QPoint(8, 10));
    QTest::mouseClick(rating, Qt::LeftButton, {}, QPoint(8, 10));
    QCOMPARE(picker.events().size(), qsizetype(eventCatalogue().size()));
    QVERIFY(find<QLabel>(picker, u"eventNote"_s)->text().contains(u"new kinds are not included"));
}

void TestDialogs::withoutAnEventNothingCanBeCreated() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    press(dialog, u"builtInReceiver"_s);
    auto* all = find<QCheckBox>(dialog, u"allEvents"_s);
    QTest::mouseClick(all, Qt::LeftButton, {}, QPoint(8, 10));
    QVERIFY(dialog.draft().enabledEvents.isEmpty());
    QVERIFY(!find<QPushButton>(dialog, u"submit"_s)->isEnabled());
    QCOMPARE(find<QLabel>(dialog, u"eventNote"_s)->text(), u"Choose at least one event."_s);
    QTest::keyClick(all, Qt::Key_Space);
    QCOMPARE(dialog.draft().enabledEvents, QStringList{u"*"_s});
}

void TestDialogs::anEventKindThatIsNotKnownIsKept() {
    EndpointDialog dialog(knownEndpoint(), false, desk_->receiver, nullptr);
    show(dialog);
    QVERIFY(find<QCheckBox>(dialog, u"something.new"_s)->isChecked());
    QCOMPARE(dialog.draft().enabledEvents, knownEndpoint().enabledEvents);
    test::picture(dialog, u"edit"_s, *theme_);
}

void TestDialogs::editingChangesOnlyWhatDiffers() {
    EndpointDialog dialog(knownEndpoint(), false, desk_->receiver, nullptr);
    show(dialog);
    QVERIFY(!find<QPushButton>(dialog, u"submit"_s)->isEnabled());
    auto* name = find<QLineEdit>(dialog, u"name"_s);
    name->selectAll();
    QTest::keyClicks(name, u"Alerts"_s);
    QVERIFY(find<QPushButton>(dialog, u"submit"_s)->isEnabled());
    const EndpointChanges changes = dialog.changes();
    QCOMPARE(changes.description, u"Alerts"_s);
    QVERIFY(!changes.url && !changes.enabledEvents && !changes.status);
}

void TestDialogs::editingSaysWhatAChangeCountsFor() {
    EndpointDialog dialog(knownEndpoint(), false, desk_->receiver, nullptr);
    show(dialog);
    const auto says = [&dialog](const QString& words) {
        return std::ranges::any_of(dialog.findChildren<QLabel*>(), [&words](const QLabel* label) {
            return label->isVisible() && label->text().contains(words);
        });
    };
    QVERIFY(
        says(u"A new address is used for everything sent from now on, in the Sandbox for scheduled retries too."_s));
    QVERIFY(says(u"anything already scheduled is still sent."_s));
}

void TestDialogs::theOrderOfEventsIsNoChange() {
    Endpoint endpoint = knownEndpoint();
    endpoint.enabledEvents = {u"rating.created"_s, u"evaluation.completed"_s};
    EndpointDialog dialog(endpoint, false, desk_->receiver, nullptr);
    show(dialog);
    QVERIFY(!find<QPushButton>(dialog, u"submit"_s)->isEnabled());
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(!dialog.isVisible());
}

void TestDialogs::aReceiverWithoutTheSecretIsWarnedOf() {
    EndpointDialog without(knownEndpoint(), false, desk_->receiver, nullptr);
    show(without);
    press(without, u"builtInReceiver"_s);
    QCOMPARE(find<FieldNote>(without, u"urlNote"_s)->kind(), PillKind::Warning);
    EndpointDialog with(knownEndpoint(), true, desk_->receiver, nullptr);
    show(with);
    press(with, u"builtInReceiver"_s);
    QCOMPARE(find<FieldNote>(with, u"urlNote"_s)->kind(), PillKind::Success);
}

void TestDialogs::whatWasEnteredIsNotLostByOneEscape() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    QTest::keyClicks(find<QLineEdit>(dialog, u"url"_s), u"https://example.org/hook"_s);
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(dialog.isVisible());
    test::picture(dialog, u"create-discard"_s, *theme_);
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(!dialog.isVisible());
}

void TestDialogs::anErrorOfTheAccountIsShownAndKeepsWhatWasEntered() {
    EndpointDialog dialog(desk_->receiver, nullptr);
    show(dialog);
    press(dialog, u"builtInReceiver"_s);
    dialog.setBusy(true);
    QVERIFY(!find<QPushButton>(dialog, u"submit"_s)->isEnabled());
    dialog.setBusy(false);
    Error error;
    error.kind = ErrorKind::Authorization;
    error.code = u"plan_upgrade_required"_s;
    error.requestId = u"019a2b3c-0000-7000-8000-000000000000"_s;
    dialog.setError(error);
    auto* banner = find<Banner>(dialog, u"sheetError"_s);
    QVERIFY(banner->isVisible());
    QVERIFY(banner->text().contains(error.requestId));
    test::picture(dialog, u"create-error"_s, *theme_);
    QTest::mouseClick(banner->actionButton(), Qt::LeftButton);
    QVERIFY(QApplication::clipboard()->text().contains(error.requestId));
    QVERIFY(find<QPushButton>(dialog, u"submit"_s)->isEnabled());
    QCOMPARE(dialog.draft().url, desk_->receiver.url().toString());
}

void TestDialogs::theSecretIsShownWholeAndCopiedByEnter() {
    SecretClipboard clipboard;
    const SecretDialog::Issued value = issued();
    SecretDialog dialog(value, clipboard, nullptr);
    show(dialog);
    test::picture(dialog, u"secret-shown"_s, *theme_);
    QCOMPARE(find<QLineEdit>(dialog, u"secretValue"_s)->text().toLatin1(), value.secret.reveal());
    QVERIFY(!find<QPushButton>(dialog, u"done"_s)->isEnabled());
    QTest::keyClick(&dialog, Qt::Key_Return);
    QVERIFY(dialog.isVisible());
    QCOMPARE(QApplication::clipboard()->text().toLatin1(), value.secret.reveal());
    QVERIFY(find<QPushButton>(dialog, u"done"_s)->isEnabled());
    test::picture(dialog, u"secret-copied"_s, *theme_);
}

void TestDialogs::theSecretIsNotLostByAccident_data() {
    QTest::addColumn<int>("way");
    QTest::newRow("Escape") << 0;
    QTest::newRow("Escape twice") << 1;
    QTest::newRow("the close button") << 2;
}

void TestDialogs::theSecretIsNotLostByAccident() {
    QFETCH(int, way);
    SecretClipboard clipboard;
    SecretDialog dialog(issued(), clipboard, nullptr);
    show(dialog);
    if (way == 2)
        dialog.close();
    for (int i = 0; way < 2 && i <= way; ++i)
        QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(dialog.isVisible());
    QVERIFY(find<Banner>(dialog, u"sheetError"_s)->isVisible());
    test::picture(dialog, u"secret-not-lost"_s, *theme_);
}

void TestDialogs::theSecretCanBeLeftOnPurpose() {
    SecretClipboard clipboard;
    SecretDialog dialog(issued(), clipboard, nullptr);
    show(dialog);
    QVERIFY(!find<QPushButton>(dialog, u"leaveSecret"_s)->isVisible());
    QTest::keyClick(&dialog, Qt::Key_Escape);
    press(dialog, u"leaveSecret"_s);
    QVERIFY(!dialog.isVisible());
}

void TestDialogs::aTickIsAsGoodAsACopy() {
    SecretClipboard clipboard;
    SecretDialog dialog(issued(), clipboard, nullptr);
    show(dialog);
    QTest::keyClick(find<QCheckBox>(dialog, u"secretStored"_s), Qt::Key_Space);
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(!dialog.isVisible());
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
}

void TestDialogs::copyingFromTheFieldMarksTheSecretToo() {
    SecretClipboard clipboard;
    SecretDialog dialog(issued(), clipboard, nullptr);
    show(dialog);
    auto* value = find<QLineEdit>(dialog, u"secretValue"_s);
    value->setFocus();
    value->selectAll();
    QTest::keyClick(value, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QApplication::clipboard()->mimeData()->hasFormat(u"x-kde-passwordManagerHint"_s));
    QCOMPARE(clipboard.secondsLeft(), SecretClipboard::secondsKept);
    QVERIFY(find<QPushButton>(dialog, u"done"_s)->isEnabled());
}

void TestDialogs::closingAfterACopyIsAnEnd() {
    SecretClipboard clipboard;
    const QPointer<SecretDialog> dialog = new SecretDialog(issued(), clipboard, nullptr);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    show(*dialog);
    press(*dialog, u"copySecret"_s);
    dialog->close();
    QTRY_VERIFY(!dialog); // The plain secret does not stay in a hidden dialog.
}

void TestDialogs::theClipboardMarksTheSecretAndIsCleared() {
    SecretClipboard clipboard;
    clipboard.setTick(0);
    const Secret secret = newSigningSecret(random_);
    QSignalSpy counted(&clipboard, &SecretClipboard::countedDown);
    clipboard.copy(secret);
    QCOMPARE(QApplication::clipboard()->mimeData()->data(u"x-kde-passwordManagerHint"_s), QByteArray("secret"));
    QCOMPARE(clipboard.secondsLeft(), SecretClipboard::secondsKept);
    QTRY_COMPARE(clipboard.secondsLeft(), 0);
    QVERIFY(QApplication::clipboard()->text().isEmpty());
    QCOMPARE(counted.count(), SecretClipboard::secondsKept + 1);
}

void TestDialogs::whatWasCopiedMeanwhileStays() {
    {
        SecretClipboard clipboard;
        clipboard.copy(newSigningSecret(random_));
        QApplication::clipboard()->setText(u"something else"_s);
    }
    QCOMPARE(QApplication::clipboard()->text(), u"something else"_s);
    {
        SecretClipboard clipboard;
        clipboard.copy(newSigningSecret(random_));
    }
    QVERIFY(QApplication::clipboard()->text().isEmpty()); // At the end of the program, too.
}

void TestDialogs::aConcealedSecretShowsItsBeginningOnly() {
    SecretClipboard clipboard;
    const SecretDialog::Issued value = issued();
    SecretDialog dialog(value, clipboard, nullptr);
    show(dialog);
    press(dialog, u"concealSecret"_s);
    const QString shown = find<QLineEdit>(dialog, u"secretValue"_s)->text();
    QVERIFY(shown.startsWith(value.secret.prefix()));
    QVERIFY(!shown.contains(QString::fromLatin1(value.secret.reveal().mid(12))));
    press(dialog, u"copySecret"_s);
    QCOMPARE(QApplication::clipboard()->text().toLatin1(), value.secret.reveal());
}

void TestDialogs::aRotationSaysHowLongTheOldSecretIsValid() {
    SecretClipboard clipboard;
    SecretDialog::Issued value = issued();
    value.previousValidUntil = start + std::chrono::hours(24);
    SecretDialog dialog(value, clipboard, nullptr);
    show(dialog);
    QString text;
    for (const QLabel* label : dialog.findChildren<QLabel*>())
        text += label->text();
    QVERIFY2(text.contains(u"in 1 day") && text.contains(u"13 October 2026"), qPrintable(text));
    test::picture(dialog, u"secret-rotated"_s, *theme_);
}

void TestDialogs::cancelIsTheDefaultBeforeADeletion() {
    ConfirmationDialog dialog({u"Delete “Design alerts”?"_s,
                               u"Deleting removes this endpoint and its 1,284 deliveries for good. Disable it instead "
                               "if you may want it back."_s,
                               u"Delete endpoint"_s, u"Disable instead"_s, true},
                              nullptr);
    show(dialog);
    test::picture(dialog, u"delete"_s, *theme_);
    QSignalSpy confirmed(&dialog, &ConfirmationDialog::confirmed);
    QTest::keyClick(&dialog, Qt::Key_Return);
    QVERIFY(!dialog.isVisible());
    QCOMPARE(confirmed.count(), 0);
    QCOMPARE(dialog.result(), int(QDialog::Rejected));
}

void TestDialogs::enterIsForTheButtonThatHasTheFocus() {
    ConfirmationDialog dialog({u"Delete?"_s, u"For good."_s, u"Delete endpoint"_s, {}, true}, nullptr);
    show(dialog);
    QSignalSpy confirmed(&dialog, &ConfirmationDialog::confirmed);
    find<QPushButton>(dialog, u"confirm"_s)->setFocus();
    QTest::keyClick(&dialog, Qt::Key_Return);
    QCOMPARE(confirmed.count(), 1);
    QVERIFY(dialog.isVisible());
}

void TestDialogs::aPlaceForSecretsIsChosen() {
    Error why;
    why.kind = ErrorKind::NoKeychain;
    why.details = u"org.freedesktop.secrets was not provided by any .service files"_s;
    SecretPlaceDialog dialog(SecretPlaceDialog::Occasion::KeychainMissing, SecretPlace::Keychain, why, nullptr);
    show(dialog);
    test::picture(dialog, u"secret-place"_s, *theme_);
    QSignalSpy chosen(&dialog, &SecretPlaceDialog::chosen);
    QTest::keyClick(find<QRadioButton>(dialog, u"thisSession"_s), Qt::Key_Space);
    press(dialog, u"choosePlace"_s);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.first().first().value<SecretPlace>(), SecretPlace::ThisSession);
}

void TestDialogs::whileTheKeychainIsWaitedForNothingIsChosenByAccident() {
    SecretPlaceDialog dialog(SecretPlaceDialog::Occasion::KeychainWaits, SecretPlace::Keychain, {}, nullptr);
    show(dialog);
    test::picture(dialog, u"keychain-waits"_s, *theme_);
    QSignalSpy chosen(&dialog, &SecretPlaceDialog::chosen);
    QTest::keyClick(&dialog, Qt::Key_Return);
    QVERIFY(dialog.isVisible() && chosen.isEmpty());
    press(dialog, u"cancelPlace"_s);
    QVERIFY(!dialog.isVisible() && chosen.isEmpty());
}

void TestDialogs::anotherPlaceForSecretsIsChosenFromThreeInWords() {
    SecretPlaceDialog dialog(SecretPlaceDialog::Occasion::Change, SecretPlace::SealedFile, {}, nullptr);
    show(dialog);
    test::picture(dialog, u"secret-place-change"_s, *theme_);
    QVERIFY(find<QRadioButton>(dialog, u"sealedFile"_s)->isChecked()); // The one in use.
    QSignalSpy chosen(&dialog, &SecretPlaceDialog::chosen);
    QTest::keyClick(find<QRadioButton>(dialog, u"keychain"_s), Qt::Key_Space);
    press(dialog, u"choosePlace"_s);
    QCOMPARE(chosen.first().first().value<SecretPlace>(), SecretPlace::Keychain);
}

void TestDialogs::appearanceCountsAtOnce() {
    SettingsDialog dialog(Theme::Mode::System, u"Kept in this computer's keychain."_s, u"/home/me/data"_s, nullptr);
    show(dialog);
    test::picture(dialog, u"settings"_s, *theme_);
    QSignalSpy chosen(&dialog, &SettingsDialog::modeChosen);
    press(dialog, u"modeDark"_s);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.first().first().value<Theme::Mode>(), Theme::Mode::Dark);
}

void TestDialogs::aKeyIsJudgedByItsForm_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("words");
    QTest::newRow("a key") << u"ak_live_1234567890"_s << QString();
    QTest::newRow("a key with white space around") << u"  ak_live_1234567890 "_s << QString();
    QTest::newRow("a signing secret") << u"whsec_1234567890"_s << u"signing secret of an endpoint"_s;
    QTest::newRow("something else") << u"hello"_s << u"begins with “ak_live_”"_s;
    QTest::newRow("a space inside") << u"ak_live_12 34"_s << u"no spaces"_s;
}

void TestDialogs::aKeyIsJudgedByItsForm() {
    QFETCH(QString, key);
    QFETCH(QString, words);
    AccountDialog dialog(nullptr);
    show(dialog);
    auto* field = find<QLineEdit>(dialog, u"apiKey"_s);
    QCOMPARE(field->echoMode(), QLineEdit::Password);
    QTest::keyClicks(field, key);
    find<QLineEdit>(dialog, u"accountName"_s)->setFocus();
    const auto* submit = find<QPushButton>(dialog, u"submit"_s);
    QTRY_COMPARE(submit->isEnabled(), words.isEmpty());
    QVERIFY2(submit->accessibleDescription().contains(words), qPrintable(submit->accessibleDescription()));
    QCOMPARE(dialog.apiKey().reveal(), words.isEmpty() ? key.trimmed().toLatin1() : QByteArray());
    test::picture(dialog, u"account-"_s + QString::fromUtf8(QTest::currentDataTag()).replace(u' ', u'-'), *theme_);
}

void TestDialogs::aKeyThatLacksAPermissionIsTakenOnlyOnPurpose() {
    AccountDialog dialog(nullptr);
    show(dialog);
    QTest::keyClicks(find<QLineEdit>(dialog, u"apiKey"_s), u"ak_live_1234567890"_s);
    dialog.setMissingScopes({u"webhooks:write"_s, u"events:read"_s});
    auto* banner = find<Banner>(dialog, u"sheetError"_s);
    QVERIFY(banner->text().contains(u"webhooks:write") && banner->text().contains(u"testing endpoints"));
    test::picture(dialog, u"account-lacks-scopes"_s, *theme_);
    QVERIFY(dialog.takesKeyAnyway());
    QTest::keyClicks(find<QLineEdit>(dialog, u"apiKey"_s), u"1"_s); // Another key is another question.
    QVERIFY(!dialog.takesKeyAnyway());
    QVERIFY(!banner->isVisible());
}

void TestDialogs::afterARefusalTheFocusIsWhereItWas() {
    AccountDialog account(nullptr);
    show(account);
    auto* key = find<QLineEdit>(account, u"apiKey"_s);
    key->setFocus();
    account.setBusy(true);
    QVERIFY(account.focusWidget() != key);
    account.setBusy(false);
    QCOMPARE(account.focusWidget(), key);
    EndpointDialog endpoint(knownEndpoint(), false, desk_->receiver, nullptr);
    show(endpoint);
    auto* name = find<QLineEdit>(endpoint, u"name"_s);
    name->setFocus();
    endpoint.setBusy(true);
    endpoint.setBusy(false);
    QCOMPARE(endpoint.focusWidget(), name);
}

void TestDialogs::aNewKeyIsForTheSameAccount() {
    AccountDialog dialog(u"My team"_s, QUrl(u"https://example.org/api/v1"_s), nullptr);
    show(dialog);
    QVERIFY(!find<QLineEdit>(dialog, u"accountName"_s)->isVisible());
    QCOMPARE(dialog.baseUrl(), QUrl(u"https://example.org/api/v1"_s));
    test::picture(dialog, u"account-new-key"_s, *theme_);
}

void TestDialogs::anAccountTellsWhatItIs_data() {
    QTest::addColumn<QStringList>("scopes");
    QTest::addColumn<HttpHeaders>("headers");
    QTest::addColumn<QStringList>("says");
    QTest::addColumn<QStringList>("saysNot");
    QTest::addColumn<QString>("link");
    const QByteArray reset = QByteArray::number(secondsSinceEpoch(start) + 30);
    const HttpHeaders limits{
        {"X-RateLimit-Limit", "600"}, {"X-RateLimit-Remaining", "580"}, {"X-RateLimit-Reset", reset}};
    HttpHeaders ending = limits;
    ending.add("Deprecation", "true");
    ending.add("Sunset", "Fri, 01 Jan 2027 00:00:00 GMT");
    ending.add("Link", "<https://app.autousers.ai/docs/v2>; rel=\"successor-version\"");
    HttpHeaders strange = limits;
    strange.add("Deprecation", "true");
    strange.add("Link", "<http://a.example/>; rel=\"successor-version\"");
    const QStringList all{u"webhooks:*"_s, u"events:read"_s};
    QTest::newRow("whole") << all << limits
                           << QStringList{u"My team"_s,
                                          u"team_1"_s,
                                          u"user_1"_s,
                                          u"Pro"_s,
                                          u"12 of 1,000"_s,
                                          u"testing endpoints"_s,
                                          u"what an event contained"_s,
                                          u"keychain"_s,
                                          u"600 request(s) a minute, 580 of them left until"_s,
                                          u"Not yet"_s}
                           << QStringList{u"lacks"_s, u"interface"_s} << QString();
    QTest::newRow("lacks-a-right") << QStringList{u"webhooks:read"_s, u"odd:<b>thing</b>"_s} << limits
                                   << QStringList{u"It does not allow: webhooks:write, for creating"_s,
                                                  u"odd:<b>thing</b>"_s}
                                   << QStringList() << QString();
    QTest::newRow("on-its-way-out") << all << ending << QStringList{u"answers until"_s, u"January 2027"_s}
                                    << QStringList() << u"https://app.autousers.ai/docs/v2"_s;
    QTest::newRow("a-link-that-is-not-safe")
        << all << strange << QStringList{u"interface ends"_s} << QStringList{u"a.example"_s} << QString();
}

void TestDialogs::anAccountTellsWhatItIs() {
    QFETCH(QStringList, scopes);
    QFETCH(HttpHeaders, headers);
    QFETCH(QStringList, says);
    QFETCH(QStringList, saysNot);
    QFETCH(QString, link);
    test::ScriptedTransport transport;
    AccountClient client(transport, Secret("ak_live_secret"), desk_->clock, random_);
    History history(desk_->folder.filePath(u"history.db"_s), desk_->clock);
    transport.answer(200, json::write(Principal{u"user_1"_s, u"team_1"_s, u"api_key"_s, scopes}), headers);
    Usage usage{u"pro"_s, start, start + std::chrono::hours(24 * 30), {{u"evaluations"_s, 12}}, {}, {}};
    usage.limits = {{u"evaluations"_s, 1000}, {u"requests_per_minute"_s, 600}};
    transport.answer(200, json::write(usage), headers);
    AccountDetails dialog({u"My team"_s, u"https://app.autousers.ai/api/v1"_s, u"Kept in this computer's keychain."_s},
                          client, history, nullptr);
    show(dialog);
    auto* copy = find<CopyButton>(dialog, u"copyDetails"_s);
    QTRY_VERIFY(copy->copiedText().contains(u"Period"));
    QTRY_VERIFY(copy->copiedText().contains(u"Up to date"));
    test::picture(dialog, u"account-details-"_s + QString::fromUtf8(QTest::currentDataTag()), *theme_);
    for (const QString& words : says)
        QVERIFY2(copy->copiedText().contains(words), qPrintable(copy->copiedText()));
    for (const QString& words : saysNot)
        QVERIFY2(!copy->copiedText().contains(words), qPrintable(copy->copiedText()));
    QVERIFY(!copy->copiedText().contains(u"ak_live"));
    const auto labels = dialog.findChildren<QLabel*>();
    for (const QLabel* label : labels)
        QVERIFY(label->textFormat() == Qt::PlainText || label->text().isEmpty());
    QSignalSpy opened(&dialog, &AccountDetails::linkOpened);
    auto* open = find<Banner>(dialog, u"versionNotice"_s)->actionButton();
    QCOMPARE(open->isVisible(), !link.isEmpty());
    if (!link.isEmpty()) {
        QTest::mouseClick(open, Qt::LeftButton);
        QCOMPARE(opened.first().first().toUrl(), QUrl(link));
    }
}

void TestDialogs::anAccountThatDoesNotAnswerTellsWhatIsKnownHere() {
    test::ScriptedTransport transport;
    std::optional<AccountClient> client(std::in_place, transport, Secret("ak_live_secret"), desk_->clock, random_);
    History history(desk_->folder.filePath(u"history.db"_s), desk_->clock);
    transport.answer(401, R"({"error":{"type":"authentication_error","message":"No."}})");
    AccountDetails dialog({u"My team"_s, u"https://app.autousers.ai/api/v1"_s, {}}, *client, history, nullptr);
    show(dialog);
    QTRY_VERIFY(find<Banner>(dialog, u"sheetError"_s)->isVisible());
    const QString known = find<CopyButton>(dialog, u"copyDetails"_s)->copiedText();
    QVERIFY(known.contains(u"My team") && known.contains(u"app.autousers.ai") && !known.contains(u"Asking"));
    QVERIFY(!known.contains(u"Key:")); // Nothing is said of what is not known.
    test::picture(dialog, u"account-details-refused"_s, *theme_);
    client.reset();
    QVERIFY(dialog.isVisible());
}

void TestDialogs::theHelpArticleIsThere() {
    HelpWindow help(nullptr);
    show(help);
    test::picture(help, u"help"_s, *theme_);
    QVERIFY(find<QTextBrowser>(help, u"helpArticle"_s)->toPlainText().contains(u"Six steps"));
}

void TestDialogs::everyControlHasAName_data() {
    QTest::addColumn<QString>("which");
    for (const char* name : {"endpoint", "secret", "confirmation", "place", "settings", "about", "help", "account",
                             "rename", "already-open"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestDialogs::everyControlHasAName() {
    SecretClipboard clipboard;
    QFETCH(QString, which);
    std::unique_ptr<QDialog> dialog;
    if (which == u"endpoint")
        dialog = std::make_unique<EndpointDialog>(desk_->receiver, nullptr);
    else if (which == u"secret")
        dialog = std::make_unique<SecretDialog>(issued(), clipboard, nullptr);
    else if (which == u"confirmation")
        dialog = std::make_unique<ConfirmationDialog>(Confirmation{u"a"_s, u"b"_s, u"c"_s, u"d"_s, true}, nullptr);
    else if (which == u"place")
        dialog = std::make_unique<SecretPlaceDialog>(SecretPlaceDialog::Occasion::Change, SecretPlace::Keychain,
                                                     Error(), nullptr);
    else if (which == u"settings")
        dialog = std::make_unique<SettingsDialog>(Theme::Mode::Light, u"a"_s, u"b"_s, nullptr);
    else if (which == u"account")
        dialog = std::make_unique<AccountDialog>(nullptr);
    else if (which == u"rename")
        dialog = std::make_unique<RenameDialog>(u"Rename account"_s, u"My team"_s, nullptr);
    else if (which == u"about")
        dialog = std::make_unique<AboutDialog>(nullptr);
    else if (which == u"already-open") {
        auto open = std::make_unique<AlreadyOpenDialog>(u"/home/somebody/a folder with a long name/waybill"_s);
        open->sayThatThereIsNoAnswer();
        dialog = std::move(open);
    } else
        dialog = std::make_unique<HelpWindow>(nullptr);
    show(*dialog);
    test::picture(*dialog, u"dialog-"_s + which, *theme_);
    int controls = 0;
    for (QWidget* widget : dialog->findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus)
            continue;
        ++controls;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        QVERIFY2(face && !face->text(QAccessible::Name).isEmpty(),
                 qPrintable(QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName()));
    }
    QVERIFY(controls > 0);
    const QString faults = test::faultsHeardIn(*dialog);
    QVERIFY2(faults.isEmpty(), qPrintable(faults));
}

QTEST_MAIN(TestDialogs)
#include "tst_dialogs.moc"
