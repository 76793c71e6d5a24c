// SPDX-License-Identifier: MIT
// For tests of the window: it stands on a folder of its own, with nothing behind it but the copy.
#pragma once

#include "clock/movableclock.h"
#include "contract/random.h"
#include "secrets/sessionvault.h"
#include "window/mainwindow.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace waybill::test {

class WindowDesk {
public:
    static Instant start() { return *instantFromIso8601(QStringLiteral("2026-10-12T08:00:00Z")); }

    QTemporaryDir folder;
    MovableClock clock{start()};
    SystemRandom random;
    SessionVault vault;
    History history{folder.filePath(QStringLiteral("history.db")), clock};
    Receiver receiver{folder.filePath(QStringLiteral("receiver.db")), vault, clock, random};
    QSettings settings{folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat};
    QObject context;
    std::unique_ptr<MainWindow> window;

    void open() {
        window =
            std::make_unique<MainWindow>(new EndpointsPlace(history, clock),
                                         new DeliveriesPlace(history, nullptr, receiver, clock), history, settings);
        window->setReceiverText(QStringLiteral("Receiver: 127.0.0.1:8443"), QStringLiteral("http://127.0.0.1:8443"));
        window->show();
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
    }
    template <typename T>
    T* find(const QString& name) {
        T* found = window->findChild<T*>(name);
        if (!found)
            qFatal("There is no %s", qPrintable(name));
        return found;
    }
    /// Two endpoints with two deliveries each, all in sight.
    void openFilled() {
        fill();
        open();
        QTRY_COMPARE(window->endpoints().selectedId(), QStringLiteral("endpoint_1"));
        QTRY_COMPARE(find<QAbstractItemView>(QStringLiteral("latestDeliveries"))->model()->rowCount(), 2);
    }
    void openDeliveries() {
        openFilled();
        window->goTo(MainWindow::Place::Deliveries);
        QTRY_COMPARE(find<QAbstractItemView>(QStringLiteral("deliveriesTable"))->model()->rowCount(), 4);
    }
    void fill() {
        QList<Endpoint> endpoints(2);
        QList<Delivery> deliveries;
        for (int i = 0; i < 2; ++i) {
            endpoints[i].id = QStringLiteral("endpoint_%1").arg(i + 1);
            endpoints[i].url = QStringLiteral("https://hooks.example.org/%1").arg(i + 1);
            endpoints[i].description = i == 0 ? QStringLiteral("Design\talerts") : QStringLiteral("Research");
            endpoints[i].enabledEvents = {QStringLiteral("*")};
            endpoints[i].statusText = QStringLiteral("enabled");
            endpoints[i].createdAt = start() - seconds(100 - i);
        }
        for (int i = 0; i < 4; ++i) {
            Delivery delivery;
            delivery.id = QStringLiteral("delivery_%1").arg(i);
            delivery.eventId = QStringLiteral("event_%1").arg(i);
            delivery.endpointId = endpoints.at(i % 2).id;
            const bool isDelivered = i < 3;
            delivery.status = isDelivered ? DeliveryStatus::Delivered : DeliveryStatus::Abandoned;
            delivery.statusText = isDelivered ? QStringLiteral("delivered") : QStringLiteral("abandoned");
            delivery.createdAt = delivery.scheduledFor = start() - seconds(40 - i);
            delivery.responseStatus = isDelivered ? 200 : 404;
            delivery.responseBody = QStringLiteral("{\"taken\":1.10}");
            if (isDelivered)
                delivery.deliveredAt = delivery.createdAt;
            deliveries.append(delivery);
        }
        history.replaceEndpoints(endpoints, &context, [](const Result<void>& written) { QVERIFY(written); });
        history.putDeliveries(deliveries, &context, [](const Result<int>& written) { QVERIFY(written); });
    }
};

} // namespace waybill::test
