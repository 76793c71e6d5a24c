// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"
#include "widgets/pill.h"

#include <QMap>
#include <QObject>

#include <functional>

namespace waybill {

class Banner;

/// What the banner above the places is about. Each topic has one message at most; the last in their order that has one
/// is shown. What the person just did comes first.
class BannerMessages final : public QObject {
    Q_OBJECT
public:
    enum class Topic { LeftOut, Receiver, Keychain, Account, Copy, Engine, Start, LastRun, Action };
    struct Message {
        PillKind kind = PillKind::Info;
        QString text;
        QString action;
        std::function<void()> act;
        /// What it comes to, where its words change by themselves (a countdown, a request id); else its text.
        QString gist = {};
        bool isClosed = false; ///< By the person: it comes back only when it says something else.
    };
    /// `banner` outlives its messages.
    explicit BannerMessages(Banner& banner, QObject* parent = nullptr);

    void say(Topic topic, const Message& message);
    /// In words for a person, with the request id.
    void sayError(Topic topic, const Error& error, const QString& action = {}, std::function<void()> act = {});
    void unsay(Topic topic);

private:
    /// The last topic's message that is not closed, or null.
    Message* shown();
    void show();

    Banner& banner_;
    QMap<Topic, Message> messages_;
};

} // namespace waybill
