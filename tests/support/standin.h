// SPDX-License-Identifier: MIT
// The stand-in for the real account (tests/standin): a program of its own, in another language.
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QSignalSpy>

namespace waybill::test {

class StandIn {
public:
    explicit StandIn(const QStringList& options = {}) {
        process_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process_.start(QStringLiteral(WAYBILL_PYTHON),
                       QStringList{QStringLiteral(WAYBILL_SOURCE_DIR "/tests/standin/standin.py"),
                                   QStringLiteral("--until-stdin-closes")} +
                           options);
        if (!process_.waitForStarted() || !process_.waitForReadyRead(15'000))
            qFatal("The stand-in did not start");
        const QJsonObject ready = QJsonDocument::fromJson(process_.readLine()).object();
        baseUrl_ = ready.value(QStringLiteral("base_url")).toString();
        controlUrl_ = ready.value(QStringLiteral("control_url")).toString();
        key_ = ready.value(QStringLiteral("key")).toString().toLatin1();
    }
    ~StandIn() {
        process_.closeWriteChannel();
        if (!process_.waitForFinished(5'000))
            process_.kill();
    }

    QString baseUrl() const { return baseUrl_; }
    QByteArray key() const { return key_; }

    /// One question to its control, and the answer.
    QJsonObject control(const QByteArray& method, const QString& path, const QJsonObject& body = {}) {
        QNetworkRequest request(QUrl(controlUrl_ + path));
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        QNetworkReply* reply =
            network_.sendCustomRequest(request, method, QJsonDocument(body).toJson(QJsonDocument::Compact));
        QSignalSpy finished(reply, &QNetworkReply::finished);
        if (!reply->isFinished() && !finished.wait(15'000))
            qFatal("The stand-in's control did not answer");
        const QByteArray answer = reply->readAll();
        if (reply->error() != QNetworkReply::NoError)
            qFatal("The stand-in's control refused %s: %s", qPrintable(path), answer.constData());
        reply->deleteLater();
        return QJsonDocument::fromJson(answer).object();
    }
    /// A rule of mischief, for every request that fits until it is taken back.
    void misbehave(QJsonObject rule) {
        rule.insert(QStringLiteral("times"), QJsonValue::Null);
        control("POST", QStringLiteral("/mischief"), rule);
    }
    void behave() { control("DELETE", QStringLiteral("/mischief")); }

private:
    QProcess process_;
    QNetworkAccessManager network_;
    QString baseUrl_;
    QString controlUrl_;
    QByteArray key_;
};

} // namespace waybill::test
