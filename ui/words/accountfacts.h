// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"

#include <QString>
#include <QStringList>

namespace waybill {

/// Plans are names of the product; one that is not known yet is shown as it came.
QString planName(const QString& plan);
/// "1 Nov 2026 to 1 Dec 2026"; empty where the account names no period.
QString periodWords(const Usage& usage);
/// A line for each thing that is counted: "evaluations: 120 of 10,000". In the account's own names.
QStringList usageWords(const Usage& usage);
/// What a key with these scopes may do, a line each; scopes that are not known here as they came.
QStringList rightsWords(const QStringList& scopes);
/// "600 requests a minute, 580 of them left until 14:32:08".
QString rateWords(const RateLimit& rate);
/// That this version of the contract is on its way out, since and until when.
QString noticeWords(const VersionNotice& notice);

} // namespace waybill
