/** A small test harness: TEST(name) { CHECK(...); }, one main a file, `N passed, N failed` as the last line.
 */
#pragma once

#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace harness {

struct Test {
    std::string name;
    std::function<void()> run;
};

inline std::vector<Test> & tests() {
    static std::vector<Test> all;
    return all;
}

inline int & failuresOfCurrent() {
    static int count = 0;
    return count;
}

inline bool add(const char * name, std::function<void()> run) {
    tests().push_back({name, std::move(run)});
    return true;
}

inline void fail(const char * file, int line, const std::string & what) {
    if (++failuresOfCurrent() <= 20)
        std::printf("  %s:%d: %s\n", file, line, what.c_str());
}

inline int main() {
    int passed = 0, failed = 0;
    for (const Test & test : tests()) {
        failuresOfCurrent() = 0;
        try {
            test.run();
        } catch (const std::exception & error) {
            fail(test.name.c_str(), 0, std::string("threw: ") + error.what());
        }
        const bool ok = failuresOfCurrent() == 0;
        std::printf("%s %s\n", ok ? "ok  " : "FAIL", test.name.c_str());
        std::fflush(stdout);
        ++(ok ? passed : failed);
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}

} // namespace harness

#define TEST(name)                                                                                           \
    static void test_##name();                                                                               \
    static const bool added_##name = harness::add(#name, test_##name);                                       \
    static void test_##name()
#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            harness::fail(__FILE__, __LINE__, #condition);                                                   \
    } while (0)
#define CHECK_WITH(condition, text)                                                                          \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            harness::fail(__FILE__, __LINE__, std::string(#condition " with ") + (text));                    \
    } while (0)
#define TEST_MAIN                                                                                            \
    int main() { return harness::main(); }
