/** Walks the selected inputs of a plane-split matrix, scale group by scale group; shared by FFN layers and
 * linears. */
#pragma once

#include "kernels/kernel-table.h"
#include "pieces.h"

#include <algorithm>
#include <vector>

namespace sparse_pilot {

/** A range of ascending ids with its ends moved on to where a scale group ends. */
Range wholeGroups(const std::vector<int32_t> & ids, int group, Range range);

/** y[o] = sum over parts of their private sums, outputs of 64-blocks [begin, end), put back in natural order.
 */
void reduceOutputs(const PlaneShape & shape, const float * const * partial, int parts, int begin, int end,
                   float * y);

/**
 * y += the slice's inputs. `rowAt(id)` gives addresses, `planes` is where the matrix's planes begin,
 * `values(ids, count, reach, h)` gives the inputs' values for one group (padded with zeros to 32). `ahead`:
 * how many rows ahead of the one in use to prefetch, of those before `reachable`. Returns the bytes of
 * planes that were read.
 */
template <typename RowAt, typename Values>
size_t addGroups(const KernelTable & kernels, const PlaneShape & shape, const std::vector<int32_t> & ids,
                 Range slice, size_t reachable, int ahead, float * y, RowAt rowAt, const uint8_t * planes,
                 Values values) {
    const auto addGroup = kernels.addGroup[static_cast<int>(shape.format)];
    const int32_t * last = ids.data() + slice.end;
    const int32_t * reach = ids.data() + reachable;
    size_t planeBytes = 0;
    int lastSuper = -1;
    for (size_t s = slice.begin; s < slice.end;) {
        const int32_t * at = ids.data() + s;
        const int group = *at / shape.group, groupEnd = (group + 1) * shape.group;
        int count = 1;
        while (at + count < last && at[count] < groupEnd)
            ++count;
        alignas(64) float h[32] = {};
        values(at, count, reach, h);
        const uint8_t * rows[32];
        const uint8_t * next[32];
        for (int i = 0; i < ((count + 3) & ~3); ++i)
            rows[i] = rowAt(at[std::min(i, count - 1)]);
        GroupWork work;
        for (; work.aheadCount < count && ahead + work.aheadCount < reach - at; ++work.aheadCount)
            next[work.aheadCount] = rowAt(at[ahead + work.aheadCount]);
        work.rows = rows;
        work.values = h;
        work.count = count;
        work.plane = planes + planeOffset(shape, group);
        work.super = planes + superOffset(shape, group);
        if (at + count < reach && shape.planeBytes) {
            const int following = at[count] / shape.group;
            work.nextPlane = planes + planeOffset(shape, following);
            if (shape.superBytes && following / shape.super != group / shape.super)
                work.nextSuper = planes + superOffset(shape, following);
        }
        work.ahead = next;
        addGroup(shape, work, y);
        s += static_cast<size_t>(count);
        const int super = group / shape.super;
        planeBytes += shape.planeBytes + (super == lastSuper ? 0 : shape.superBytes);
        lastSuper = super;
    }
    return planeBytes;
}

} // namespace sparse_pilot
