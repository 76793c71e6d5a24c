// SPDX-License-Identifier: MIT
#pragma once

#include <QListView>

namespace waybill {

/// The endpoints as rows, of which one is selected.
class EndpointList final : public QListView {
    Q_OBJECT
public:
    explicit EndpointList(QWidget* parent = nullptr);

Q_SIGNALS:
    /// For the row that is current now.
    void menuRequested(QPoint globalPlace);
    /// Enter or a double click.
    void opened();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
};

} // namespace waybill
