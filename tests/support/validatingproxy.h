// SPDX-License-Identifier: MIT
// Between a client and an account, with an eye on both (tests/account/openapi/proxy.mjs).
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

namespace waybill::test {

class ValidatingProxy {
public:
    explicit ValidatingProxy(const QString& baseUrl) {
        process_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process_.start(QStringLiteral(WAYBILL_NODE),
                       {QStringLiteral(WAYBILL_JUDGES "/proxy.mjs"),
                        QStringLiteral(WAYBILL_SOURCE_DIR "/resources/openapi.yaml"), baseUrl});
        baseUrl_ = read().value(QStringLiteral("base_url")).toString();
    }
    ~ValidatingProxy() {
        process_.closeWriteChannel();
        if (!process_.waitForFinished(5'000))
            process_.kill();
    }

    QString baseUrl() const { return baseUrl_; }

    /// From now on, what is wrong with answers and fits the expression is as it should be; empty: nothing is. How often
    /// that happened under the expression before.
    int excuse(const QString& expression = {}) {
        const QJsonObject line{{QStringLiteral("excuse"), expression.isEmpty() ? QJsonValue() : expression}};
        process_.write(QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n');
        for (;;) {
            const QJsonObject answer = read();
            if (answer.contains(QStringLiteral("excused")))
                return answer.value(QStringLiteral("excused")).toInt();
            violations_ += QString::fromUtf8(QJsonDocument(answer).toJson(QJsonDocument::Compact));
        }
    }
    /// What was found since the last call.
    QStringList takeViolations() {
        excuse();
        return std::exchange(violations_, {});
    }
    /// Ends it; the summary, with its exit code.
    QJsonObject end() {
        process_.closeWriteChannel();
        QJsonObject summary = read();
        process_.waitForFinished(15'000);
        summary.insert(QStringLiteral("exit_code"), process_.exitCode());
        return summary;
    }

private:
    QJsonObject read() {
        while (!process_.canReadLine()) {
            if (!process_.waitForReadyRead(15'000))
                qFatal("The validating proxy is silent");
        }
        return QJsonDocument::fromJson(process_.readLine()).object();
    }

    QProcess process_;
    QString baseUrl_;
    QStringList violations_;
};

} // namespace waybill::test
