// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>

class QAbstractButton;

namespace waybill {

class Application;

/// The six steps of the help article, done in the real windows by mouse and keyboard, told on the standard output, with
/// a picture of each in light and dark. Pictures never hold a signing secret.
class Tour final : public QObject {
    Q_OBJECT
public:
    /// `pictures`: the folder for the pictures; it is made where it does not exist.
    Tour(Application& application, QString pictures, QObject* parent = nullptr);
    void start();

Q_SIGNALS:
    /// Whether the delivery was really verified by the receiver.
    void finished(bool verified);

private:
    /// One move of the hand, and what has to be seen before the next.
    struct Move {
        std::function<void()> act;
        std::function<bool()> isDone;
        QString failure; ///< What to say where it never is.
        QString step;    ///< Ends a step of the article: its title, and a picture.
        std::function<QString()> facts;
    };

    void plan();
    void next();
    void look();
    void tell(const Move& move);
    void takePicture(bool isDark);
    void fail(const QString& reason);

    template <typename T>
    T* find(const QString& name) const;
    bool canPress(const QString& name) const;
    void press(const QString& name);
    void type(const QString& name, const QString& text);
    bool isDelivered() const;
    void openDelivery();

    Application& application_;
    QString pictures_;
    QList<Move> moves_;
    qsizetype current_ = -1;
    int step_ = 0;
    QTimer watch_;
    QElapsedTimer patience_;
    QElapsedTimer sinceTest_;
};

} // namespace waybill
