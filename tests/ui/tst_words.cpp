// SPDX-License-Identifier: MIT
#include "words/answers.h"
#include "words/engine.h"
#include "words/errors.h"
#include "words/eventtypes.h"
#include "words/forecast.h"
#include "words/proxies.h"
#include "words/signatures.h"
#include "words/statuses.h"
#include "words/times.h"

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
};

void TestWords::aForecastSaysWhatComesAndWhen_data() {
    QTest::addColumn<Forecast>("forecast");
    QTest::addColumn<bool>("isEnabled");
    QTest::addColumn<QString>("expected");
    const QString last = u"If nothing changes, attempt 9 on "_s + shortTime(after(600)) +
                         u" is the last one; then that event is given up."_s;
    const Forecast::Step ninth{u"a"_s, 9, after(600)};
    const Forecast::Step fourth{u"b"_s, 4, after(300)};
    const QString then = u", at the earliest on "_s + shortTime(after(300)) + u" (attempt 4 of 9)."_s;
    QTest::newRow("disabled already") << Forecast{ninth, 0, 3, {}} << false << last;
    QTest::newRow("not enough is scheduled")
        << Forecast{ninth, 12, 3, {}} << true
        << last +
               u"\n12 more failure(s) in a row disable(s) this endpoint; what is scheduled now does not reach that."_s;
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
    QTest::newRow("of the future") << int(DeliveryStatus::Unknown) << 0 << false << u"parked"_s;
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
    QCOMPARE(explainAttempt(delivery), *delivery.error);
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
        QCOMPARE(wordsFor(error).text, error.message);
    }
    const ProxyFailure denied{ProxyFailure::Kind::Denied, u"%2 proxy:1"_s, 403};
    QCOMPARE(wordsFor(denied).happened, u"The proxy %2 proxy:1 answered 403: it does not allow this address."_s);
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
        QCOMPARE(words.text, error.message); // Not in quotation marks: it is Waybill's own.
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
    QCOMPARE(words.text, error.message);
    QVERIFY2(words.nextStep.contains(u"keychain") && !words.nextStep.contains(u"support"), qPrintable(words.nextStep));
}

void TestWords::whyTheEngineWaitsSaysWhatBecomesOfIt() {
    Error full;
    full.kind = ErrorKind::Storage;
    full.code = storage::full.toString();
    QCOMPARE(storeFailureText(full),
             u"Deliveries of the Sandbox wait. There is no space left for Waybill's data. Waybill throws nothing away. "
             "Free some space, and it goes on by itself."_s);
    QCOMPARE(secretProblemText(u"The keychain is locked."_s),
             u"Some deliveries of the Sandbox wait. The keychain is locked. None is given up; Waybill tries again by "
             "itself."_s);
    EngineState state;
    QVERIFY(!state.isWaiting());
    state.secretProblem = u"The keychain is locked."_s;
    QVERIFY(state.isWaiting());
    QCOMPARE(engineText(state, now), u"Some deliveries wait: The keychain is locked."_s);
    state.storeFailure = full;
    QCOMPARE(engineText(state, now), u"Engine waits: There is no space left for Waybill's data."_s);
}

void TestWords::theAccountsOwnMessageIsKept() {
    Error error;
    error.kind = ErrorKind::InvalidRequest;
    error.message = u"The url must be https."_s;
    QCOMPARE(wordsFor(error).text, error.message);
}

void TestWords::whatTheAccountSaysOfItselfIsQuoted() {
    Error error;
    error.kind = ErrorKind::Api;
    error.message = u"It happened on our side."_s;
    QCOMPARE(wordsFor(error).text, u"The account says: “It happened on our side.”"_s);
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
    QCOMPARE(wordsFor(delivery).happened, *delivery.error);
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

QTEST_MAIN(TestWords)
#include "tst_words.moc"
