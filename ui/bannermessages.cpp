// SPDX-License-Identifier: MIT
#include "bannermessages.h"

#include "contract/foreigntext.h"
#include "widgets/banner.h"
#include "words/errors.h"
#include "words/obstacles.h"

#include <utility>

namespace waybill {

BannerMessages::BannerMessages(Banner& banner, QObject* parent) : QObject(parent), banner_(banner) {
    connect(&banner, &Banner::acted, this, [this] {
        const Message* message = shown();
        if (const auto act = message ? message->act : nullptr) // A copy: it may replace the message.
            act();
    });
    connect(&banner, &Banner::closed, this, [this] {
        if (const Message* message = shown()) {
            // What is said for another reason, too, is not said again.
            const QString text = message->text;
            for (Message& other : messages_)
                other.isClosed = other.isClosed || other.text == text;
        }
        show();
    });
}

void BannerMessages::say(Topic topic, const Message& message) {
    Message said = message;
    if (const auto before = messages_.constFind(topic); before != messages_.constEnd())
        said.isClosed =
            before->isClosed && (message.gist.isEmpty() ? before->text == message.text : before->gist == message.gist);
    messages_.insert(topic, said);
    show();
}

void BannerMessages::sayError(Topic topic, const Error& error, const QString& action, std::function<void()> act) {
    const ErrorWords words = wordsFor(error);
    QStringList sentences{words.text, words.nextStep};
    if (!error.requestId.isEmpty())
        sentences += tr("Request id: %1").arg(isolated(error.requestId));
    sentences.removeAll(QString());
    // As the account's dot is coloured: a pause or a missing network is no fault.
    const Obstacle obstacle = obstacleOf(error);
    const PillKind kind = obstacle == Obstacle::Other ? PillKind::Danger : stateOf(obstacle).kind;
    say(topic, {kind, sentences.join(u' '), action, std::move(act), words.title + words.text});
}

void BannerMessages::unsay(Topic topic) {
    if (messages_.remove(topic) > 0)
        show();
}

BannerMessages::Message* BannerMessages::shown() {
    for (auto message = messages_.end(); message != messages_.begin();) {
        if (!(--message)->isClosed)
            return &*message;
    }
    return nullptr;
}

void BannerMessages::show() {
    if (const Message* message = shown())
        banner_.setMessage(message->kind, message->text, message->action);
    else
        banner_.hide();
}

} // namespace waybill
