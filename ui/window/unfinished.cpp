// SPDX-License-Identifier: MIT
#include "window/unfinished.h"

#include <QSettings>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
const QString listKey = u"unfinished"_s;
}

Unfinished::Unfinished(QSettings& settings) : settings_(settings) {
    const int count = settings_.beginReadArray(listKey);
    for (int i = 0; i < count; ++i) {
        settings_.setArrayIndex(i);
        const int kind = settings_.value(u"kind"_s, -1).toInt();
        const Item item{Kind(kind), settings_.value(u"account"_s).toString(), settings_.value(u"endpoint"_s).toString(),
                        settings_.value(u"name"_s).toString()};
        if (kind >= int(Kind::Creating) && kind <= int(Kind::SecretShown))
            noted_.append({++lastNumber_, item, true});
    }
    settings_.endArray();
}

int Unfinished::begin(const Item& item) {
    noted_.append({++lastNumber_, item, false});
    write();
    return lastNumber_;
}

void Unfinished::end(int number) {
    if (noted_.removeIf([number](const Noted& noted) { return noted.number == number; }) > 0)
        write();
}

QList<Unfinished::Item> Unfinished::takeOfLastRun() {
    QList<Item> items;
    for (const Noted& noted : std::as_const(noted_)) {
        if (noted.isOfLastRun)
            items.append(noted.item);
    }
    if (noted_.removeIf([](const Noted& noted) { return noted.isOfLastRun; }) > 0)
        write();
    return items;
}

void Unfinished::write() {
    settings_.remove(listKey);
    if (noted_.isEmpty())
        return;
    settings_.beginWriteArray(listKey, int(noted_.size()));
    for (int i = 0; i < int(noted_.size()); ++i) {
        const Item& item = noted_.at(i).item;
        settings_.setArrayIndex(i);
        settings_.setValue(u"kind"_s, int(item.kind));
        settings_.setValue(u"account"_s, item.accountId);
        settings_.setValue(u"endpoint"_s, item.endpointId);
        settings_.setValue(u"name"_s, item.name);
    }
    settings_.endArray();
}

} // namespace waybill
