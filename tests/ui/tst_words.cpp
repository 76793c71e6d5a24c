// SPDX-License-Identifier: MIT
#include "contract/foreigntext.h"
#include "support/foreign.h"
#include "words/accountfacts.h"
#include "words/answers.h"
#include "words/catchup.h"
#include "words/engine.h"
#include "words/errors.h"
#include "words/eventtypes.h"
#include "words/forecast.h"
#include "words/proxies.h"
#include "words/scopes.h"
#include "words/signatures.h"
#include "words/statuses.h"
#include "words/times.h"
#include "words/traces.h"

#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const Instant now = instantFromMilliseconds(1'791'797'444'000);
Instant after(int seconds) {
    return now + std::chrono::seconds(seconds);
}
} // namespace

class TestWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }
    void timesAreRelative_data();
    void timesAreRelative();
    void aTimeToComeIsNeverPast();
    void durationsAreShort_data();
    void durationsAreShort();
    void aRoughDurationHasOneUnit();
    void anIsoTimeCarriesItsOffset();
    void aDeliveryHasItsStatus_data();
    void aDeliveryHasItsStatus();
    void aDeliveryThatIsKeptBackSaysWhy();
    void anEndpointHasItsStatus();
    void whoDisabledAnEndpointIsTold_data();
    void whoDisabledAnEndpointIsTold();
    void aRotationIsTold();
    void rowsThatAreLeftOutAreNamed();
    void everyErrorHasATitleATextAndANextStep_data();
    void everyErrorHasATitleATextAndANextStep();
    void codesOfTheContractHaveTheirOwnWords();
    void aLongPauseIsToldInMinutes();
    void eachFailureOfAProxyIsToldWithItsNextStep();
    void eachFaultOfTheStoreHasItsNextStep_data();
    void eachFaultOfTheStoreHasItsNextStep();
    void aSecretThatCouldNotBeKeptIsNotTheAccountsFault();
    void whyTheEngineWaitsSaysWhatBecomesOfIt();
    void theAccountsOwnMessageIsKept();
    void whatTheAccountSaysOfItselfIsQuoted();
    void anAnswerNamesItsStatusAndTheNextStep_data();
    void anAnswerNamesItsStatusAndTheNextStep();
    void everyFailureIsExplained();
    void nothingIsSaidToBeUnsentThatWasSent_data();
    void nothingIsSaidToBeUnsentThatWasSent();
    void anAnswerThatBrokeOffIsNotCalledTaken();
    void theAddressesThatWereTriedAreNamed();
    void anAnswerIsQuotedInWholeLetters();
    void anUnknownFailureIsToldInTheAccountsWords();
    void nobodyWaitsForATryAfterTheLast();
    void everyVerdictIsExplained();
    void anUnknownEventTypeIsCalledByItsName();
    void aForecastSaysWhatComesAndWhen_data();
    void aForecastSaysWhatComesAndWhen();
    void aForecastHasExactTimesInItsTip();
    void goingBackToRealTimeSaysWhatWaits();
    void foreignTextTurnsNoSentence_data();
    void foreignTextTurnsNoSentence();
    void whatFollowedAnAttemptIsNotPromised();
    void aGenuineDeliverySaysSo();
    void everyEventHasATitleAndAName();
};

void TestWords::aForecastSaysWhatComesAndWhen_data() {
    QTest::addColumn<Forecast>("forecast");
    QTest::addColumn<bool>("isEnabled");
    QTest::addColumn<QString>("expected");
    const QString last = u"If nothing changes, the last try is attempt 9 on "_s + shortTime(after(600)) +
                         u". After that, the event is given up."_s;
    const Forecast::Step ninth{u"a"_s, 9, after(600)};
    const Forecast::Step fourth{u"b"_s, 4, after(300)};
    const QString then = u", at the earliest on "_s + shortTime(after(300)) + u" (attempt 4 of 9)."_s;
    QTest::newRow("disabled already") << Forecast{ninth, 0, 3, {}} << false << last;
    QTest::newRow("not enough is scheduled")
        << Forecast{ninth, 12, 3, {}} << true
        << last + u"\n12 more failure(s) in a row disable(s) this endpoint. Fewer tries than that are scheduled."_s;
    QTest::newRow("nothing is scheduled")
        << Forecast{{}, 12, 3, {}} << true << u"12 more failure(s) in a row disable(s) this endpoint."_s;
    QTest::newRow("enough is scheduled") << Forecast{ninth, 12, 3, fourth} << true
                                         << last + u"\n12 more failure(s) in a row disable(s) this endpoint"_s + then;
    QTest::newRow("gone twice") << Forecast{ninth, 48, 1, fourth} << true
                                << last + u"\nOne more 410 answer disables this endpoint"_s + then;
}

