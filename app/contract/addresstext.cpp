// SPDX-License-Identifier: MIT
#include "contract/addresstext.h"

#include "contract/endpoint.h"
#include "contract/localhost.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr int longestLabel = 63; ///< Of a host, by DNS.
constexpr int largestPort = 65'535;
constexpr qsizetype shownOfText = 24;

class AddressReader {
    Q_DECLARE_TR_FUNCTIONS(AddressReader)
public:
    explicit AddressReader(const QString& text) : text_(text.trimmed()) {}

    Result<QUrl> read() {
        return checkText()
            .and_then([this] { return readScheme(); })
            .and_then([this] { return splitRest(); })
            .and_then([this] { return checkHost(); })
            .and_then([this] { return checkPort(); })
            .and_then([this] { return checkEnd(); })
            .and_then([this] { return normalised(); });
    }

private:
    using Checked = Result<void>;

    static auto no(const QString& message) { return failure(ErrorKind::InvalidRequest, message); }

    /// The end of what stands before `place`: "…ample.com/hook".
    QString before(qsizetype place) const {
        const QString all = text_.first(place);
        return all.size() > shownOfText ? QString(u'…' + all.last(shownOfText)) : all;
    }

    static QString tooLong() { return tr("This address is too long: %1 characters at most.").arg(maximumUrlLength); }

