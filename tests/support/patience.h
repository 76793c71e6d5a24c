// SPDX-License-Identifier: MIT
// Seen by every test without asking: tests/CMakeLists.txt includes it. A test waits for what happens, and nothing
// depends on how fast: on a busy machine it takes a minute as well, and a test that passes never waits so long.
#pragma once

#include <QTest>

namespace waybill::test {

/// Milliseconds.
inline constexpr int patience = 60'000;

template <typename Condition>
bool waitFor(Condition condition, int timeout = patience) {
    return QTest::qWaitFor(std::move(condition), timeout);
}

} // namespace waybill::test

#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#define QTRY_VERIFY(expression) QTRY_VERIFY_WITH_TIMEOUT(expression, waybill::test::patience)
#define QTRY_VERIFY2(expression, words) QTRY_VERIFY2_WITH_TIMEOUT(expression, words, waybill::test::patience)
#define QTRY_COMPARE(actual, expected) QTRY_COMPARE_WITH_TIMEOUT(actual, expected, waybill::test::patience)