void TestWords::aForecastSaysWhatComesAndWhen() {
    QFETCH(Forecast, forecast);
    QFETCH(bool, isEnabled);
    QTEST(wordsFor(forecast, isEnabled).text, "expected");
}

void TestWords::aForecastHasExactTimesInItsTip() {
    const Forecast forecast{Forecast::Step{u"a"_s, 9, after(600)}, 12, 3, Forecast::Step{u"b"_s, 4, after(300)}};
    const QString tip = wordsFor(forecast, true).tip;
    QVERIFY2(tip.contains(exactTime(after(600))) && tip.contains(exactTime(after(300))), qPrintable(tip));
}

void TestWords::goingBackToRealTimeSaysWhatWaits() {
    EngineState state;
    QVERIFY(backToRealTimeText(state, now).endsWith(u"Nothing is scheduled."));
    state.scheduled = 2;
    state.nextDue = after(2 * 86'400 + 60);
    const QString said = backToRealTimeText(state, now);
    QVERIFY2(said.contains(u"2 scheduled delivery(s)") && said.endsWith(u"The next one is due in 2 day(s)."),
             qPrintable(said));
}

void TestWords::timesAreRelative_data() {
    QTest::addColumn<int>("seconds");
    QTest::addColumn<QString>("expected");
    QTest::newRow("now") << 0 << u"just now"_s;
    QTest::newRow("seconds") << -20 << u"20 s ago"_s;
    QTest::newRow("minutes") << -120 << u"2 min ago"_s;
    QTest::newRow("ahead") << 240 << u"in 4 min"_s;
    QTest::newRow("hour") << -3600 << u"1 h ago"_s;
    QTest::newRow("below a day") << -86'399 << u"23 h ago"_s;
}

void TestWords::timesAreRelative() {
    QFETCH(int, seconds);
    QFETCH(QString, expected);
    QCOMPARE(relativeTime(after(seconds), now), expected);
}

void TestWords::aTimeToComeIsNeverPast() {
    QCOMPARE(timeToCome(after(240), now), u"in 4 min"_s);
    QCOMPARE(timeToCome(after(0), now), u"in a moment"_s);
    QCOMPARE(timeToCome(after(-20), now), u"in a moment"_s);
}

void TestWords::durationsAreShort_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("expected");
    QTest::newRow("never 0 ms") << 0 << u"< 1 ms"_s;
    QTest::newRow("ms") << 171 << u"171 ms"_s;
    QTest::newRow("below a second") << 999 << u"999 ms"_s;
    QTest::newRow("seconds") << 10'000 << u"10.0 s"_s;
    QTest::newRow("never 60.0 s") << 59'990 << u"1 min"_s;
    QTest::newRow("minutes") << 252'000 << u"4 min 12 s"_s;
    QTest::newRow("hours") << 7'260'000 << u"2 h 1 min"_s;
}

void TestWords::durationsAreShort() {
    QFETCH(int, count);
    QFETCH(QString, expected);
    QCOMPARE(durationText(milliseconds(count)), expected);
}

void TestWords::aRoughDurationHasOneUnit() {
    QVERIFY(roughDuration(milliseconds(0)).startsWith(u"1 "));
    QVERIFY(roughDuration(seconds(319)).startsWith(u"5 min"));
    QVERIFY(roughDuration(std::chrono::hours(49)).startsWith(u"2 day"));
}