    Checked checkText() const {
        if (text_.isEmpty())
            return no(tr("Enter the address that should get the messages."));
        if (text_.toUcs4().size() > maximumUrlLength)
            return no(tooLong());
        for (qsizetype i = 0; i < text_.size(); ++i) {
            const QChar c = text_.at(i);
            const bool isPaired = c.isHighSurrogate() && i + 1 < text_.size() && text_.at(i + 1).isLowSurrogate();
            if (isPaired) {
                ++i;
                continue;
            }
            if (c == u'\n' || c == u'\r' || c == QChar::LineSeparator || c == QChar::ParagraphSeparator)
                return no(tr("There is a line break inside this address, after “%1”. Copy it again, in one piece.")
                              .arg(before(i)));
            if (c.isSpace())
                return no(tr("There is a space inside this address, after “%1”. Take it out, or write it as %20.")
                              .arg(before(i)));
            if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format || c.isSurrogate())
                return no(tr("There is a hidden character (U+%1) inside this address, after “%2”. Type that part of "
                             "it by hand.")
                              .arg(QString::number(c.unicode(), 16).toUpper().rightJustified(4, u'0'), before(i)));
        }
        if (QStringView(u"<[(\"'`“”„‘’«»").contains(text_.front()))
            return no(tr("Leave out what stands around the address, such as quotation marks or brackets."));
        return {};
    }

    Checked readScheme() {
        static const QRegularExpression form(u"^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$"_s);
        const auto match = form.match(text_);
        scheme_ = match.captured(1).toLower();
        rest_ = match.captured(2);
        if (scheme_ != u"https" && scheme_ != u"http")
            return noScheme(match.hasMatch());
        const qsizetype slashes =
            std::ranges::find_if(rest_, [](QChar c) { return c != u'/' && c != u'\\'; }) - rest_.cbegin();
        if (rest_.first(slashes).contains(u'\\'))
            return no(tr("There is a backslash (\\) in this address. Write a slash (/) in its place."));
        if (slashes < 2)
            return no(tr("After “%1:” there are two slashes in an address: %1://.").arg(scheme_));
        rest_ = rest_.sliced(2);
        static const QRegularExpression again(u"^https?(:|/)//?"_s, QRegularExpression::CaseInsensitiveOption);
        if (again.match(rest_).hasMatch())
            return no(tr("This address begins twice: leave out the first “%1://”.").arg(scheme_));
        return {};
    }

    Checked noScheme(bool isThere) const {
        QString host = text_;
        while (host.startsWith(u'/'))
            host.remove(0, 1);
        host = host.left(host.indexOf(QRegularExpression(u"[:/?#\\\\]"_s)));
        static const QRegularExpression portFollows(u"^[^:]*:\\d+([/?#]|$)"_s);
        const bool isHost = !isThere || host.contains(u'.') || portFollows.match(text_).hasMatch();
        if (!isHost)
            return no(tr("“%1:” is not for messages. Use an address that begins with https://.").arg(scheme_.left(20)));
        if (isLocalhostName(host) || host.startsWith(u"127."))
            return no(tr("The beginning of this address is missing: put http:// in front of it."));
        if (host == u"https" || host == u"http")
            return no(tr("A colon is missing in this address: it begins with https://."));
        return no(tr("The beginning of this address is missing: put https:// in front of it."));
    }

    Checked splitRest() {
        const qsizetype end = rest_.indexOf(QRegularExpression(u"[/?#\\\\]"_s));
        const QString authority = rest_.left(end);
        rest_ = end < 0 ? QString() : rest_.sliced(end);
        const qsizetype fragment = rest_.indexOf(u'#');
        hasFragment_ = fragment >= 0;
        rest_ = rest_.left(fragment);
        const qsizetype question = rest_.indexOf(u'?');
        path_ = rest_.left(question);
        query_ = question < 0 ? std::nullopt : std::optional(rest_.sliced(question + 1));
        if (path_.contains(u'\\'))
            return no(tr("There is a backslash (\\) in this address. Write a slash (/) in its place."));
        if (authority.contains(u'@'))
            return no(tr("Leave out the name and password before the @: they would be stored with the address."));
        if (authority.startsWith(u'[')) {
            const qsizetype bracket = authority.indexOf(u']');
            if (bracket < 0)
                return no(tr("The bracket at the beginning of the host is not closed: it looks like [::1]."));
            host_ = authority.first(bracket + 1);
            port_ = authority.sliced(bracket + 1);
            if (!port_.isEmpty() && !port_.startsWith(u':'))
                return no(tr("“%1” cannot be the host of an address.").arg(authority));
            port_ = port_.mid(1);
        } else {
            const qsizetype colon = authority.indexOf(u':');
            host_ = authority.left(colon);
            port_ = colon < 0 ? QString() : authority.sliced(colon + 1);
        }
        return {};
    }

    Checked checkHost() {
        if (host_.isEmpty())
            return no(tr("The host is missing in this address. It looks like https://example.com/path."));
        static const QRegularExpression foreign(u"[{}|^`\"<>%$&'()*+,;=!~\\[\\]]"_s);
        const auto strange = foreign.match(host_);
        if (!host_.startsWith(u'[') && strange.hasMatch())
            return no(
                tr("“%1” cannot stand in the host of an address (“%2”).").arg(strange.captured(), host_.left(60)));
        const QStringList labels = host_.split(u'.');
        for (qsizetype i = 0; i < labels.size(); ++i) {
            if (labels.at(i).isEmpty() && (i == 0 || i + 1 < labels.size()))
                return no(tr("There is a dot too many in the host “%1”.").arg(host_.left(60)));
            if (QUrl::toAce(labels.at(i)).size() > longestLabel || labels.at(i).size() > longestLabel)
                return no(tr("A part of the host is too long: between two dots there are %1 characters at most.")
                              .arg(longestLabel));
        }
        url_.setHost(host_, QUrl::StrictMode);
        if (url_.host().isEmpty())
            return no(tr("“%1” cannot be the host of an address.").arg(host_.left(60)));
        return {};
    }

    Checked checkPort() {
        url_.setScheme(scheme_);
        if (port_.isEmpty())
            return {};
        const bool isNumber = std::ranges::all_of(port_, [](QChar c) { return c >= u'0' && c <= u'9'; });
        if (!isNumber)
            return no(tr("“%1” cannot be a port: after the colon of the host there is a number.").arg(port_.left(20)));
        const int port = port_.size() > 9 ? largestPort + 1 : port_.toInt();
        if (port < 1 || port > largestPort)
            return no(tr("There is no port %1: ports go from 1 to %2.").arg(port_.left(20)).arg(largestPort));
        if (port != (scheme_ == u"https" ? 443 : 80))
            url_.setPort(port);
        return {};
    }

    Checked checkEnd() const {
        if (hasFragment_)
            return no(tr("Leave out the part after the #: it is never sent."));
        return {};
    }

    static bool isPlain(char c, bool isQuery) {
        static constexpr QByteArrayView marks("-._~!$&'()*+,;=:@/[]");
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.contains(c) ||
               (isQuery && c == '?');
    }
    static bool isHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

    static QByteArray escaped(const QString& text, bool isQuery) {
        const QByteArray bytes = text.toUtf8();
        QByteArray found;
        for (qsizetype i = 0; i < bytes.size(); ++i) {
            const char c = bytes.at(i);
            const bool isEscape = c == '%' && i + 2 < bytes.size() && isHex(bytes.at(i + 1)) && isHex(bytes.at(i + 2));
            if (isEscape || isPlain(c, isQuery))
                found += c;
            else
                found += '%' + QByteArray(1, c).toHex().toUpper();
        }
        return found;
    }

    Result<QUrl> normalised() {
        url_.setPath(QString::fromLatin1(path_.isEmpty() ? QByteArray("/") : escaped(path_, false)),
                     QUrl::TolerantMode);
        if (query_)
            url_.setQuery(QString::fromLatin1(escaped(*query_, true)));
        if (!url_.isValid())
            return no(tr("This is not an address that can be used."));
        if (url_.toString(QUrl::FullyEncoded).size() > maximumUrlLength)
            return no(tooLong());
        return url_;
    }

    const QString text_;
    QString scheme_;
    QString rest_;
    QString host_;
    QString port_;
    QString path_;
    std::optional<QString> query_;
    bool hasFragment_ = false;
    QUrl url_;
};

} // namespace

Result<QUrl> readAddress(const QString& text) {
    return AddressReader(text).read();
}

} // namespace waybill
