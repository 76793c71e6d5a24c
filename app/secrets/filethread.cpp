// SPDX-License-Identifier: MIT
#include "secrets/filethread.h"

namespace waybill {

FileThread::FileThread(const QString& name) : worker_(new QObject) {
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    thread_.setObjectName(name);
    thread_.start();
}

FileThread::~FileThread() {
    QMetaObject::invokeMethod(
        worker_, [] { QThread::currentThread()->quit(); }, Qt::QueuedConnection);
    thread_.wait();
}

} // namespace waybill
