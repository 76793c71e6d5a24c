// SPDX-License-Identifier: MIT
// What the benchmarks of sending measure against: an nginx of their own, with one worker, that answers 204 on this
// computer, and wrk, which does nothing but post.
#pragma once

#include "support/testcertificate.h"

#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QUrl>

#include <algorithm>
#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace waybill::bench {

using namespace Qt::StringLiterals;

inline constexpr int underWay = 50;
inline constexpr int addresses = 50;
inline const QByteArray body(1024, 'x');

inline QString addressOf(int destination) {
    return u"127.0.0.%1"_s.arg(destination + 1);
}

inline void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("The benchmark cannot write into its folder.");
}

inline quint16 freePort() {
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

/// An nginx that lives as long as this.
class Nginx {
public:
    explicit Nginx(const test::TestCertificate& certificate) {
        write(folder_.filePath(u"certificate.pem"_s), certificate.certificate.toPem());
        write(folder_.filePath(u"key.pem"_s), certificate.key.toPem());
        QByteArray listens;
        for (int i = 0; i < addresses; ++i) {
            const QByteArray address = addressOf(i).toLatin1();
            listens += "listen " + address + ':' + QByteArray::number(port_) + "; listen " + address + ':' +
                       QByteArray::number(tlsPort_) + " ssl;\n";
        }
        QByteArray folders;
        for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            folders += QByteArray(kind) + "_temp_path " + kind + ";\n";
        write(folder_.filePath(u"nginx.conf"_s),
              "daemon off; worker_processes 1; pid nginx.pid; error_log stderr crit;\n"
              "events { worker_connections 4096; }\n"
              "http { access_log off; keepalive_requests 1000000000;\n" +
                  folders + "server {\n" + listens +
                  "ssl_certificate certificate.pem; ssl_certificate_key key.pem;\n"
                  "location / { return 204; } } }\n");
        process_.setProcessChannelMode(QProcess::ForwardedChannels);
        process_.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
        process_.start(u"nginx"_s, {u"-p"_s, folder_.path(), u"-e"_s, u"stderr"_s, u"-c"_s, u"nginx.conf"_s});
        for (int tries = 0; !answers(); ++tries) {
            if (tries == 100 || process_.waitForFinished(50))
                qFatal("nginx does not start. Is it installed (packaging/install bench)?");
        }
    }
    ~Nginx() {
        process_.terminate();
        process_.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(Nginx)

    QUrl url(bool isTls, int destination) const {
        return QUrl(u"%1://%2:%3/hook"_s.arg(isTls ? u"https"_s : u"http"_s, addressOf(destination),
                                             QString::number(isTls ? tlsPort_ : port_)));
    }
    QString filePath(const QString& name) const { return folder_.filePath(name); }

private:
    bool answers() const {
        QTcpSocket socket;
        socket.connectToHost(addressOf(0), port_);
        return socket.waitForConnected(1000);
    }

    const QTemporaryDir folder_;
    const quint16 port_ = freePort();
    const quint16 tlsPort_ = freePort();
    QProcess process_;
};

/// For every address that nginx answers at.
inline test::TestCertificate certificateOfNginx() {
    QStringList names;
    for (int i = 0; i < addresses; ++i)
        names += u"IP:"_s + addressOf(i);
    return test::TestCertificate::forName(names.join(u','));
}

inline double processorTime(int whose) {
    rusage used{};
    ::getrusage(whose, &used);
    const auto microseconds = [](const timeval& time) { return double(time.tv_sec) * 1e6 + double(time.tv_usec); };
    return microseconds(used.ru_utime) + microseconds(used.ru_stime);
}

struct Measure {
    double postsPerSecond = 0;
    double processorMicroseconds = 0; ///< A post.
    int failed = 0;
};

inline Measure runWrk(const QString& script, const QUrl& url, int seconds) {
    QProcess wrk;
    const double processor = processorTime(RUSAGE_CHILDREN);
    wrk.start(u"wrk"_s, {u"-t1"_s, u"-c%1"_s.arg(underWay), u"-d%1s"_s.arg(seconds), u"-s"_s, script, url.toString()});
    if (!wrk.waitForFinished(-1) || wrk.exitCode() != 0)
        qFatal("wrk does not run. Is it installed (packaging/install bench)?");
    Measure measure;
    double requests = 0;
    const QByteArrayList lines = wrk.readAllStandardOutput().split('\n');
    for (const QByteArray& line : lines) {
        const QByteArrayList words = line.simplified().split(' ');
        if (words.value(0) == "Requests/sec:")
            measure.postsPerSecond = words.value(1).toDouble();
        else if (words.value(1) == "requests")
            requests = words.value(0).toDouble();
        else if (line.contains("Non-2xx") || line.contains("Socket errors"))
            ++measure.failed;
    }
    measure.processorMicroseconds = (processorTime(RUSAGE_CHILDREN) - processor) / requests;
    return measure;
}

inline Measure measureWrk(const Nginx& nginx, bool isTls, int seconds) {
    const QString script = nginx.filePath(u"post.lua"_s);
    write(script, "wrk.method = 'POST'\nwrk.body = string.rep('x', " + QByteArray::number(body.size()) +
                      ")\nwrk.headers['Content-Type'] = 'application/json'\n");
    return runWrk(script, nginx.url(isTls, 0), seconds);
}

inline double median(QList<double> numbers) {
    std::ranges::sort(numbers);
    const qsizetype middle = numbers.size() / 2;
    return numbers.size() % 2 == 1 ? numbers.at(middle) : (numbers.at(middle - 1) + numbers.at(middle)) / 2;
}

} // namespace waybill::bench
