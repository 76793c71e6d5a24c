// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

/// The one place where Waybill writes to its standard streams. What it tells there may hold the words of others - an
/// account, a receiver, the command line - so a record is one line, whatever is in it.
namespace waybill::console {

/// Without anything that ends a line, moves a terminal or turns the direction of what follows: each such character as
/// \n, \xNN or \u{NNNN}. What only isolates is left out.
QString oneLine(QStringView text);

/// A record on the standard output.
void say(const QString& text);
/// A record on the standard error.
void complain(const QString& text);
/// Text of our own with lines, on the standard output.
void sayLines(const QString& text);

/// What Qt and the libraries that warn through it tell becomes a record, too.
void takeQtMessages();

} // namespace waybill::console
