// SPDX-License-Identifier: MIT
#pragma once

#include "http/proxychoice.h"

#include <QDeadlineTimer>
#include <QHash>
#include <QObject>
#include <QPointer>

#include <functional>

namespace waybill {

/// Through which proxy an address is reached: by the choice, and where only the desktop knows, by what that says. The
/// desktop may run a script for it, so it is asked on a thread of the pool; its answers count for half a minute. Lives
/// on one thread.
class ProxyFinder final : public QObject {
    Q_OBJECT
public:
    using Found = std::function<void(const Proxy&)>;
    explicit ProxyFinder(QObject* parent = nullptr) : QObject(parent) {}

    void setChoice(const ProxyChoice& choice);
    /// `found` is called before this returns where the answer is known, else later, unless `context` is gone by then.
    void find(const QUrl& url, QObject* context, Found found);

private:
    struct Known {
        Proxy proxy;
        QDeadlineTimer until;
    };
    struct Waiting {
        QPointer<QObject> context;
        Found found;
    };
    void answered(const QString& origin, const Proxy& proxy);

    ProxyChoice choice_;
    QHash<QString, Known> known_; ///< By scheme, host and port.
    QHash<QString, QList<Waiting>> waiting_;
};

} // namespace waybill
