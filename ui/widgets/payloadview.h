// SPDX-License-Identifier: MIT
#pragma once

#include "widgets/copying.h"
#include "widgets/jsonlayout.h"

#include <QPlainTextEdit>

namespace waybill {

/// Shows a body, read-only, in colours where it is JSON.
class PayloadView : public QPlainTextEdit, public Copyable {
    Q_OBJECT
public:
    explicit PayloadView(QWidget* parent = nullptr);

    void setPayload(const QByteArray& payload);
    const QByteArray& payload() const { return m_payload; }
    /// What is selected, else the whole body as it came, also where only its beginning is shown.
    QString copiedText() const override;

Q_SIGNALS:
    void shown(); ///< The text is there; large ones come later than `setPayload` returns.

protected:
    void changeEvent(QEvent* event) override;

private:
    void show(const LaidOutPayload& laidOut);
    void colour();

    QByteArray m_payload;
    QList<JsonSpan> m_spans;
    bool m_isJson = false; ///< Or too long: then its text is not what came.
    quint64 m_generation = 0;
};

} // namespace waybill