void TestWords::anIsoTimeCarriesItsOffset() {
    const QDateTime read = QDateTime::fromString(isoLocalTime(now), Qt::ISODateWithMs);
    QCOMPARE(read.toMSecsSinceEpoch(), millisecondsSinceEpoch(now));
    const QString text = isoLocalTime(now);
    QVERIFY2(text.endsWith(u'Z') || text.sliced(19).contains(u'+') || text.sliced(19).contains(u'-'), qPrintable(text));
}

void TestWords::aDeliveryHasItsStatus_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("scheduledIn");
    QTest::addColumn<bool>("isReplay");
    QTest::addColumn<QString>("expected");
    QTest::newRow("delivered") << int(DeliveryStatus::Delivered) << 0 << false << u"Delivered"_s;
    QTest::newRow("replay") << int(DeliveryStatus::Delivered) << 0 << true << u"Delivered · replay"_s;
    QTest::newRow("scheduled") << int(DeliveryStatus::Pending) << 60 << false << u"Scheduled"_s;
    QTest::newRow("due") << int(DeliveryStatus::Pending) << 0 << false << u"Sending"_s;
    QTest::newRow("failed") << int(DeliveryStatus::Failed) << 0 << false << u"Failed, will retry"_s;
    QTest::newRow("abandoned") << int(DeliveryStatus::Abandoned) << 0 << false << u"Abandoned"_s;
    QTest::newRow("of the future") << int(DeliveryStatus::Unknown) << 0 << false << isolated(u"parked"_s);
}

void TestWords::aDeliveryHasItsStatus() {
    QFETCH(int, status);
    QFETCH(int, scheduledIn);
    QFETCH(bool, isReplay);
    Delivery delivery;
    delivery.status = DeliveryStatus(status);
    delivery.statusText = u"parked"_s;
    delivery.scheduledFor = after(scheduledIn);
    if (isReplay)
        delivery.replaysDeliveryId = u"whd_1"_s;
    const StatusWords words = statusOf(delivery, now);
    QTEST(words.text, "expected");
    QVERIFY(words.icon != Icon::None);
}

void TestWords::aDeliveryThatIsKeptBackSaysWhy() {
    Delivery delivery;
    delivery.status = DeliveryStatus::Pending;
    delivery.scheduledFor = now;
    delivery.error = u"The keychain is locked."_s;
    QCOMPARE(statusOf(delivery, now).text, u"Waiting"_s);
    QVERIFY(statusOf(delivery, now).kind == PillKind::Warning);
    QCOMPARE(explainAttempt(delivery), isolated(*delivery.error));
}

void TestWords::anEndpointHasItsStatus() {
    Endpoint endpoint;
    QCOMPARE(statusOf(endpoint).text, u"Enabled"_s);
    endpoint.lastFailedAt = now;
    QCOMPARE(statusOf(endpoint).text, u"Failing"_s);
    endpoint.lastDeliveredAt = after(1);
    QCOMPARE(statusOf(endpoint).text, u"Enabled"_s);
    endpoint.status = EndpointStatus::Disabled;
    QCOMPARE(statusOf(endpoint).text, u"Disabled"_s);
}

void TestWords::everyErrorHasATitleATextAndANextStep_data() {
    QTest::addColumn<int>("kind");
    for (int kind = 0; kind <= int(ErrorKind::Malformed); ++kind)
        QTest::addRow("%d", kind) << kind;
}

void TestWords::everyErrorHasATitleATextAndANextStep() {
    QFETCH(int, kind);
    Error error;
    error.kind = ErrorKind(kind);
    const ErrorWords words = wordsFor(error);
    for (const QString& text : {words.title, words.text, words.nextStep}) {
        QVERIFY(!text.isEmpty());
        QVERIFY(!text.contains(u'!'));
        QVERIFY(!text.contains(u"went wrong"));
    }
}

