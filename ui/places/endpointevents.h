// SPDX-License-Identifier: MIT
#pragma once

#include "contract/endpoint.h"
#include "widgets/card.h"

class QGridLayout;

namespace waybill {

/// Which events an endpoint takes: each by its title, with its technical name beside it.
class EndpointEvents final : public Card {
    Q_OBJECT
public:
    explicit EndpointEvents(QWidget* parent = nullptr);
    void show(const Endpoint& endpoint);

private:
    void list(const QStringList& types);

    QStringList listed_;
    QGridLayout* lines_;
    QLabel* all_;
    QLabel* others_;
};

} // namespace waybill
