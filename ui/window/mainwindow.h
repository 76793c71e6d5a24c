// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/pill.h"
#include "window/windowsettings.h"

#include <QMainWindow>

class QLabel;
class QStackedWidget;

namespace waybill {

class Banner;
class Sidebar;
class SidebarButton;

/// The shell: the places at the left, one of them on the screen, and below it what runs in the background.
class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    enum class Place { Endpoints, Deliveries };

    /// The window takes the places; `settings` and `history` outlive it.
    MainWindow(EndpointsPlace* endpoints, DeliveriesPlace* deliveries, History& history, QSettings& settings,
               QWidget* parent = nullptr);

    EndpointsPlace& endpoints() { return *endpoints_; }
    DeliveriesPlace& deliveries() { return *deliveries_; }
    Place place() const;
    void goTo(Place place);

    void setAccount(const QString& name, const QString& state, PillKind kind);
    void setEngineText(const QString& text);
    void setReceiverText(const QString& text);
    void setClockText(const QString& text);
    /// A message above the places, for what concerns all of them.
    Banner& banner() { return *banner_; }
    /// Also done when the window closes.
    void remember();

Q_SIGNALS:
    void learnRequested();
    void settingsRequested();
    void aboutRequested();
    void quitRequested();
    /// F5: look for what is new in the account, too.
    void refreshRequested();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void makeMenus();
    void makeStatusBar();
    void restoreWindow();
    void readCounts();
    void find();
    void copy();

    History& history_;
    QSettings& settings_;
    EndpointsPlace* endpoints_;
    DeliveriesPlace* deliveries_;
    Sidebar* sidebar_ = nullptr;
    SidebarButton* endpointsButton_ = nullptr;
    SidebarButton* deliveriesButton_ = nullptr;
    Banner* banner_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    QLabel* engine_ = nullptr;
    QLabel* receiver_ = nullptr;
    QLabel* clock_ = nullptr;
};

} // namespace waybill
