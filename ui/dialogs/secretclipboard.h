// SPDX-License-Identifier: MIT
#pragma once

#include "contract/secret.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

class QMimeData;

namespace waybill {

/// Puts a secret on the clipboard, marked as one for clipboard managers, and takes it off after 60 s and at the end of
/// the program, if it is still ours. What was copied meanwhile stays.
class SecretClipboard final : public QObject {
    Q_OBJECT
public:
    static constexpr int secondsKept = 60;

    explicit SecretClipboard(QObject* parent = nullptr);
    ~SecretClipboard() override;

    void copy(const Secret& secret);
    /// 0 where no secret of ours is there.
    int secondsLeft() const { return secondsLeft_; }
    /// Takes it off now.
    void clear();
    /// How long a second lasts, in milliseconds: for tests.
    void setTick(int interval) { tick_.setInterval(interval); }

Q_SIGNALS:
    /// Every second, until 0: taken off, or something else was copied.
    void countedDown(int secondsLeft);

private:
    bool isStillOurs() const;
    void tick();

    QPointer<const QMimeData> content_;
    QTimer tick_;
    int secondsLeft_ = 0;
};

} // namespace waybill
