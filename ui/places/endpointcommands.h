// SPDX-License-Identifier: MIT
#pragma once

#include "history/history.h"
#include "theme/icons.h"

#include <QObject>

#include <optional>

class QAction;
class QMenu;
class QWidget;

namespace waybill {

/// What can be done with the endpoint that is shown, with its keys: the same in the window's menu, behind "…" and on a
/// row. Without an endpoint in sight nothing of it can be done.
class EndpointCommands final : public QObject {
    Q_OBJECT
public:
    /// `list` is where the Delete key counts.
    EndpointCommands(QWidget& place, QWidget& list);

    void setEndpoint(const std::optional<EndpointSummary>& summary);
    /// Whether the endpoint is in sight.
    void setOffered(bool offered);
    /// Everything, for "…" and for a row; its actions are the window's, too.
    QMenu* menu() const { return menu_; }

Q_SIGNALS:
    void editRequested(const waybill::Endpoint& endpoint);
    void testRequested(const QString& endpointId, const QString& eventType);
    void enableRequested(const QString& endpointId, bool enabled);
    void rotateRequested(const waybill::Endpoint& endpoint);
    void deleteRequested(const waybill::EndpointSummary& summary);

private:
    QAction* add(Icon mark, const QString& objectName, const QString& words, const QKeySequence& key,
                 void (EndpointCommands::*act)());
    void show();
    void edit();
    void test();
    void setEnabled();
    void rotate();
    void copyAddress();
    void copyId();
    void remove();

    QWidget& place_;
    QMenu* menu_;
    QAction* enable_ = nullptr;
    std::optional<EndpointSummary> summary_;
    bool isOffered_ = false;
};

} // namespace waybill
