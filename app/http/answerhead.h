// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace waybill {

/// What the head of an answer says, line by line; keeps only what is asked of it. Whatever curl lets pass is let pass.
class AnswerHead {
public:
    void restart();
    /// Each line without its end. False where it is none of an answer.
    bool takeStatusLine(QByteArrayView line);
    bool takeField(QByteArrayView line);
    /// After the last field. False where what it says of the length cannot be.
    bool end();

    std::optional<int> status() const { return status_; }
    bool isChunked() const { return isChunked_; }
    /// Nothing where the end of the connection is the end of the body.
    std::optional<quint64> length() const { return length_; }
    bool hasBody() const; ///< By its status: 204, 304 and interim ones have none.
    bool keepsAlive() const;
    std::optional<seconds> keepAliveTime() const;
    const QByteArray& type() const { return type_; }
    const QByteArray& encoding() const { return encoding_; }

private:
    enum class Field { None, Connection, KeepAlive, Type, Length, Encoding, Coding };
    static Field fieldNamed(QByteArrayView name);
    bool settleField();
    bool takeLength(QByteArrayView value);
    void takeCoding(QByteArrayView value);

    std::optional<int> status_;
    Field field_ = Field::None; ///< The last one, until it is sure that no folded line follows.
    QByteArray value_;
    bool hasField_ = false;
    std::optional<quint64> length_;
    bool hasLength_ = false;
    bool hasCoding_ = false;
    bool isChunked_ = false;
    bool isDoubtful_ = false; ///< Others might find another end of the body.
    bool isOld_ = false;      ///< HTTP/1.0
    QByteArray connection_;
    QByteArray keepAlive_;
    QByteArray type_;
    QByteArray encoding_;
};

} // namespace waybill
