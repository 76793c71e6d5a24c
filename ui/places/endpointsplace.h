// SPDX-License-Identifier: MIT
#pragma once

#include "models/endpointlistmodel.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QSplitter;
class QStackedWidget;

namespace waybill {

class CommandNote;
class EmptyState;
class EndpointCommands;
class EndpointDetail;
class EndpointList;
class ErrorState;
class SearchField;
class SignatureVerdicts;

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
    /// As far as the copy knows.
    bool isDisabled(const QString& endpointId) const;
    /// Rows say whether their signature was found genuine.
    void setVerdicts(SignatureVerdicts* verdicts);
    void refresh();
    /// An empty copy says nothing of the account until it is known: what is in the way instead, or that it is being
    /// asked where `why` is empty.
    void showUnknown(const QString& why);
    void showKnown();
    /// Whether the account can deliver to the built-in receiver: otherwise it is not recommended. It can at first.
    void setReceiverInReach(bool inReach);
    /// How far back the copy goes: no row means nothing until it is complete.
    void showReach(const Reach& reach);
    /// Whether the account can end the overlap of two secrets before its time.
    void setEndsOverlap(bool endsOverlap);
    void focusSearch();
    /// Shows it where endpoints are shown, as soon as the copy knows it, whatever is in sight now.
    void present(const QString& endpointId);
    /// Beside its button: how the sending of a test event does, and enabling or disabling. Of each endpoint by its id.
    CommandNote& testNote();
    CommandNote& enableNote();
    /// The account took the test event: the button says so for a moment.
    void confirmTest(const QString& endpointId);
    /// What can be done with the selected endpoint.
    EndpointCommands& commands() { return *commands_; }
    /// Between which the keyboard moves at once, in their order.
    QList<QWidget*> panes() const;
    /// The room that the window has for it, where it may have to be wider.
    void fitInto(int room);
    /// To what is usually done next with the endpoint that is shown.
    void focusDetail();

Q_SIGNALS:
    void createRequested();
    void editRequested(const waybill::Endpoint& endpoint);
    void deleteRequested(const waybill::EndpointSummary& summary);
    void rotateRequested(const waybill::Endpoint& endpoint);
    void endOverlapRequested(const waybill::Endpoint& endpoint);
    void testRequested(const QString& endpointId, const QString& eventType);
    void enableRequested(const QString& endpointId, bool enabled);
    void deliveryOpened(const QString& deliveryId);
    void deliveriesRequested(const QString& endpointId);
    /// An endpoint waits to be seen here.
    void presented();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void tellLog();
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
    Reach reach_;
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
    EndpointList* list_ = nullptr;
    EndpointCommands* commands_ = nullptr;
    QStackedWidget* detailPages_ = nullptr;
    EndpointDetail* detail_ = nullptr;
};

} // namespace waybill
