/** The rows of a flash attention node, for one instruction set: include its simd header first. */
#pragma once

#include "attention/cells.h"
#include "attention/softmax.h"
#include "attention/view.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace sparse_pilot {
namespace {

/** What upstream sums side by side before it adds up: registers of a step of its dot product. */
constexpr int abreast = 4;
/** Rows that go over the cells together: as many as stay near with their sums. */
constexpr int mostRows = 16;
constexpr int nearby = 2048; // values a matrix of rows

/** Rows that share a head's cells, and what they have summed of its values: numbers of half precision. */
struct Group {
    const Attention & a;
    int first;
    int count;
    Row rows[mostRows];
    alignas(64) float queries[nearby + widestHead];
    alignas(64) float sums[nearby + widestHead];

    Group(const Attention & attention, int first_, int count_) : a(attention), first(first_), count(count_) {
        for (int r = 0; r < count; r++) {
            const float * query = a.query(first + r);
            for (int i = 0; i < a.keyWidth; i += lanes) {
                Simd::store(queries + r * a.keyWidth + i, Simd::half(Simd::loadAny(query + i)));
            }
        }
        std::fill_n(sums, count * a.valueWidth, 0.0f);
    }

    /** Which of the cells each row attends to; false: none does. `bias`: what its mask adds to their scores.
     */
    bool look(int64_t cell, int cells, F * bias) {
        const uint32_t all = (1u << cells) - 1;
        uint32_t any = 0;
        for (int r = 0; r < count; r++) {
            if (r >= a.tokens) { // another head of the same token
                bias[r] = bias[r - a.tokens];
                rows[r].seen = rows[r - a.tokens].seen;
                continue;
            }
            const uint16_t * mask = a.maskOf(first + r);
            bias[r] = Simd::zero();
            rows[r].seen = all;
            if (mask != nullptr) {
                uint16_t own[lanes] = {};
                if (cells == lanes) { // a size the compiler knows: no call
                    std::memcpy(own, mask + cell, sizeof(own));
                } else {
                    std::memcpy(own, mask + cell, static_cast<size_t>(cells) * sizeof(uint16_t));
                }
                bias[r] = Simd::widen(own);
                rows[r].seen &= Simd::differ(bias[r], Simd::set(-std::numeric_limits<float>::infinity()));
            }
            any |= rows[r].seen;
        }
        return any != 0;
    }

    void weigh(const Cells & keys, const F * bias) {
        Row * left[mostRows]; // whose weights are to be added up
        int waiting = 0;
        for (int r = 0; r < count; r++) {
            rows[r].greater = 0;
            if (rows[r].seen != 0 && !rows[r].weigh(Simd::add(scores(keys, r), bias[r]))) {
                left[waiting++] = &rows[r];
            }
        }
        addWeights<8>(left, waiting);
    }

    /** `known`: steps of the products; 0: as many as there are. */
    template <int known> F scores(const Cells & keys, int row) const {
        const int width = known == 0 ? a.keyWidth : known * abreast * lanes;
        const float * query = queries + row * width;
        F products[lanes];
        for (int c = 0; c < lanes; c++) {
            const float * key = keys.values + c * width;
            F sum[abreast] = {Simd::zero(), Simd::zero(), Simd::zero(), Simd::zero()};
            for (int i = 0; i < width; i += abreast * lanes) {
                for (int j = 0; j < abreast; j++) {
                    const int at = i + j * lanes;
                    sum[j] = Simd::fma(Simd::load(key + at), Simd::load(query + at), sum[j]);
                }
            }
            products[c] = Simd::add(Simd::add(sum[0], sum[2]), Simd::add(sum[1], sum[3]));
        }
        return Simd::mul(Simd::sums(products), Simd::set(a.scale));
    }

    F scores(const Cells & keys, int row) const {
        switch (a.keyWidth / (abreast * lanes)) {
        case 1:
            return scores<1>(keys, row);
        case 2:
            return scores<2>(keys, row);
        default:
            return scores<0>(keys, row);
        }
    }

