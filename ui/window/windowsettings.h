// SPDX-License-Identifier: MIT
#pragma once

#include "places/deliveriesplace.h"
#include "places/endpointsplace.h"

class QSettings;

namespace waybill {

/// What the window keeps between starts, and under which keys: nowhere else.
struct WindowState {
    QByteArray geometry;
    int place = 0;
    EndpointsPlace::State endpoints;
    DeliveriesPlace::State deliveries;
};

WindowState readWindowState(const QSettings& settings);
void writeWindowState(QSettings& settings, const WindowState& state);

} // namespace waybill
