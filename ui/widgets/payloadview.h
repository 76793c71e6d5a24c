// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/jsonlayout.h"

#include <QPlainTextEdit>

namespace waybill {

/// Shows a body, read-only, in colours where it is JSON.
class PayloadView : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit PayloadView(QWidget* parent = nullptr);

    void setPayload(const QByteArray& payload);
    const QByteArray& payload() const { return m_payload; }

Q_SIGNALS:
    void shown(); ///< The text is there; large ones come later than `setPayload` returns.

protected:
    void changeEvent(QEvent* event) override;

private:
    void show(const LaidOutPayload& laidOut);
    void colour();

    QByteArray m_payload;
    QList<JsonSpan> m_spans;
    quint64 m_generation = 0;
};

} // namespace waybill
