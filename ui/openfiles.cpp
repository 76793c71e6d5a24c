// SPDX-License-Identifier: MIT
#include "openfiles.h"

#include <QtGlobal>

#include <algorithm>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

namespace waybill {

void allowManyConnections() {
#ifdef Q_OS_UNIX
    constexpr rlim_t wanted = 4096;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = std::min(limit.rlim_max, wanted);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        qWarning("This system allows Waybill only few connections at a time.");
#endif
}

} // namespace waybill
