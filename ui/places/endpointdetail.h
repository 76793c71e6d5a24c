// SPDX-License-Identifier: MIT
#pragma once

#include "models/deliverytablemodel.h"

#include <QTimer>
#include <QWidget>

class QBoxLayout;
class QGridLayout;
class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;

namespace waybill {

class Card;
class CopyButton;
class DeliveryTable;
class ElidedLabel;
class EmptyState;
class FailureCard;
class Pill;
class StatCard;
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
    /// While a test is on its way to the account no other one is asked for.
    void setBusy(bool busy);
    void confirmTest();

Q_SIGNALS:
    void editRequested(const waybill::Endpoint& endpoint);
    void deleteRequested(const waybill::EndpointSummary& summary);
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
    void showNumbers();
    void showEvents();
    void showTables();
    void fitLatest();
    void showNothing();
    QString nothingWords() const;
    /// The buttons beside the name, or below it where there is no room; the numbers alike.
    void arrange();
    void requestTest(const QString& eventType);
    void showTestButton();

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
    bool isBusy_ = false;
    QWidget* actions_ = nullptr;
    QBoxLayout* headLayout_ = nullptr;
    QGridLayout* numbers_ = nullptr;
    int numbersInRow_ = 0;
    TabStrip* tabs_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    FailureCard* failure_ = nullptr;
    StatCard* delivered_ = nullptr;
    StatCard* answers_ = nullptr;
    StatCard* waiting_ = nullptr;
    QLabel* events_ = nullptr;
    QLabel* otherEvents_ = nullptr;
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