void TestWords::codesOfTheContractHaveTheirOwnWords() {
    Error error;
    error.kind = ErrorKind::Authorization;
    const QString plain = wordsFor(error).nextStep;
    error.code = u"plan_upgrade_required"_s;
    QVERIFY(wordsFor(error).nextStep.contains(u"plan"));
    error.code = u"missing_required_scope"_s;
    QVERIFY(wordsFor(error).nextStep.contains(u"key"));
    QVERIFY(wordsFor(error).nextStep != plain);
}

void TestWords::aLongPauseIsToldInMinutes() {
    Error error;
    error.kind = ErrorKind::RateLimit;
    error.retryAfterSeconds = 600;
    QCOMPARE(wordsFor(error).nextStep, u"It goes on in 10 min."_s);
    error.retryAfterSeconds = 119;
    QCOMPARE(wordsFor(error).nextStep, u"It goes on in 119 second(s)."_s);
}

void TestWords::eachFailureOfAProxyIsToldWithItsNextStep() {
    QStringList steps;
    for (int kind = int(ProxyFailure::Kind::LookUp); kind <= int(ProxyFailure::Kind::Unusable); ++kind) {
        const ProxyFailure failure{ProxyFailure::Kind(kind), u"proxy.example:3128"_s, 0};
        const AttemptWords told = wordsFor(failure);
        QVERIFY(told.happened.contains(failure.proxy));
        QVERIFY(!told.nextStep.isEmpty() && !steps.contains(told.nextStep));
        steps += told.nextStep;
        Error error;
        error.kind = ErrorKind::Unreachable;
        error.code = proxyErrorPrefix.toString() + nameOf(failure.kind);
        error.message = describe(failure);
        QCOMPARE(wordsFor(error).nextStep, told.nextStep);
        QVERIFY(wordsFor(error).title.contains(u"proxy"));
        QCOMPARE(withoutIsolation(wordsFor(error).text), error.message);
    }
    const ProxyFailure denied{ProxyFailure::Kind::Denied, u"%2 proxy:1"_s, 403};
    QCOMPARE(withoutIsolation(wordsFor(denied).happened),
             u"The proxy %2 proxy:1 answered 403: it does not allow this address."_s);
}

void TestWords::eachFaultOfTheStoreHasItsNextStep_data() {
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("step");
    QTest::addColumn<bool>("goesOnByItself");
    const auto row = [](QStringView code, const QString& step, bool goesOnByItself) {
        QTest::addRow("%s", qPrintable(code.toString())) << code.toString() << step << goesOnByItself;
    };
    row(storage::full, u"Free some space"_s, true);
    row(storage::writeProtected, u"Let it read and write the file"_s, true);
    row(storage::held, u"Close that program"_s, true);
    row(storage::damaged, u"move the file away"_s, false);
    row(storage::gone, u"Put it back"_s, true);
    row(storage::unavailable, u"Check the disk"_s, true);
}

void TestWords::eachFaultOfTheStoreHasItsNextStep() {
    QFETCH(QString, code);
    QFETCH(QString, step);
    Error error;
    error.code = code;
    error.message = u"Something of Waybill's own."_s;
    // As the store answers it, and as it comes back from the sandbox's door.
    for (const ErrorKind kind : {ErrorKind::Storage, ErrorKind::Api}) {
        error.kind = kind;
        const ErrorWords words = wordsFor(error);
        QCOMPARE(words.text, isolated(error.message)); // Not in quotation marks: it is Waybill's own.
        QVERIFY2(words.nextStep.contains(step), qPrintable(words.nextStep));
        QCOMPARE(words.nextStep.contains(u"Free some space"), code == storage::full);
        QTEST(words.nextStep.contains(u"goes on by itself"), "goesOnByItself");
        QVERIFY(!words.nextStep.contains(u"support"));
    }
    error.message.clear();
    QVERIFY(!wordsFor(error).text.isEmpty() && !wordsFor(error).title.isEmpty());
}

void TestWords::aSecretThatCouldNotBeKeptIsNotTheAccountsFault() {
    Error error;
    error.kind = ErrorKind::Api;
    error.code = u"secret_storage_unavailable"_s;
    error.message = u"The keychain is locked."_s;
    error.requestId = u"some id"_s;
    const ErrorWords words = wordsFor(error);
    QCOMPARE(words.text, isolated(error.message));
    QVERIFY2(words.nextStep.contains(u"keychain") && !words.nextStep.contains(u"support"), qPrintable(words.nextStep));
}

