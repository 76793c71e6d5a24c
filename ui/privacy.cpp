// SPDX-License-Identifier: MIT
#include "privacy.h"

#include <cstdlib>
#include <cstring>
#include <openssl/crypto.h>

#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif

namespace waybill {

void keepMemoryPrivate() {
    if (!qEnvironmentVariableIsEmpty("WAYBILL_CORE_DUMPS"))
        return;
#ifdef Q_OS_LINUX
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
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
