// SPDX-License-Identifier: MIT
#include "dialogs/secretclipboard.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
/// Klipper, CopyQ and KeePassXC agree on it: "secret" keeps the text out of their histories.
const QString concealed = u"x-kde-passwordManagerHint"_s;
} // namespace

SecretClipboard::SecretClipboard(QObject* parent) : QObject(parent) {
    tick_.setInterval(1000);
    connect(&tick_, &QTimer::timeout, this, &SecretClipboard::tick);
}

SecretClipboard::~SecretClipboard() {
    clear();
}

void SecretClipboard::copy(const Secret& secret) {
    auto* content = new QMimeData; // The clipboard takes it.
    content->setText(QString::fromLatin1(secret.reveal()));
    content->setData(concealed, "secret");
    content_ = content;
    QGuiApplication::clipboard()->setMimeData(content);
    secondsLeft_ = secondsKept;
    tick_.start();
    Q_EMIT countedDown(secondsLeft_);
}

void SecretClipboard::clear() {
    if (isStillOurs())
        QGuiApplication::clipboard()->clear();
    content_.clear();
    tick_.stop();
    if (std::exchange(secondsLeft_, 0) > 0)
        Q_EMIT countedDown(0);
}

bool SecretClipboard::isStillOurs() const {
    // By identity: asking another program for what it put there could wait for that program.
    return content_ && QGuiApplication::clipboard()->mimeData() == content_;
}

void SecretClipboard::tick() {
    if (!isStillOurs() || secondsLeft_ == 1)
        clear();
    else
        Q_EMIT countedDown(--secondsLeft_);
}

} // namespace waybill
