/** Walks the selected inputs of a plane-split matrix, scale group by scale group; shared by FFN layers and
 * linears. */
#pragma once

#include "kernels/kernel-table.h"

#include <algorithm>
#include <vector>

namespace sparse_pilot {

/** The part of a list of inputs that one thread computes. */
struct Slice {
    size_t begin;
    size_t end;
};

/** Even shares of ascending ids, cut only where a scale group ends. */
Slice sliceOf(const std::vector<int32_t> & ids, int group, int part, int parts);

/** Scale groups touched by ascending ids. */
size_t groupsTouched(const std::vector<int32_t> & ids, int group);

/** y[o] = sum over parts of their private sums, outputs of 64-blocks [begin, end), put back in natural order.
 */
void reduceOutputs(const PlaneShape & shape, const float * const * partial, int parts, int begin, int end,
                   float * y);

/**
 * y += the slice's inputs. `rowAt(id)` and `planeAt(group)` give addresses, `values(ids, count, last, h)` the
 * inputs' values for one group (padded with zeros to 32). `ahead`: how many rows ahead of the one in use to
 * prefetch.
 */
template <typename RowAt, typename PlaneAt, typename Values>
void addGroups(const KernelTable & kernels, const PlaneShape & shape, const std::vector<int32_t> & ids,
               Slice slice, int ahead, float * y, RowAt rowAt, PlaneAt planeAt, Values values) {
    const auto addGroup = kernels.addGroup[static_cast<int>(shape.format)];
    const int32_t * last = ids.data() + slice.end;
    for (size_t s = slice.begin; s < slice.end;) {
        const int32_t * at = ids.data() + s;
        const int group = *at / shape.group;
        int count = 1;
        while (at + count < last && at[count] / shape.group == group)
            ++count;
        alignas(64) float h[32] = {};
        values(at, count, last, h);
        const uint8_t * rows[32];
        const uint8_t * next[32];
        for (int i = 0; i < ((count + 3) & ~3); ++i)
            rows[i] = rowAt(at[std::min(i, count - 1)]);
        GroupWork work;
        for (; work.aheadCount < count && at + ahead + work.aheadCount < last; ++work.aheadCount)
            next[work.aheadCount] = rowAt(at[ahead + work.aheadCount]);
        work.rows = rows;
        work.values = h;
        work.count = count;
        work.plane = planeAt(group);
        work.nextPlane = at + count < last && shape.planeBytes ? planeAt(at[count] / shape.group) : nullptr;
        work.ahead = next;
        addGroup(shape, work, y);
        s += static_cast<size_t>(count);
    }
}

} // namespace sparse_pilot
