// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QList>

#include <optional>

namespace waybill {

struct HttpHeader {
    QByteArray name;
    QByteArray value;
    friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

/// Header fields in the order of the wire; names compare without case.
class HttpHeaders {
public:
    HttpHeaders() = default;
    HttpHeaders(std::initializer_list<HttpHeader> fields) : fields_(fields) {}
    void add(const QByteArray& name, const QByteArray& value) { fields_.append({name, value}); }
    void set(const QByteArray& name, const QByteArray& value);  ///< Replaces every field of this name.
    std::optional<QByteArray> value(QByteArrayView name) const; ///< The first of this name.
    QList<QByteArray> values(QByteArrayView name) const;
    const QList<HttpHeader>& fields() const { return fields_; }
    friend bool operator==(const HttpHeaders&, const HttpHeaders&) = default;

private:
    QList<HttpHeader> fields_;
};

/// A request as it goes over the wire: the same bytes for a real account and for the sandbox.
struct HttpRequest {
    QByteArray method; ///< "GET"
    QByteArray target; ///< Origin form: "/webhooks?limit=20", relative to the account's base URL for a Transport.
    HttpHeaders headers;
    QByteArray body;
};

struct HttpResponse {
    int status = 200;
    HttpHeaders headers;
    QByteArray body;
};

/// "Not Found" for 404, empty for a status without a name.
QByteArray reasonPhrase(int status);

} // namespace waybill
