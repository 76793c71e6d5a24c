// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

class QTextBrowser;

namespace waybill {

/// The help article, beside the window so that one can follow it.
class HelpWindow final : public QDialog {
    Q_OBJECT
public:
    explicit HelpWindow(QWidget* parent);

protected:
    void changeEvent(QEvent* event) override;

private:
    void showArticle();
    QTextBrowser* article_;
};

} // namespace waybill
