// SPDX-License-Identifier: MIT
#pragma once

#include <QPushButton>

class QActionGroup;

namespace waybill {

/// A button whose menu holds the values of one filter, one of which is chosen; the first is "any".
class FilterButton final : public QPushButton {
    Q_OBJECT
public:
    FilterButton(const QString& name, const QString& anyWords, QWidget* parent = nullptr);

    struct Choice {
        QString value;
        QString words;
        QString detail = {}; ///< Beside the words in the menu.
    };
    /// Keeps the chosen value, also where it is not among the choices (yet).
    void setChoices(const QList<Choice>& choices);
    QString value() const { return value_; }
    void setValue(const QString& value);

Q_SIGNALS:
    /// By the person.
    void chosen(const QString& value);

private:
    void rebuild();
    void showValue();

    QString name_;
    QString anyWords_;
    QList<Choice> choices_;
    QString value_;
    QMenu* menu_;
};

} // namespace waybill