void TestWords::whyTheEngineWaitsSaysWhatBecomesOfIt() {
    Error full;
    full.kind = ErrorKind::Storage;
    full.code = storage::full.toString();
    QCOMPARE(storeFailureText(full), u"The Sandbox's deliveries are waiting. There is no space left for Waybill's "
                                     u"data. Waybill throws nothing away. "
                                     "Free some space, and it goes on by itself."_s);
    QCOMPARE(secretProblemText(u"The keychain is locked."_s),
             u"Some of the Sandbox's deliveries are waiting. "_s + isolated(u"The keychain is locked."_s) +
                 u" Nothing is lost: Waybill tries again by itself."_s);
    EngineState state;
    QVERIFY(!state.isWaiting());
    state.secretProblem = u"The keychain is locked."_s;
    QVERIFY(state.isWaiting());
    QCOMPARE(engineText(state, now), u"Some deliveries are waiting: "_s + isolated(u"The keychain is locked."_s));
    state.storeFailure = full;
    QCOMPARE(engineText(state, now), u"Engine paused: There is no space left for Waybill's data."_s);
}

void TestWords::theAccountsOwnMessageIsKept() {
    Error error;
    error.kind = ErrorKind::InvalidRequest;
    error.message = u"The url must be https."_s;
    QCOMPARE(wordsFor(error).text, isolated(error.message));
}

void TestWords::whatTheAccountSaysOfItselfIsQuoted() {
    Error error;
    error.kind = ErrorKind::Api;
    error.message = u"It happened on our side."_s;
    QCOMPARE(wordsFor(error).text, u"The account says: “"_s + isolated(error.message) + u"”"_s);
    QVERIFY(!wordsFor(error).nextStep.contains(u"request id"));
    error.requestId = u"some id"_s;
    QVERIFY(wordsFor(error).nextStep.contains(u"request id"));
}

void TestWords::anAnswerNamesItsStatusAndTheNextStep_data() {
    QTest::addColumn<int>("status");
    for (const int status : {200, 204, 302, 400, 401, 403, 404, 405, 410, 413, 418, 422, 429, 500, 503, 600, 100})
        QTest::addRow("%d", status) << status;
}

void TestWords::anAnswerNamesItsStatusAndTheNextStep() {
    QFETCH(int, status);
    Delivery delivery;
    delivery.status = DeliveryStatus::Failed;
    delivery.responseStatus = status;
    QVERIFY(explainAttempt(delivery).contains(QString::number(status)));
    if (status == 404)
        QCOMPARE(explainAttempt(delivery),
                 u"The receiver answered 404. Check the address: the Zap may have been turned off."_s);
}

void TestWords::everyFailureIsExplained() {
    QStringList seen;
    QStringList seenOnTheWire;
    for (int code = int(AttemptFailure::LookUp); code <= int(AttemptFailure::OtherProtocol); ++code) {
        AttemptOutcome outcome;
        outcome.failure = AttemptFailure(code);
        outcome.protocol = u"SSH"_s;
        if (outcome.failure == AttemptFailure::Proxy)
            outcome.proxy = ProxyFailure{ProxyFailure::Kind::Refused, u"proxy.example:3128"_s, 0};
        Delivery delivery;
        delivery.status = DeliveryStatus::Failed;
        delivery.error = describeFailure(outcome);
        delivery.failure = reportOf(outcome);
        const AttemptWords words = wordsFor(delivery);
        QVERIFY(!words.happened.isEmpty() && !words.happened.contains(u'%'));
        QVERIFY(!words.nextStep.isEmpty());
        QVERIFY(!seen.contains(words.happened));
        seen.append(words.happened);
        QVERIFY(!delivery.error->isEmpty() && !delivery.error->contains(u'%'));
        QVERIFY(!seenOnTheWire.contains(*delivery.error));
        seenOnTheWire.append(*delivery.error);
        QCOMPARE(explainAttempt(delivery), words.happened + u' ' + words.nextStep);
    }
}

