// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "history/history.h"
#include "receiver/receiver.h"
#include "sandbox/sandboxcontrols.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace waybill {

class CopyButton;
class DetailsFold;
class ElidedLabel;
class PayloadView;
class PhasesBar;
class Pill;
class TabStrip;

/// One attempt: what was sent, what came back, how long it took and what became of its signature.
class DeliveryDetail final : public QWidget {
    Q_OBJECT
public:
    /// `controls` may be null: an account that does not run on this computer keeps no requests.
    DeliveryDetail(History& history, SandboxControls* controls, Receiver& receiver, const Clock& clock,
                   QWidget* parent = nullptr);

    void show(const DeliveryRow& row);
    /// The account or the receiver can tell more than before.
    void readAgain();
    int currentTab() const;
    void setCurrentTab(int tab);
    /// The request as a command for a terminal, to the clipboard, where there is one.
    void copyCommand();

Q_SIGNALS:
    /// Whether there is a command to copy.
    void commandChanged(bool isThere);

private:
    QWidget* makeSent();
    QWidget* makeAnswer();
    QWidget* makeTiming();
    QWidget* makeSignature();
    void readRequest();
    void readBodyOnly();
    void readVerdict();
    void showRequest(const SentRequest& request);
    void showAnswer();
    void showTiming(const std::optional<AttemptPhases>& phases);
    /// When it was really sent, where the account's clock showed another time; else empty.
    static QString twoTimesText(const SentRequest& request);
    /// Nothing of the message reached the receiver, as far as is known.
    bool neverArrived() const;
    void showVerdict(const Capture& capture);
    void showNoVerdict();
    void setCommand(const QString& command);
    QString bodyOnlyNote() const;
    void setNote(const QString& note);

    History& history_;
    SandboxControls* controls_;
    Receiver& receiver_;
    const Clock& clock_;
    DeliveryRow row_;
    QString twoTimes_;                     ///< Of the attempt that is shown.
    std::optional<AttemptPhases> reached_; ///< Of the attempt that is shown.
    bool isRequestKnown_ = false;          ///< Whether it was kept.
    bool isVerdictKnown_ = false;          ///< Whether it came to the receiver.
    bool isChecked_ = false;               ///< The built-in receiver has its verdict.

    TabStrip* tabs_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    CopyButton* copyCurl_ = nullptr;
    QLabel* sentNote_ = nullptr;
    ElidedLabel* requestLine_ = nullptr;
    QPushButton* foldHeaders_ = nullptr;
    QPlainTextEdit* headers_ = nullptr;
    PayloadView* sent_ = nullptr;
    Pill* answerStatus_ = nullptr;
    QLabel* answerWords_ = nullptr;
    QLabel* answerNextStep_ = nullptr;
    DetailsFold* answerDetails_ = nullptr;
    PayloadView* answer_ = nullptr;
    QLabel* noAnswer_ = nullptr;
    QLabel* took_ = nullptr;
    QLabel* times_ = nullptr;
    PhasesBar* phases_ = nullptr;
    Pill* verdict_ = nullptr;
    QLabel* verdictWords_ = nullptr;
    QLabel* verdictFacts_ = nullptr;
};

} // namespace waybill
