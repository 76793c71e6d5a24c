// SPDX-License-Identifier: MIT
#include "dialogs/settingsdialog.h"

#include "theme/tokens.h"
#include "widgets/copybutton.h"
#include "widgets/elidedlabel.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

SettingsDialog::SettingsDialog(Theme::Mode mode, const QString& secretPlace, const QString& dataFolder, QWidget* parent)
    : Sheet(tr("Settings"), parent), secretPlace_(sheetText(secretPlace, this)), proxy_(new ProxyForm(this)) {
    setObjectName(u"settingsDialog"_s);
    setFixedWidth(520);
    const auto heading = [this](const QString& words) {
        QLabel* label = sheetText(words, this);
        label->setFont(textFont(type::body, QFont::DemiBold));
        content()->addWidget(label);
    };
    heading(tr("Appearance"));
    auto* modes = new QButtonGroup(this);
    auto* line = new QHBoxLayout;
    line->setSpacing(space::l);
    const auto offer = [&](Theme::Mode offered, const QString& words, const QString& objectName) {
        auto* button = new QRadioButton(words, this);
        button->setObjectName(objectName);
        button->setChecked(offered == mode);
        modes->addButton(button, int(offered));
        line->addWidget(button);
    };
    offer(Theme::Mode::System, tr("As the &system"), u"modeSystem"_s);
    offer(Theme::Mode::Light, tr("&Light"), u"modeLight"_s);
    offer(Theme::Mode::Dark, tr("&Dark"), u"modeDark"_s);
    line->addStretch(1);
    content()->addLayout(line);
    connect(modes, &QButtonGroup::idClicked, this, [this](int id) { Q_EMIT modeChosen(Theme::Mode(id)); });

    content()->addSpacing(space::s);
    heading(tr("Proxy"));
    content()->addWidget(proxy_);

    content()->addSpacing(space::s);
    heading(tr("Signing secrets"));
    auto* place = new QHBoxLayout;
    auto* change = new QPushButton(tr("C&hange…", "the place for secrets"), this);
    change->setObjectName(u"changeSecretPlace"_s);
    change->setAccessibleName(tr("Change where signing secrets are kept"));
    place->addWidget(secretPlace_, 1);
    place->addWidget(change, 0, Qt::AlignTop);
    content()->addLayout(place);
    connect(change, &QPushButton::clicked, this, &SettingsDialog::secretPlaceRequested);

    content()->addSpacing(space::s);
    heading(tr("Data"));
    auto* folder = new QHBoxLayout;
    auto* path = new ElidedLabel(dataFolder, this);
    path->setElideMode(Qt::ElideMiddle);
    path->setFont(codeFont());
    auto* copy = new CopyButton(this);
    copy->setObjectName(u"copyDataFolder"_s);
    copy->setCopiedText(dataFolder);
    folder->addWidget(path, 1);
    folder->addWidget(copy);
    content()->addLayout(folder);

    QPushButton* close = addButton(tr("&Close"), u"closeSettings"_s);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace waybill
