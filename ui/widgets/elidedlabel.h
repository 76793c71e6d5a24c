// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/copying.h"

#include <QLabel>

namespace waybill {

/// One line of plain text, or a few, that shortens itself; the whole text is in the tooltip and can be copied.
class ElidedLabel : public QLabel, public Copyable {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    explicit ElidedLabel(const QString& text, QWidget* parent = nullptr);

    /// `copied` is what copying gives, where that is not the text as it is shown.
    void setFullText(const QString& text, const QString& copied = {});
    QString fullText() const { return m_full; }
    QString copiedText() const override;
    void setElideMode(Qt::TextElideMode mode);
    /// Wraps into at most so many lines before it shortens.
    void setMostLines(int lines);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QStringList linesIn(int width) const;

    QString m_full;
    QString m_copied;
    int m_mostLines = 1;
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

} // namespace waybill
