// SPDX-License-Identifier: MIT
#include "console.h"

#include <QCoreApplication>

#include <cstdio>
#include <cstdlib>

namespace waybill::console {
using namespace Qt::StringLiterals;

namespace {

constexpr char32_t firstStrongIsolate = 0x2068;
constexpr char32_t endOfIsolate = 0x2069;

/// Ends a line or turns the direction of what follows, though it is no control character.
bool isMark(char32_t c) {
    return c == 0x2028 || c == 0x2029 || c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

QString written(char32_t c) {
    switch (c) {
    case U'\n':
        return u"\\n"_s;
    case U'\r':
        return u"\\r"_s;
    case U'\t':
        return u"\\t"_s;
    default:
        constexpr int hex = 16;
        return c < 0x80 ? u"\\x%1"_s.arg(uint(c), 2, hex, QLatin1Char('0'))
                        : u"\\u{%1}"_s.arg(uint(c), 4, hex, QLatin1Char('0'));
    }
}

/// At once, so that records of several threads are not mixed.
void write(std::FILE* stream, const QString& text) {
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stream);
    std::fflush(stream);
}

void take(QtMsgType type, const QMessageLogContext& context, const QString& message) {
    complain(qFormatLogMessage(type, context, message));
    // Qt would abort: no fault of Waybill's, and nothing that a person could read.
    if (type == QtFatalMsg && message.contains(u"no Qt platform plugin could be initialized")) {
        complain(QCoreApplication::translate("CommandLine",
                                             "A window cannot be opened here. Without one there is: waybill --serve"));
        std::_Exit(2);
    }
}

} // namespace

QString oneLine(QStringView text) {
    QString line;
    line.reserve(text.size());
    for (const char32_t c : text.toUcs4()) {
        // What isolates foreign text in our sentences is for the eye, and a terminal shows it as a hole.
        if (c == firstStrongIsolate || c == endOfIsolate)
            continue;
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || isMark(c))
            line += written(c);
        else
            line += QString::fromUcs4(&c, 1);
    }
    return line;
}

void say(const QString& text) {
    write(stdout, oneLine(text) + u'\n');
}

void complain(const QString& text) {
    write(stderr, oneLine(text) + u'\n');
}

void sayLines(const QString& text) {
    write(stdout, text);
}

void takeQtMessages() {
    qInstallMessageHandler(&take);
}

} // namespace waybill::console
