#include "groups.h"

#include "layout/planes.h"

#include <cstring>

namespace sparse_pilot {

namespace {

size_t cut(const std::vector<int32_t> & ids, int group, size_t at) {
    while (at > 0 && at < ids.size() && ids[at] / group == ids[at - 1] / group)
        ++at;
    return at;
}

} // namespace

Slice sliceOf(const std::vector<int32_t> & ids, int group, int part, int parts) {
    const size_t n = ids.size(), p = static_cast<size_t>(part), all = static_cast<size_t>(parts);
    return {cut(ids, group, n * p / all), cut(ids, group, n * (p + 1) / all)};
}

size_t groupsTouched(const std::vector<int32_t> & ids, int group) {
    size_t n = 0;
    for (size_t i = 0; i < ids.size(); ++i)
        n += i == 0 || ids[i] / group != ids[i - 1] / group;
    return n;
}

void reduceOutputs(const PlaneShape & shape, const float * const * partial, int parts, int begin, int end,
                   float * y) {
    for (int block = begin; block < end; ++block) {
        const int base = block * 64;
        alignas(64) float out[64];
        for (int p = 0; p < 64; p += 4) {
            float sum[4] = {};
            for (int t = 0; t < parts; ++t)
                for (int e = 0; e < 4; ++e)
                    sum[e] += partial[t][base + p + e];
            std::memcpy(out + (isPlain(shape.format) ? p : planeOrder(p)), sum, sizeof(sum));
        }
        const int n = std::min(64, shape.n - base);
        std::memcpy(y + base, out, static_cast<size_t>(n) * sizeof(float));
    }
}

} // namespace sparse_pilot
