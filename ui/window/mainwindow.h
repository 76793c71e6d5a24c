// SPDX-License-Identifier: MIT
#pragma once

#include "window/sidebar.h"
#include "window/windowsettings.h"

#include <QMainWindow>

class QStackedWidget;

namespace waybill {

class Banner;
class BringingButton;
class ClockButton;
class ElidedLabel;
class OlderRows;

/// The shell: the places at the left, one of them on the screen, and below it what runs in the background.
class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    enum class Place { Endpoints, Deliveries };

    /// The window takes the places; `settings` and `history` outlive it.
    MainWindow(EndpointsPlace* endpoints, DeliveriesPlace* deliveries, History& history, QSettings& settings,
               QWidget* parent = nullptr);
    /// Those of another account, instead of the ones that were shown; these are gone afterwards.
    void showPlaces(EndpointsPlace* endpoints, DeliveriesPlace* deliveries, History& history);

    AccountSwitcher& accounts() { return *sidebar_->accounts(); }
    EndpointsPlace& endpoints() { return *endpoints_; }
    DeliveriesPlace& deliveries() { return *deliveries_; }
    Place place() const;
    void goTo(Place place);

    /// Shows how much the copy holds; it does so by itself whenever the copy changes.
    void readCounts();
    void setEngineText(const QString& text);
    void setReceiverText(const QString& text);
    /// How far the account's copy is in step, where that is to be said; the tip says it exactly.
    void setClockText(const QString& text, const QString& tip = {});
    ClockButton& clock() { return *clockButton_; }
    OlderRows& olderRows() { return *olderRows_; }
    BringingButton& bringing() { return *bringing_; }
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
    void find();
    void copy();
    void takePlaces(EndpointsPlace* endpoints, DeliveriesPlace* deliveries, History& history);

    History* history_ = nullptr;
    QSettings& settings_;
    EndpointsPlace* endpoints_ = nullptr;
    DeliveriesPlace* deliveries_ = nullptr;
    Sidebar* sidebar_ = nullptr;
    SidebarButton* endpointsButton_ = nullptr;
    SidebarButton* deliveriesButton_ = nullptr;
    Banner* banner_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    ElidedLabel* engine_ = nullptr;
    ElidedLabel* receiver_ = nullptr;
    OlderRows* olderRows_ = nullptr;
    BringingButton* bringing_ = nullptr;
    ElidedLabel* clock_ = nullptr;
    ClockButton* clockButton_ = nullptr;
};

} // namespace waybill
