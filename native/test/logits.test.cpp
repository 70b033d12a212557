// Rows of logits by every instruction set: of any length, against sums in double precision.
#include "harness.h"
#include "kernels/kernel-table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace sparse_pilot;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

std::vector<const KernelTable *> tables() {
    const KernelTable * const * first = nullptr;
    const int n = availableKernels(&first);
    return std::vector<const KernelTable *>(first, first + n);
}

std::vector<float> row(int count, float scale, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(-3.0f, scale);
    std::vector<float> logits(static_cast<size_t>(count));
    for (float & logit : logits)
        logit = normal(random);
    return logits;
}

std::string label(const KernelTable * table, int count) {
    return std::string(table->name) + ", " + std::to_string(count);
}

const std::vector<int> lengths = {1, 2, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097, 49152};

} // namespace

TEST(theTwoLargestAreFoundWhereverTheyAre) {
    for (const KernelTable * table : tables()) {
        for (const int count : lengths) {
            std::vector<float> logits = row(count, 4, static_cast<unsigned>(count));
            for (const int place : {0, count / 2, count - 1}) {
                const float kept = logits[static_cast<size_t>(place)];
                logits[static_cast<size_t>(place)] = 1000;
                const TopLogits top = table->topLogits(logits.data(), count);
                CHECK_WITH(top.best == place && top.first == 1000, label(table, count));
                logits[static_cast<size_t>(place)] = -infinity;
                const float second = count == 1 ? -infinity : *std::max_element(logits.begin(), logits.end());
                CHECK_WITH(top.second == second, label(table, count));
                logits[static_cast<size_t>(place)] = kept;
            }
        }
    }
}

TEST(ofEqualOnesTheFirstIsTheBest) {
    for (const KernelTable * table : tables()) {
        std::vector<float> logits = row(9000, 1, 1);
        for (const size_t place : {8999u, 4100u, 77u, 76u})
            logits[place] = 50;
        const TopLogits top = table->topLogits(logits.data(), 9000);
        CHECK_WITH(top.best == 76 && top.first == 50 && top.second == 50, table->name);
    }
}

TEST(whatIsNotANumberIsPassedOver) {
    for (const KernelTable * table : tables()) {
        for (const int count : {3, 16, 64, 5000}) {
            std::vector<float> logits(static_cast<size_t>(count), notANumber);
            CHECK_WITH(table->topLogits(logits.data(), count).best == -1, label(table, count));
            logits[1] = -2;
            logits[2] = -1;
            const TopLogits top = table->topLogits(logits.data(), count);
            CHECK_WITH(top.best == 2 && top.first == -1 && top.second == -2, label(table, count));
        }
        const std::vector<float> impossible(100, -infinity);
        CHECK_WITH(table->topLogits(impossible.data(), 100).best == -1, table->name);
        const std::vector<float> tooLarge(100, infinity);
        CHECK_WITH(table->topLogits(tooLarge.data(), 100).best == -1, table->name);
    }
}

TEST(sumsEqualThoseOfDoubles) {
    for (const KernelTable * table : tables()) {
        for (const int count : lengths) {
            for (const float scale : {1.0f, 1 / 0.6f}) {
                std::vector<float> logits = row(count, 6, static_cast<unsigned>(count) + 7);
                if (count > 1)
                    logits[1] = -infinity;
                const float max = *std::max_element(logits.begin(), logits.end());
                double sum = 0, weighted = 0;
                for (const float logit : logits) {
                    const double x = std::max(static_cast<double>(logit - max) * scale, -87.0);
                    sum += std::exp(x);
                    weighted += std::exp(x) * x;
                }
                const LogitMoments m = table->logitMoments(logits.data(), count, max, scale);
                CHECK_WITH(std::abs(m.sum - sum) < 1e-5 * sum, label(table, count));
                CHECK_WITH(std::abs(m.weighted - weighted) < 1e-5 * (1 - weighted), label(table, count));
            }
        }
    }
}

TEST_MAIN
