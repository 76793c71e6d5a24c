// SPDX-License-Identifier: MIT
#pragma once

#include "dialogs/sheet.h"
#include "models/broughteventmodel.h"
#include "words/catchup.h"

#include <QTimer>

class QListWidget;
class QStackedWidget;

namespace waybill {

class Banner;
class BroughtEventTable;
class EmptyState;
class Pill;

/// Begins and ends that an account's events are brought to the sandbox, and shows what came of it. It can be closed at
/// any time: what is on goes on.
class CatchUpDialog final : public Sheet {
    Q_OBJECT
public:
    CatchUpDialog(const QString& account, const Clock& clock, QWidget* parent);

    void setState(const BringingState& state);
    /// Newest first.
    void setBrought(const QList<BroughtEvent>& events);

Q_SIGNALS:
    void startRequested();
    void stopRequested();
    /// In the sandbox, where none takes events.
    void endpointRequested();
    void newKeyRequested();

private:
    QWidget* makeHead();
    void toggle();
    void showToggle();
    void showState();
    void showLook();
    void showProblem();
    void showGaps();
    void showPage();

    QString account_;
    const Clock& clock_;
    BringingState state_;
    BroughtEventModel brought_;
    QTimer tick_;
    bool isToggling_ = false; ///< It was asked to start or stop, and has not yet.
    QTimer longToggle_;
    QTimer longLook_; ///< A look that is over at once is not worth a word.
    Pill* status_;
    QLabel* look_;
    QLabel* counts_;
    QLabel* takers_;
    Banner* noTakers_;
    Banner* problem_;
    Banner* gaps_;
    QStackedWidget* pages_;
    EmptyState* empty_;
    BroughtEventTable* table_;
    QListWidget* gapList_;
    QPushButton* allGaps_;
    QPushButton* close_ = nullptr;
    QPushButton* toggle_ = nullptr;
};

} // namespace waybill
