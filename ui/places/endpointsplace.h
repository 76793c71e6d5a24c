// SPDX-License-Identifier: MIT
#pragma once

#include "models/endpointlistmodel.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QListView;
class QSplitter;
class QStackedWidget;

namespace waybill {

class EmptyState;
class EndpointDetail;
class ErrorState;
class SearchField;

/// Every endpoint of the account, and the one that is looked at.
class EndpointsPlace final : public QWidget {
    Q_OBJECT
public:
    /// What survives a restart.
    struct State {
        QByteArray splitter;
        QString filter;
        QString endpointId;
        int tab = 0;
    };

    EndpointsPlace(History& history, const Clock& clock, QWidget* parent = nullptr);

    State state() const;
    void restore(const State& state);
    /// Selects it as soon as the copy knows it.
    void select(const QString& endpointId);
    QString selectedId() const;
    void refresh();
    /// An empty copy says nothing of the account until it is known: what is in the way instead, or that it is being
    /// asked where `why` is empty.
    void showUnknown(const QString& why);
    void showKnown();
    /// Whether the account can deliver to the built-in receiver: otherwise it is not recommended. It can at first.
    void setReceiverInReach(bool inReach);
    void focusSearch();
    void setTesting(bool testing);
    /// The account took the test event: the button says so for a moment.
    void confirmTest();
    /// To what is usually done next with the endpoint that is shown.
    void focusDetail();

Q_SIGNALS:
    void createRequested();
    void editRequested(const waybill::Endpoint& endpoint);
    void deleteRequested(const waybill::EndpointSummary& summary);
    void rotateRequested(const waybill::Endpoint& endpoint);
    void testRequested(const QString& endpointId, const QString& eventType);
    void enableRequested(const QString& endpointId, bool enabled);
    void deliveryOpened(const QString& deliveryId);
    void deliveriesRequested(const QString& endpointId);

private:
    QWidget* makeHeader();
    QWidget* makeList();
    void showLoaded();
    void showPage();
    void showFailure(const Error& error);
    void showSelected();
    void applyFilter(const QString& text);

    EndpointListModel model_;
    QSortFilterProxyModel filtered_;
    QString wanted_; // selected once it is there
    bool isLoaded_ = false;
    bool isKnown_ = true;
    bool hasShownPage_ = false;
    QString whyUnknown_;

    SearchField* search_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    ErrorState* failure_ = nullptr;
    EmptyState* nothing_ = nullptr;
    EmptyState* unknown_ = nullptr;
    QSplitter* splitter_ = nullptr;
    QStackedWidget* listPages_ = nullptr;
    QListView* list_ = nullptr;
    QStackedWidget* detailPages_ = nullptr;
    EndpointDetail* detail_ = nullptr;
};

} // namespace waybill