    /** Adds the cells' values to the sums of `together` rows, a few registers of them at a time. */
    template <int together, bool plain> void addValues(const Cells & values, int row, int cells) {
        for (int slice = 0; slice < a.valueWidth; slice += abreast * lanes) {
            F sum[together][abreast];
            const auto place = [&](int r) { return sums + (row + r) * a.valueWidth + slice; };
            for (int r = 0; r < together; r++) {
                for (int j = 0; j < abreast; j++) {
                    sum[r][j] = Simd::load(place(r) + j * lanes);
                }
            }
            for (int c = 0; c < cells; c++) {
                F value[abreast];
                for (int j = 0; j < abreast; j++) {
                    value[j] = Simd::load(values.values + c * a.valueWidth + slice + j * lanes);
                }
                for (int r = 0; r < together; r++) {
                    const Row & own = rows[row + r];
                    if (!plain && (own.seen >> c & 1) == 0) {
                        continue;
                    }
                    const bool scaled = !plain && (own.greater >> c & 1) != 0;
                    const F weight = Simd::set(own.weight[c]);
                    for (int j = 0; j < abreast; j++) {
                        const F before =
                            scaled ? Simd::half(Simd::mul(sum[r][j], Simd::set(own.scaling[c]))) : sum[r][j];
                        sum[r][j] = Simd::half(Simd::fma(value[j], weight, before));
                    }
                }
            }
            for (int r = 0; r < together; r++) {
                for (int j = 0; j < abreast; j++) {
                    Simd::store(place(r) + j * lanes, sum[r][j]);
                }
            }
        }
    }

    template <int together> void addValuesTo(const Cells & values, int row, int cells) {
        const uint32_t all = (1u << cells) - 1;
        bool plain = true;
        for (int r = row; r < row + together; r++) {
            plain = plain && rows[r].seen == all && rows[r].greater == 0;
        }
        plain ? addValues<together, true>(values, row, cells)
              : addValues<together, false>(values, row, cells);
    }

    void add(const Cells & values, int cells) {
        int row = 0;
        for (; row + Simd::rows <= count; row += Simd::rows) {
            addValuesTo<Simd::rows>(values, row, cells);
        }
        if constexpr (Simd::rows > 2) {
            if (row + 3 == count) {
                addValuesTo<3>(values, row, cells);
                return;
            }
            if (row + 2 == count) {
                addValuesTo<2>(values, row, cells);
                return;
            }
        }
        for (; row < count; row++) {
            addValuesTo<1>(values, row, cells);
        }
    }

    void goOver(int64_t firstCell, int64_t lastCell, Cells & keys, Cells & values) {
        const int head = a.headOf(first);
        F bias[mostRows];
        for (int64_t cell = firstCell; cell < lastCell; cell += lanes) {
            const int cells = static_cast<int>(std::min<int64_t>(lanes, lastCell - cell));
            if (!look(cell, cells, bias)) {
                continue;
            }
            keys.take(a.k, head, cell, cells);
            weigh(keys, bias);
            values.take(a.v, head, cell, cells);
            add(values, cells);
        }
    }

    void write(float * partials, int64_t partialStride) const {
        for (int r = 0; r < count; r++) {
            const float * sum = sums + r * a.valueWidth;
            if (partials != nullptr) {
                float * partial = partials + (first + r) * partialStride;
                partial[0] = rows[r].most;
                partial[1] = rows[r].total;
                std::copy_n(sum, a.valueWidth, partial + 2);
                continue;
            }
            const float share = rows[r].total == 0 ? 0 : 1 / rows[r].total;
            float * answer = a.answer(first + r);
            for (int i = 0; i < a.valueWidth; i += lanes) {
                Simd::storeAny(answer + i, Simd::mul(Simd::load(sum + i), Simd::set(share)));
            }
        }
    }
};

void attend(const ggml_tensor * node, int firstRow, int lastRow, int64_t firstCell, int64_t lastCell,
            float * partials, int64_t partialStride) {
    const Attention a{node};
    const int most = std::clamp(nearby / std::max(a.keyWidth, a.valueWidth), 1, mostRows);
    Cells keys;
    Cells values;
    for (int row = firstRow; row < lastRow;) {
        const int sharing = (a.headOf(row) + 1) * a.sharers * a.tokens;
        const int count = std::min({most, lastRow - row, sharing - row});
        Group group(a, row, count);
        group.goOver(firstCell, lastCell, keys, values);
        group.write(partials, partialStride);
        row += count;
    }
}

} // namespace
} // namespace sparse_pilot
