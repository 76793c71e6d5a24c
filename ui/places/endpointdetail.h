// SPDX-License-Identifier: MIT
#pragma once

#include "models/deliverytablemodel.h"

#include <QTimer>
#include <QWidget>

class QBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;

namespace waybill {

class Card;
class CommandNote;
class CopyButton;
class DeliveryTable;
class DisabledCard;
class ElidedLabel;
class EmptyState;
class EndpointEvents;
class EndpointNumbers;
class FailureCard;
class Pill;
class RotationTrace;
class TabStrip;

/// One endpoint: what it is, how it does, and what can be done with it.
class EndpointDetail final : public QWidget {
    Q_OBJECT
public:
    EndpointDetail(History& history, const Clock& clock, QWidget* parent = nullptr);

    void show(const EndpointSummary& summary);
    const EndpointSummary& summary() const { return summary_; }
    /// Whether no row in the copy means that nothing was sent.
    enum class Log { Known, BeingRead, NotKnown };
    void setLog(Log log);
    void setVerdicts(SignatureVerdicts* verdicts);
    int currentTab() const;
    void setCurrentTab(int tab);
    /// In so much room, which it does not have to take, its buttons stand in one row where they can.
    void fitInto(int room);
    /// What stands behind "…"; it holds everything, so that buttons may be left out where there is no room.
    void setMenu(QMenu* menu);
    /// Beside the buttons: how what was asked of this endpoint does.
    CommandNote& testNote() { return *testNote_; }
    CommandNote& enableNote() { return *enableNote_; }
    /// The account took the test event of this endpoint: the button says so for a moment.
    void confirmTest(const QString& endpointId);

    /// Whether the account can end the overlap of two secrets before its time.
    void setEndsOverlap(bool endsOverlap);

Q_SIGNALS:
    void endOverlapRequested(const waybill::Endpoint& endpoint);
    void editRequested(const waybill::Endpoint& endpoint);
    void rotateRequested(const waybill::Endpoint& endpoint);
    /// Empty type: the plain test event.
    void testRequested(const QString& endpointId, const QString& eventType);
    void enableRequested(const QString& endpointId, bool enabled);
    void deliveryOpened(const QString& deliveryId);
    /// Every delivery of this endpoint, in the place for deliveries.
    void deliveriesRequested(const QString& endpointId);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeOverview();
    QWidget* makeDeliveries();
    QWidget* makeSecret();
    QMenu* makeTestMenu();
    void showTables();
    void fitLatest();
    void showNothing();
    QString nothingWords() const;
    /// The buttons beside the name, or below it where there is no room; the numbers alike.
    void arrange();
    void requestTest(const QString& eventType);
    void showTestButton();
    void showEnableButton();

    History& history_;
    const Clock& clock_;
    EndpointSummary summary_;
    Log log_ = Log::Known;
    DeliveryTableModel latestModel_;
    DeliveryTableModel allModel_;

    ElidedLabel* name_ = nullptr;
    Pill* status_ = nullptr;
    ElidedLabel* address_ = nullptr;
    CopyButton* copyAddress_ = nullptr;
    QPushButton* enable_ = nullptr;
    QPushButton* test_ = nullptr;
    QTimer testConfirmation_;
    CommandNote* testNote_ = nullptr;
    CommandNote* enableNote_ = nullptr;
    QString tested_; ///< The endpoint for which the button says that the test was sent.
    QPushButton* more_ = nullptr;
    QWidget* foldable_ = nullptr; ///< The buttons that "…" stands for where there is no room.
    QWidget* actions_ = nullptr;
    QBoxLayout* headLayout_ = nullptr;
    QBoxLayout* buttonRows_ = nullptr;
    int narrowest_ = 0; ///< With the buttons in two rows.
    EndpointNumbers* numbers_ = nullptr;
    TabStrip* tabs_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    FailureCard* failure_ = nullptr;
    DisabledCard* disabled_ = nullptr;
    RotationTrace* rotation_ = nullptr;
    EndpointEvents* events_ = nullptr;
    DeliveryTable* latest_ = nullptr;
    QLabel* noLatest_ = nullptr;
    QPushButton* showAll_ = nullptr;
    DeliveryTable* all_ = nullptr;
    QStackedWidget* allPages_ = nullptr;
    EmptyState* none_ = nullptr;
    QLabel* secret_ = nullptr;
    QLabel* secretDates_ = nullptr;
};

} // namespace waybill