void TestWords::nothingIsSaidToBeUnsentThatWasSent_data() {
    QTest::addColumn<SentPart>("sent");
    QTest::newRow("in part") << SentPart::Part;
    QTest::newRow("all") << SentPart::Whole;
    QTest::newRow("nobody knows") << SentPart::Unknown;
}

void TestWords::nothingIsSaidToBeUnsentThatWasSent() {
    QFETCH(SentPart, sent);
    for (int code = int(AttemptFailure::LookUp); code <= int(AttemptFailure::OtherProtocol); ++code) {
        if (AttemptFailure(code) == AttemptFailure::Unsendable)
            continue;
        Delivery delivery;
        delivery.status = DeliveryStatus::Failed;
        delivery.failure = FailureReport{AttemptFailure(code), sent, {}, u"SSH"_s, {}};
        QVERIFY(!wordsFor(delivery).happened.contains(u"othing was sent"));
        QVERIFY(!wasNeverSent(*delivery.failure));
    }
}

void TestWords::anAnswerThatBrokeOffIsNotCalledTaken() {
    Delivery delivery;
    delivery.status = DeliveryStatus::Failed;
    delivery.responseStatus = 200;
    delivery.failure = FailureReport{AttemptFailure::Closed, SentPart::Whole, {}, {}, {}};
    QCOMPARE(wordsFor(delivery).happened, u"The receiver closed the connection before its answer was complete."_s);
}

void TestWords::theAddressesThatWereTriedAreNamed() {
    Delivery delivery;
    delivery.status = DeliveryStatus::Failed;
    delivery.failure = FailureReport{AttemptFailure::Refused, SentPart::Nothing, {u"[::1]"_s, u"127.0.0.1"_s}, {}, {}};
    const QString happened = wordsFor(delivery).happened;
    QVERIFY2(happened.contains(u"[::1]") && happened.contains(u"127.0.0.1"), qPrintable(happened));
}

void TestWords::anAnswerIsQuotedInWholeLetters() {
    Delivery delivery;
    for (int before = 0; before < 3; ++before) {
        delivery.responseBody = QString(before, u'x') + u"\U0001F468\u200D\U0001F469\u200D\U0001F467"_s.repeated(60);
        const QString quoted = quotedAnswer(delivery).chopped(1);
        QVERIFY(delivery.responseBody->startsWith(quoted));
        QCOMPARE((quoted.size() - before) % 8, 0);
    }
    delivery.responseBody = u" short\n one "_s;
    QCOMPARE(quotedAnswer(delivery), u"short one"_s);
}

void TestWords::anUnknownFailureIsToldInTheAccountsWords() {
    Delivery delivery;
    delivery.status = DeliveryStatus::Failed;
    QVERIFY(!wordsFor(delivery).happened.isEmpty());
    delivery.error = u"The line was cut."_s;
    QCOMPARE(wordsFor(delivery).happened, isolated(*delivery.error));
    QVERIFY(!wordsFor(delivery).nextStep.isEmpty());
}

void TestWords::nobodyWaitsForATryAfterTheLast() {
    Delivery delivery;
    delivery.responseStatus = 503;
    delivery.status = DeliveryStatus::Failed;
    QVERIFY(wordsFor(delivery).nextStep.contains(u"next try"));
    delivery.status = DeliveryStatus::Abandoned;
    QVERIFY(!wordsFor(delivery).nextStep.contains(u"next try"));
}

