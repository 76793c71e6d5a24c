// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/taborder.h"
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
    /// `copied` is what copying takes from it: its address.
    void setReceiverText(const QString& text, const QString& copied = {});
    /// How far the account's copy is in step, where that is to be said; the tip says it exactly.
    void setClockText(const QString& text, const QString& tip = {});
    ClockButton& clock() { return *clockButton_; }
    OlderRows& olderRows() { return *olderRows_; }
    BringingButton& bringing() { return *bringing_; }
    /// A message for what concerns all of the places. It lies over them, so nothing moves.
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
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool focusNextPrevChild(bool next) override { return moveFocus(this, next); }
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeMenus();
    void makeStatusBar();
    void restoreWindow();
    void find();
    QList<QWidget*> panes() const;
    /// No larger than its screen, and no smaller than it has to be.
    void fitToScreen();
    void placeBanner();
    /// From the log, to where it was opened.
    void goBack();
    void takePlaces(EndpointsPlace* endpoints, DeliveriesPlace* deliveries, History& history);

    History* history_ = nullptr;
    QSettings& settings_;
    EndpointsPlace* endpoints_ = nullptr;
    DeliveriesPlace* deliveries_ = nullptr;
    Sidebar* sidebar_ = nullptr;
    SidebarButton* endpointsButton_ = nullptr;
    SidebarButton* deliveriesButton_ = nullptr;
    Banner* banner_ = nullptr;
    QWidget* content_ = nullptr; ///< What the banner lies on.
    QStackedWidget* stack_ = nullptr;
    QMenu* endpointMenu_ = nullptr;
    bool cameFromEndpoints_ = false;
    ElidedLabel* engine_ = nullptr;
    ElidedLabel* receiver_ = nullptr;
    OlderRows* olderRows_ = nullptr;
    BringingButton* bringing_ = nullptr;
    ElidedLabel* clock_ = nullptr;
    ClockButton* clockButton_ = nullptr;
};

} // namespace waybill
