// SPDX-License-Identifier: MIT
#include "window/windowsettings.h"

#include <QSettings>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
namespace key {
const QString geometry = u"window/geometry"_s;
const QString place = u"window/place"_s;
const QString endpointsSplitter = u"endpoints/splitter"_s;
const QString endpointsFilter = u"endpoints/filter"_s;
const QString endpointsSelected = u"endpoints/selected"_s;
const QString endpointsTab = u"endpoints/tab"_s;
const QString deliveriesSplitter = u"deliveries/splitter"_s;
const QString deliveriesDetailSplitter = u"deliveries/detailSplitter"_s;
const QString deliveriesColumns = u"deliveries/columns"_s;
const QString deliveriesText = u"deliveries/filterText"_s;
const QString deliveriesStatus = u"deliveries/filterStatus"_s;
const QString deliveriesEvent = u"deliveries/filterEvent"_s;
const QString deliveriesEndpoint = u"deliveries/filterEndpoint"_s;
const QString deliveriesSelected = u"deliveries/selected"_s;
const QString deliveriesTab = u"deliveries/tab"_s;
} // namespace key
} // namespace

WindowState readWindowState(const QSettings& settings) {
    WindowState state;
    state.geometry = settings.value(key::geometry).toByteArray();
    state.place = settings.value(key::place).toInt();
    state.endpoints = {settings.value(key::endpointsSplitter).toByteArray(),
                       settings.value(key::endpointsFilter).toString(),
                       settings.value(key::endpointsSelected).toString(), settings.value(key::endpointsTab).toInt()};
    DeliveryFilter filter;
    filter.text = settings.value(key::deliveriesText).toString();
    filter.eventType = settings.value(key::deliveriesEvent).toString();
    filter.endpointId = settings.value(key::deliveriesEndpoint).toString();
    const int status = settings.value(key::deliveriesStatus, -1).toInt();
    if (status >= 0 && status < int(DeliveryStatus::Unknown))
        filter.status = DeliveryStatus(status);
    state.deliveries = {settings.value(key::deliveriesSplitter).toByteArray(),
                        settings.value(key::deliveriesDetailSplitter).toByteArray(),
                        settings.value(key::deliveriesColumns).toByteArray(),
                        filter,
                        settings.value(key::deliveriesSelected).toString(),
                        settings.value(key::deliveriesTab).toInt()};
    return state;
}

void writeWindowState(QSettings& settings, const WindowState& state) {
    settings.setValue(key::geometry, state.geometry);
    settings.setValue(key::place, state.place);
    settings.setValue(key::endpointsSplitter, state.endpoints.splitter);
    settings.setValue(key::endpointsFilter, state.endpoints.filter);
    settings.setValue(key::endpointsSelected, state.endpoints.endpointId);
    settings.setValue(key::endpointsTab, state.endpoints.tab);
    settings.setValue(key::deliveriesSplitter, state.deliveries.splitter);
    settings.setValue(key::deliveriesDetailSplitter, state.deliveries.detailSplitter);
    settings.setValue(key::deliveriesColumns, state.deliveries.columns);
    settings.setValue(key::deliveriesText, state.deliveries.filter.text);
    settings.setValue(key::deliveriesStatus,
                      state.deliveries.filter.status ? int(*state.deliveries.filter.status) : -1);
    settings.setValue(key::deliveriesEvent, state.deliveries.filter.eventType);
    settings.setValue(key::deliveriesEndpoint, state.deliveries.filter.endpointId);
    settings.setValue(key::deliveriesSelected, state.deliveries.deliveryId);
    settings.setValue(key::deliveriesTab, state.deliveries.tab);
}

} // namespace waybill