void TestWords::whoDisabledAnEndpointIsTold_data() {
    QTest::addColumn<Actor>("by");
    QTest::addColumn<QString>("said");
    QTest::newRow("the rule of 410") << Actor::GoneRule << u"410 Gone"_s;
    QTest::newRow("the rule of fifty") << Actor::FailuresRule << u"last 50 attempts"_s;
    QTest::newRow("here") << Actor::Waybill << u"with this Waybill"_s;
    QTest::newRow("a tool") << Actor::OtherTool << u"another tool"_s;
    QTest::newRow("nobody knows") << Actor::Unknown << u"not with this Waybill"_s;
}
void TestWords::whoDisabledAnEndpointIsTold() {
    QFETCH(Actor, by);
    QFETCH(QString, said);
    Endpoint endpoint;
    QVERIFY(disabledText(endpoint, now).isEmpty());
    endpoint.status = EndpointStatus::Disabled;
    QVERIFY(disabledText(endpoint, now).contains(u"not known here"));
    endpoint.trace.disabledAt = after(-120);
    endpoint.trace.disabledBy = by;
    const QString text = disabledText(endpoint, now);
    QVERIFY2(text.contains(said) && text.contains(u"2 min ago") && text.contains(u"enable"), qPrintable(text));
    QVERIFY(!disabledLine(endpoint).isEmpty());
}

void TestWords::aRotationIsTold() {
    EndpointTrace trace;
    QVERIFY(rotatedText(trace, now).isEmpty() && overlapText(trace, now).isEmpty());
    trace.rotatedAt = after(-120);
    trace.rotatedBy = Actor::OtherTool;
    trace.previousSecretValidUntil = after(3600);
    QVERIFY(rotatedText(trace, now).contains(u"another tool"));
    QVERIFY(isOverlapping(trace, now) && overlapText(trace, now).contains(u"in 1 h"));
    trace.previousSecretValidUntil = now;
    QVERIFY(!isOverlapping(trace, now) && overlapText(trace, now).contains(u"nothing since"));
}

void TestWords::rowsThatAreLeftOutAreNamed() {
    QVERIFY(leftOutText({}).isEmpty());
    QVERIFY(leftOutText({1, {u"event_bad"_s}}).contains(u"event_bad"));
    QVERIFY(leftOutText({1, {}}).contains(u"without an id"));
    const QString many = withoutIsolation(leftOutText({12, {u"a"_s, u"b"_s, u"c"_s, u"d"_s}}));
    QVERIFY2(many.contains(u"12 ") && many.contains(u"a, b, c, …"), qPrintable(many));
}

void TestWords::everyVerdictIsExplained() {
    for (int verdict = 0; verdict <= int(SignatureVerdict::NoSecret); ++verdict) {
        SignatureCheck check;
        check.verdict = SignatureVerdict(verdict);
        check.age = seconds(600);
        const SignatureWords words = wordsFor(check);
        QVERIFY(!words.title.isEmpty());
        QVERIFY(!words.sentence.contains(u'%'));
        QVERIFY(!words.sentence.contains(u"HMAC"));
    }
}

void TestWords::anUnknownEventTypeIsCalledByItsName() {
    QCOMPARE(eventTitle(u"team.renamed"_s), u"team.renamed"_s);
    QVERIFY(eventSentence(u"team.renamed"_s).isEmpty());
    QCOMPARE(eventTitle(u"evaluation.created"_s), u"Evaluation created"_s);
}

