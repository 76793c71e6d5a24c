// SPDX-License-Identifier: MIT
#pragma once

#include <QLabel>

namespace waybill {

/// One line of plain text that shortens itself; the whole text is in the tooltip and can be copied.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    explicit ElidedLabel(const QString& text, QWidget* parent = nullptr);

    void setFullText(const QString& text);
    QString fullText() const { return m_full; }
    void setElideMode(Qt::TextElideMode mode);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QString m_full;
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

} // namespace waybill
