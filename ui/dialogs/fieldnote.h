// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/pill.h"

class QLabel;
class QPushButton;

namespace waybill {

/// A line below a field: a mark and a sentence, in the colour of what it says. Takes no room while it has nothing to
/// say, unless room is kept for it.
class FieldNote final : public QWidget {
    Q_OBJECT
public:
    explicit FieldNote(QWidget* parent = nullptr);
    /// Neutral has no mark. An empty text hides the note.
    /// `remedy`: what a button beside it does about it; without one there is no button.
    void setNote(PillKind kind, const QString& text, const QString& remedy = {});
    /// Keeps the room of so many lines, also while it says nothing: what is below stays where it is.
    void keepRoom(int lines);
    QString text() const;
    PillKind kind() const { return kind_; }

Q_SIGNALS:
    void remedyChosen();

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintMark();

    PillKind kind_ = PillKind::Neutral;
    QLabel* mark_;
    QLabel* text_;
    QPushButton* remedy_;
};

} // namespace waybill
