// SPDX-License-Identifier: MIT
#include "dialogs/renamedialog.h"

#include "contract/unicode.h"
#include "widgets/buttons.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

RenameDialog::RenameDialog(const QString& heading, const QString& name, QWidget* parent)
    : Sheet(heading, parent), name_(new QLineEdit(name, this)) {
    setObjectName(u"renameDialog"_s);
    setFixedWidth(420);
    name_->setObjectName(u"newName"_s);
    name_->setMaxLength(2 * longestName); // Of units: an emoji has two.
    name_->setAccessibleName(tr("Name"));
    name_->selectAll();
    name_->setFocus();
    content()->addWidget(name_);
    QPushButton* cancel = addButton(tr("Cancel"), u"cancel"_s);
    QPushButton* rename = addButton(tr("&Rename"), u"rename"_s);
    makePrimary(rename);
    rename->setDefault(true);
    connect(name_, &QLineEdit::textChanged, rename, [this, rename] { rename->setEnabled(!this->name().isEmpty()); });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(rename, &QPushButton::clicked, this, &QDialog::accept);
}

QString RenameDialog::name() const {
    return withoutHalves(firstCharacters(name_->text().trimmed(), longestName));
}

} // namespace waybill
