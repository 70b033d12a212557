#include "selectors/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

namespace sparse_pilot {

namespace {

uint64_t hash(uint64_t x) { // splitmix64
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

uint32_t leadingBits(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    return bits >> 20 & 0x7ff; // exponent and three bits: 2048 bins, ascending for non-negative values
}

/** Two prompts share this much by chance: what a template or a file begins with. */
constexpr uint64_t fewestKept = 8;

} // namespace

bool LayerStatistics::keep(uint64_t kept) {
    if (kept >= tokens)
        return false;
    const bool none = kept < fewestKept;
    const float share = none ? 0.0f : static_cast<float>(kept) / static_cast<float>(tokens);
    for (float & value : importance)
        value *= share;
    for (float & value : upSum)
        value *= share;
    tokens = none ? 0 : kept;
    if (none)
        gates.clear();
    return none;
}

int RowSample::offer() {
    const uint64_t index = seen_++;
    if (rows_ < capacity_) {
        values_.resize((rows_ + 1) * width_);
        return static_cast<int>(rows_++);
    }
    const uint64_t slot = hash(index) % (index + 1);
    return slot < capacity_ ? static_cast<int>(slot) : -1;
}

float scoreQuantile(const RowSample & gates, const float * weights, float density) {
    std::vector<float> scores;
    scores.reserve(gates.rows() * gates.width());
    for (size_t r = 0; r < gates.rows(); ++r) {
        const float * row = gates.row(r);
        for (size_t j = 0; j < gates.width(); ++j) {
            const float score = weights ? row[j] * weights[j] : row[j];
            if (std::isfinite(score))
                scores.push_back(score);
        }
    }
    if (scores.empty())
        return 0;
    const double wanted = std::ceil(static_cast<double>(density) * static_cast<double>(scores.size()));
    const size_t k = std::clamp<size_t>(static_cast<size_t>(wanted), 1, scores.size()) - 1;
    std::nth_element(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(k), scores.end(),
                     std::greater<>());
    return scores[k];
}

float kthLargest(const float * values, int n, int k, std::vector<float> & scratch) {
    uint32_t bins[2048] = {};
    for (int i = 0; i < n; ++i)
        ++bins[leadingBits(values[i])];
    int bin = 2047;
    int above = 0;
    while (bin > 0 && above + static_cast<int>(bins[bin]) < k)
        above += static_cast<int>(bins[bin--]);
    scratch.clear();
    for (int i = 0; i < n; ++i)
        if (leadingBits(values[i]) == static_cast<uint32_t>(bin))
            scratch.push_back(values[i]);
    const std::ptrdiff_t at =
        std::min<std::ptrdiff_t>(k - above - 1, static_cast<std::ptrdiff_t>(scratch.size()) - 1);
    std::nth_element(scratch.begin(), scratch.begin() + at, scratch.end(), std::greater<>());
    return scratch[static_cast<size_t>(at)];
}

} // namespace sparse_pilot
