// SPDX-License-Identifier: MIT
#pragma once

#include "history/history.h"
#include "models/deliverytablemodel.h"
#include "receiver/receiver.h"
#include "sandbox/sandboxcontrols.h"

#include <QWidget>

class QAction;
class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace waybill {

class CommandNote;
class DeliveryDetail;
class DeliveryTable;
class EmptyState;
class ErrorState;
class FilterButton;
class Journey;
class SearchField;

/// The log, and the delivery that is looked at.
class DeliveriesPlace final : public QWidget {
    Q_OBJECT
public:
    /// What survives a restart.
    struct State {
        QByteArray splitter;
        QByteArray detailSplitter;
        QByteArray columns;
        DeliveryFilter filter;
        QString deliveryId;
        int tab = 0;
    };

    /// `controls` may be null: see DeliveryDetail.
    DeliveriesPlace(History& history, SandboxControls* controls, Receiver& receiver, const Clock& clock,
                    QWidget* parent = nullptr);

    State state() const;
    void restore(const State& state);
    /// Begins to read the log; before that nothing is asked of the history.
    void start();
    /// Rows say whether their signature was found genuine.
    void setVerdicts(SignatureVerdicts* verdicts);
    /// The account has started: what could not be asked before is asked now.
    void readAgain();
    void refresh();
    /// An empty copy says nothing of the account until it is known: what is in the way instead, or that it is being
    /// asked where `why` is empty.
    void showUnknown(const QString& why);
    void showKnown();
    /// Whether the account can deliver to the built-in receiver: otherwise it is not recommended. It can at first.
    void setReceiverInReach(bool inReach) { receiverInReach_ = inReach; }
    void focusSearch();
    void setFilter(const DeliveryFilter& filter);
    /// Selects it as soon as the copy knows it, without a filter that could hide it.
    void select(const QString& deliveryId);
    /// Selects it as soon as the copy knows it, where the filter shows it.
    void selectIfShown(const QString& deliveryId);
    QStringList selectedIds() const;
    void replaySelected();
    /// Beside the button: how replaying does.
    CommandNote& replayNote() { return *replayNote_; }
    /// Between which the keyboard moves at once, in their order.
    QList<QWidget*> panes() const;
    /// At the foot of the list: that older rows are not read, with a way to read them.
    void showReach(const Reach& reach);

Q_SIGNALS:
    void replayRequested(const QStringList& deliveryIds);
    /// From the empty log: something has to be sent first, and an endpoint created where there is none.
    void testRequested();
    /// The rows that were left out are wanted after all.
    void olderRequested();
    /// Escape where there is nothing left here to leave.
    void left();

protected:
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeFoot();
    QWidget* makeDetail(SandboxControls* controls, Receiver& receiver);
    void makeTableActions();
    DeliveryFilter shownFilter() const;
    void applyFilter();
    void showFilter(const DeliveryFilter& filter);
    void clearFilter();
    void fillEndpoints();
    void showFirstStep(bool hasEndpoints);
    void showLoaded();
    void showPage();
    bool hasSimulated() const;
    void showFailure(const Error& error);
    void showCurrent();

    History& history_;
    const Clock& clock_;
    DeliveryTableModel model_;
    QString wanted_; // selected once it is there
    bool isStarted_ = false;
    bool everLoaded_ = false;
    bool receiverInReach_ = true;
    bool isKnown_ = true;
    bool hasShownPage_ = false;
    QString whyUnknown_;
    bool lostRows_ = false; // since the last time that they were shown

    SearchField* search_ = nullptr;
    FilterButton* status_ = nullptr;
    FilterButton* event_ = nullptr;
    FilterButton* endpoint_ = nullptr;
    QPushButton* hideSimulated_ = nullptr;
    QPushButton* replay_ = nullptr;
    CommandNote* replayNote_ = nullptr;
    QAction* replayAction_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    ErrorState* failure_ = nullptr;
    EmptyState* nothing_ = nullptr;
    EmptyState* unknown_ = nullptr;
    QSplitter* splitter_ = nullptr;
    QStackedWidget* tablePages_ = nullptr;
    DeliveryTable* table_ = nullptr;
    QWidget* foot_ = nullptr;
    QLabel* footWords_ = nullptr;
    QPushButton* readOlder_ = nullptr;
    QStackedWidget* detailPages_ = nullptr;
    QSplitter* detailSplitter_ = nullptr;
    DeliveryDetail* detail_ = nullptr;
    Journey* journey_ = nullptr;
};

} // namespace waybill
