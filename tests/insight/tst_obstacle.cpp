// SPDX-License-Identifier: MIT
#include "insight/obstacle.h"

#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

class TestObstacle : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theWayOutFollowsFromTheError_data();
    void theWayOutFollowsFromTheError();
};

void TestObstacle::theWayOutFollowsFromTheError_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("obstacle");
    const auto row = [](const char* name, ErrorKind kind, const QString& code, Obstacle obstacle) {
        QTest::newRow(name) << int(kind) << code << int(obstacle);
    };
    row("revoked key", ErrorKind::Authentication, {}, Obstacle::KeyRefused);
    row("plan", ErrorKind::Authorization, u"plan_upgrade_required"_s, Obstacle::PlanTooSmall);
    row("scope", ErrorKind::Authorization, u"missing_required_scope"_s, Obstacle::ScopeMissing);
    row("role", ErrorKind::Authorization, {}, Obstacle::RoleTooLow);
    row("an unknown reason", ErrorKind::Authorization, u"something_new"_s, Obstacle::RoleTooLow);
    row("flag", ErrorKind::WebhooksNotEnabled, {}, Obstacle::NotSwitchedOn);
    row("rate", ErrorKind::RateLimit, u"rate_limit_exceeded"_s, Obstacle::Paused);
    row("quota", ErrorKind::RateLimit, u"quota_exceeded"_s, Obstacle::QuotaUsedUp);
    row("nobody answers", ErrorKind::Unreachable, {}, Obstacle::Offline);
    row("too slow", ErrorKind::TimedOut, {}, Obstacle::Offline);
    row("outage", ErrorKind::Api, {}, Obstacle::Outage);
    row("a proxy's page", ErrorKind::UnreadableAnswer, {}, Obstacle::ForeignAnswer);
    row("certificate", ErrorKind::Untrusted, {}, Obstacle::Untrusted);
    row("one bad request", ErrorKind::InvalidRequest, {}, Obstacle::Other);
    row("something gone", ErrorKind::NotFound, {}, Obstacle::Other);
}

void TestObstacle::theWayOutFollowsFromTheError() {
    QFETCH(int, kind);
    QFETCH(QString, code);
    QFETCH(int, obstacle);
    Error error;
    error.kind = ErrorKind(kind);
    error.code = code;
    QCOMPARE(int(obstacleOf(error)), obstacle);
}

QTEST_APPLESS_MAIN(TestObstacle)
#include "tst_obstacle.moc"