void TestWords::foreignTextTurnsNoSentence_data() {
    QTest::addColumn<QString>("words");
    const QString& evil = test::hostileText();
    const auto row = [](const char* name, const QString& words) { QTest::newRow(name) << words; };
    for (int kind = 0; kind <= int(ErrorKind::Malformed); ++kind) {
        Error error;
        error.kind = ErrorKind(kind);
        error.message = error.requestId = evil;
        const ErrorWords words = wordsFor(error);
        QTest::addRow("error %d", kind) << words.title + words.text + words.nextStep;
        QTest::addRow("problem %d", kind) << problemText(error);
        QTest::addRow("store %d", kind) << storeFailureText(error);
    }
    row("secret problem", secretProblemText(evil));
    EngineState engine;
    engine.secretProblem = evil;
    row("engine", engineText(engine, now));
    Delivery delivery;
    delivery.error = evil;
    row("waiting", explainAttempt(delivery));
    delivery.status = DeliveryStatus::Failed;
    row("failed", explainAttempt(delivery));
    delivery.status = DeliveryStatus::Unknown;
    delivery.statusText = evil;
    delivery.replaysDeliveryId = u"whd_1"_s;
    row("status of a delivery", statusOf(delivery, now).text);
    Endpoint endpoint;
    endpoint.status = EndpointStatus::Unknown;
    endpoint.statusText = evil;
    row("status of an endpoint", statusOf(endpoint).text);
    row("event", u"x "_s + eventTitleAndName(evil) + u" x"_s);
    BroughtEvent brought;
    brought.type = evil;
    brought.result = BroughtResult::NoEndpointTakesIt;
    row("brought event", statusOf(brought).text);
    BringingState bringing;
    row("bringing", bringingText(evil, bringing) + nothingBroughtText(evil, bringing, now));
    bringing.record.isOn = true;
    bringing.problem = Error();
    row("bringing with a problem", bringingText(evil, bringing) + nothingBroughtText(evil, bringing, now));
    const Forecast forecast{Forecast::Step{evil, 9, after(600)}, 12, 3, Forecast::Step{evil, 4, after(300)}};
    row("forecast", wordsFor(forecast, true).text + wordsFor(forecast, true).tip);
    Usage usage;
    usage.used.insert(evil, 12);
    row("usage", usageWords(usage).join(u' '));
    row("rights", rightsWords({evil}).join(u' ') + whatNeedsScope(evil));
}

void TestWords::foreignTextTurnsNoSentence() {
    QFETCH(QString, words);
    QVERIFY(!words.isEmpty());
    const QString turned = test::turnedIn(words);
    QVERIFY2(turned.isEmpty(), qPrintable(turned));
}

void TestWords::whatFollowedAnAttemptIsNotPromised() {
    Delivery delivery;
    delivery.status = DeliveryStatus::Failed;
    delivery.responseStatus = 503;
    QCOMPARE(statusOf(delivery, now, Afterwards::TriedAgain).text, u"Failed, will retry"_s);
    QVERIFY(explainAttempt(delivery, Afterwards::TriedAgain).contains(u"next try"));
    for (const Afterwards later : {Afterwards::Delivered, Afterwards::GivenUp}) {
        QCOMPARE(statusOf(delivery, now, later).text, u"Failed"_s);
        QVERIFY(!explainAttempt(delivery, later).contains(u"next try"));
    }
}

void TestWords::aGenuineDeliverySaysSo() {
    Delivery delivery;
    delivery.status = DeliveryStatus::Delivered;
    SignatureCheck check;
    check.verdict = SignatureVerdict::Valid;
    QCOMPARE(statusOf(delivery, now, {}, check).text, u"Delivered · Verified"_s);
    QVERIFY(statusOf(delivery, now, {}, check).kind == PillKind::Success);
    check.verdict = SignatureVerdict::WrongSecret;
    QCOMPARE(statusOf(delivery, now, {}, check).text, u"Delivered · not verified"_s);
    QCOMPARE(statusOf(delivery, now).text, u"Delivered"_s);
    delivery.replaysDeliveryId = u"whd_1"_s;
    check.verdict = SignatureVerdict::Valid;
    QCOMPARE(statusOf(delivery, now, {}, check).text, u"Delivered · replay · Verified"_s);
}

void TestWords::everyEventHasATitleAndAName() {
    for (const EventType& type : eventCatalogue()) {
        const QString name = QString::fromLatin1(type.name);
        QCOMPARE(eventTitle(name), QString::fromLatin1(type.title));
        QCOMPARE(eventName(name), name);
        QVERIFY(eventsTitled(eventTitle(name).toUpper()).contains(name));
    }
    QCOMPARE(eventTitleAndName(u"rating.created"_s), u"Rating submitted (rating.created)"_s);
    QCOMPARE(eventTitle(u"webhook.test"_s), u"Test event"_s);
    QCOMPARE(eventName(u"team.renamed"_s), QString());
    QCOMPARE(eventTitle(u" \u200b"_s), u"Event without a type"_s);
}

QTEST_MAIN(TestWords)
#include "tst_words.moc"
