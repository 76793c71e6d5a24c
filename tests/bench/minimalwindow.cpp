// SPDX-License-Identifier: MIT
// The least that a Qt window costs: what tests/bench/start compares with.
#include <QApplication>
#include <QMainWindow>

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QMainWindow window;
    window.resize(1180, 740);
    window.show();
    return QApplication::exec();
}
