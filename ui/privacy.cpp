// SPDX-License-Identifier: MIT
#include "privacy.h"

#include <cstdlib>
#include <cstring>
#include <openssl/crypto.h>

#ifdef Q_OS_LINUX
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace waybill {

void keepOutOfCoreFiles() {
    if (qgetenv("WAYBILL_CORE_DUMPS") == "1")
        return;
#ifdef Q_OS_LINUX
    // Not PR_SET_DUMPABLE: the desktop's portal, which tells dark from light, answers no process that it cannot look
    // at.
    rlimit limit{};
    bool done = getrlimit(RLIMIT_CORE, &limit) == 0;
    limit.rlim_cur = 0;
    done = done && setrlimit(RLIMIT_CORE, &limit) == 0;
    // Programs that collect crashes may take no notice of the limit; gcore keeps to this too.
    const int filter = ::open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
    done = filter >= 0 && ::write(filter, "0", 1) == 1 && done;
    if (filter >= 0)
        ::close(filter);
    if (!done)
        qWarning("This system may write the memory of Waybill to a core file.");
#endif
}

Secret takeFromEnvironment(const char* name) {
    char* value = std::getenv(name);
    if (!value)
        return {};
    Secret secret{QByteArray(value)};
    // To forget the variable would leave its text where /proc shows it.
    OPENSSL_cleanse(value, std::strlen(value));
    qunsetenv(name);
    return secret;
}

} // namespace waybill
