// SPDX-License-Identifier: MIT
#include "places/endpointcommands.h"

#include "theme/icons.h"
#include "widgets/copying.h"

#include <QAction>
#include <QApplication>
#include <QMenu>

namespace waybill {
using namespace Qt::StringLiterals;

EndpointCommands::EndpointCommands(QWidget& place, QWidget& list)
    : QObject(&place), place_(place), menu_(new QMenu(&place)) {
    menu_->setObjectName(u"moreEndpointMenu"_s);
    using Commands = EndpointCommands;
    add(Icon::Edit, u"editCommand"_s, tr("&Edit…"), QKeySequence(u"Ctrl+E"_s), &Commands::edit);
    add(Icon::Play, u"testCommand"_s, tr("Send &test event"), QKeySequence(u"Ctrl+T"_s), &Commands::test);
    enable_ =
        add(Icon::Power, u"enableCommand"_s, tr("&Disable"), QKeySequence(u"Ctrl+Shift+D"_s), &Commands::setEnabled);
    menu_->addSeparator();
    add(Icon::Key, u"rotateSecret"_s, tr("&Rotate signing secret…"), QKeySequence(u"Ctrl+Shift+R"_s),
        &Commands::rotate);
    menu_->addSeparator();
    add(Icon::Copy, u"copyAddressCommand"_s, tr("Copy &address"), QKeySequence(u"Ctrl+Shift+C"_s),
        &Commands::copyAddress);
    add(Icon::Copy, u"copyIdCommand"_s, tr("Copy &id"), QKeySequence(u"Ctrl+Shift+I"_s), &Commands::copyId);
    menu_->addSeparator();
    QAction* remove = add(Icon::Trash, u"deleteEndpoint"_s, tr("De&lete endpoint…"), QKeySequence(QKeySequence::Delete),
                          &Commands::remove);
    // In a field the same key deletes a letter, and in another place it means something else.
    remove->setShortcutContext(Qt::WidgetShortcut);
    list.addAction(remove);
    show();
}

QAction* EndpointCommands::add(Icon mark, const QString& objectName, const QString& words, const QKeySequence& key,
                               void (EndpointCommands::*act)()) {
    QAction* action = menu_->addAction(icon(mark, menu_), words, key, this, act);
    action->setObjectName(objectName);
    action->setAutoRepeat(false); // A key that is held down is one command.
    return action;
}

void EndpointCommands::setEndpoint(const std::optional<EndpointSummary>& summary) {
    summary_ = summary;
    show();
}

void EndpointCommands::setOffered(bool offered) {
    isOffered_ = offered;
    show();
}

void EndpointCommands::show() {
    const QList<QAction*> actions = menu_->actions();
    for (QAction* action : actions)
        action->setEnabled(isOffered_ && summary_.has_value());
    const bool isEnabled = !summary_ || summary_->endpoint.status == EndpointStatus::Enabled;
    enable_->setText(isEnabled ? tr("&Disable") : tr("&Enable"));
}

void EndpointCommands::edit() {
    Q_EMIT editRequested(summary_->endpoint);
}
void EndpointCommands::test() {
    Q_EMIT testRequested(summary_->endpoint.id, {});
}
void EndpointCommands::setEnabled() {
    Q_EMIT enableRequested(summary_->endpoint.id, summary_->endpoint.status != EndpointStatus::Enabled);
}
void EndpointCommands::rotate() {
    Q_EMIT rotateRequested(summary_->endpoint);
}
void EndpointCommands::copyAddress() {
    copyText(summary_->endpoint.url, QApplication::focusWidget() ? QApplication::focusWidget() : &place_);
}
void EndpointCommands::copyId() {
    copyText(summary_->endpoint.id, QApplication::focusWidget() ? QApplication::focusWidget() : &place_);
}
void EndpointCommands::remove() {
    Q_EMIT deleteRequested(summary_.value());
}

} // namespace waybill
