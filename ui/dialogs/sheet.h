// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"
#include "widgets/taborder.h"

#include <QDialog>
#include <QPointer>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace waybill {

class ErrorBanner;

/// A dialog of Waybill: a heading, a sentence, content, an error where something went wrong, and verbs at the foot.
/// Nothing is the default button until it is said, so that Enter never does what was not meant. It fits its screen: the
/// content scrolls where it has to, and the verbs stay in sight.
class Sheet : public QDialog {
    Q_OBJECT
public:
    void setError(const Error& error);
    void setWarning(const QString& text);
    void clearError();

protected:
    Sheet(const QString& heading, QWidget* parent);

    void setSentence(const QString& sentence);
    QVBoxLayout* content() const { return content_; }
    /// At the foot, from left to right.
    QPushButton* addButton(const QString& words, const QString& objectName);
    /// At the left of the foot.
    void addFootnote(QWidget* widget);
    /// Before fields are disabled for a while, and after: the keyboard goes on where it was.
    void holdFocus();
    void giveFocusBack();
    /// Escape and the close button come here first; false keeps the dialog open.
    virtual bool mayClose() { return true; }

    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    bool focusNextPrevChild(bool next) override { return moveFocus(this, next); }
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void fit();
    void refit();
    /// As high as its text needs in a width.
    static int heightOf(const QWidget& widget, int width);

    bool hadError_ = false;
    int wantedWidth_ = 0; ///< As it was made; a screen may be narrower.
    QLabel* sentence_;
    QScrollArea* scroll_;
    QWidget* body_;
    QVBoxLayout* content_;
    ErrorBanner* error_;
    QHBoxLayout* foot_;
    QPointer<QWidget> held_;
};

/// A label that shows any text as it is and wraps.
QLabel* sheetText(const QString& text, QWidget* parent, bool isMuted = false);

/// Shows a dialog beside its window; it is gone when it is closed. Never a nested event loop.
template <typename Dialog>
Dialog* opened(Dialog* dialog) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}

} // namespace waybill
