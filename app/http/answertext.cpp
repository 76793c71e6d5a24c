// SPDX-License-Identifier: MIT
#include "http/answertext.h"

#include "contract/retryschedule.h"

#include <QStringDecoder>

#include <algorithm>
#include <array>
#include <optional>
#include <zlib.h>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestName = 80;

// It goes over the wire, so it is not translated.
QString named(const QString& what, const AnswerForm& form) {
    const QString count = form.size == 1 ? u"1 byte"_s : u"%1 bytes"_s.arg(form.size);
    return u"(%1, %2%3)"_s.arg(what, form.isCut ? u"at least "_s : QString(), count);
}

QString latin(QByteArrayView name) {
    return QString::fromLatin1(name.first(std::min(name.size(), longestName)));
}

/// The end of what is well-formed UTF-8 of whole letters, where the rest is only the beginning of one.
qsizetype wholeLetters(QByteArrayView utf8) {
    qsizetype begin = utf8.size();
    for (int back = 0; back < 4 && begin > 0; ++back) {
        const auto byte = static_cast<unsigned char>(utf8[--begin]);
        if (byte < 0x80)
            return utf8.size();
        if (byte < 0xc0)
            continue;
        const qsizetype size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
        return begin + size > utf8.size() ? begin : utf8.size();
    }
    return utf8.size();
}

QString cut(QString text) {
    if (text.size() * 3 <= keptAnswerBytes)
        return text;
    const QByteArray utf8 = text.toUtf8();
    if (utf8.size() <= keptAnswerBytes)
        return text;
    const QByteArrayView first = QByteArrayView(utf8).first(keptAnswerBytes);
    return QString::fromUtf8(first.first(wholeLetters(first)));
}

/// At most `most` bytes of what was compressed, from as much of it as there is; nothing where it was not.
std::optional<QByteArray> inflated(const QByteArray& bytes, int windowBits, qsizetype most) {
    z_stream stream{};
    if (inflateInit2(&stream, windowBits) != Z_OK)
        return std::nullopt;
    QByteArray out(most, Qt::Uninitialized);
    QByteArray in = bytes; // zlib's pointer is to what may be changed.
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = uInt(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = uInt(out.size());
    const int end = inflate(&stream, Z_SYNC_FLUSH);
    out.truncate(most - qsizetype(stream.avail_out));
    inflateEnd(&stream);
    const bool isWell = end == Z_OK || end == Z_STREAM_END || end == Z_BUF_ERROR;
    return isWell || !out.isEmpty() ? std::optional(out) : std::nullopt;
}

std::optional<QByteArray> decompressed(const QByteArray& bytes, const QByteArray& encoding) {
    constexpr int gzip = MAX_WBITS + 16;
    // Four bytes a letter are the most that a charset takes, so more is never shown.
    constexpr qsizetype most = 4 * keptAnswerBytes;
    if (bytes.isEmpty())
        return bytes;
    if (encoding == "gzip" || encoding == "x-gzip")
        return inflated(bytes, gzip, most);
    if (encoding == "deflate") {
        // Meant is zlib's form; some send the bare one.
        const auto zlib = inflated(bytes, MAX_WBITS, most);
        return zlib ? zlib : inflated(bytes, -MAX_WBITS, most);
    }
    return std::nullopt;
}

QByteArray mediaType(const QByteArray& type) {
    return type.first(std::max<qsizetype>(type.indexOf(';') < 0 ? type.size() : type.indexOf(';'), 0))
        .trimmed()
        .toLower();
}

QByteArray charsetIn(const QByteArray& type) {
    const QList<QByteArray> parts = type.split(';');
    for (const QByteArray& part : parts.mid(1)) {
        const qsizetype equals = part.indexOf('=');
        if (equals < 0 || part.first(equals).trimmed().toLower() != "charset")
            continue;
        QByteArray name = part.sliced(equals + 1).trimmed();
        if (name.size() >= 2 && (name.startsWith('"') || name.startsWith('\'')) && name.endsWith(name.at(0)))
            name = name.sliced(1, name.size() - 2).trimmed();
        return name.toLower();
    }
    return {};
}

template <std::size_t size>
bool isAmong(const std::array<const char*, size>& names, const QByteArray& name) {
    return std::ranges::any_of(names, [&](const char* one) { return name == one; });
}

bool isBinaryType(const QByteArray& media) {
    if (media.endsWith("+json") || media.endsWith("+xml"))
        return false;
    constexpr std::array families{"image/", "audio/", "video/", "font/", "model/"};
    constexpr std::array types{"application/octet-stream", "application/zip",   "application/pdf",
                               "application/gzip",         "application/wasm",  "application/x-protobuf",
                               "application/protobuf",     "application/grpc",  "application/cbor",
                               "application/msgpack",      "application/x-gzip"};
    return std::ranges::any_of(families, [&](const char* family) { return media.startsWith(family); }) ||
           isAmong(types, media);
}

/// Control characters that no text has, more than now and then; NUL at all.
bool looksBinary(QByteArrayView bytes) {
    const auto isControl = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' && byte != 0x1b;
    };
    return bytes.contains('\0') || std::ranges::count_if(bytes, isControl) > bytes.size() / 8;
}

QString fromUtf8(QByteArrayView bytes) {
    return QString::fromUtf8(bytes.first(wholeLetters(bytes)));
}

/// What browsers read by the name: "ISO-8859-1" and "ASCII" are windows-1252.
QByteArray readAs(const QByteArray& charset) {
    constexpr std::array latinNames{"iso-8859-1", "iso8859-1", "iso_8859-1", "latin1",   "latin-1",
                                    "l1",         "us-ascii",  "ascii",      "x-cp1252", "cp1252"};
    return isAmong(latinNames, charset) ? QByteArray("windows-1252") : charset;
}

/// Nothing where the charset cannot be read here.
std::optional<QString> textIn(QByteArrayView bytes, const QByteArray& charset) {
    if (charset.isEmpty() || charset == "utf-8" || charset == "utf8")
        return fromUtf8(bytes);
    // Stateful, so that half a letter at the end is not taken for a wrong one.
    QStringDecoder decoder(readAs(charset).constData());
    if (!decoder.isValid())
        return std::nullopt;
    return QString(decoder(bytes));
}

} // namespace

QString answerText(const QByteArray& kept, const AnswerForm& form) {
    if (kept.isEmpty())
        return u""_s;
    QByteArray bytes = kept;
    const QByteArray encoding = form.encoding.trimmed().toLower();
    if (!encoding.isEmpty() && encoding != "identity") {
        const auto plain = decompressed(kept, encoding);
        if (!plain)
            return named(u"compressed with " + latin(encoding), form);
        bytes = *plain;
    }
    const QByteArray media = mediaType(form.type);
    const QByteArray charset = charsetIn(form.type);
    const bool isWide = charset.startsWith("utf-16") || charset.startsWith("utf-32");
    if (isBinaryType(media) || (!isWide && looksBinary(bytes)))
        return named(media.isEmpty() ? u"not text"_s : latin(media), form);
    const auto text = textIn(bytes, charset);
    return text ? cut(*text) : named(u"text in the charset " + latin(charset), form);
}

} // namespace waybill
