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

Range wholeGroups(const std::vector<int32_t> & ids, int group, Range range) {
    return {cut(ids, group, range.begin), cut(ids, group, range.end)};
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
