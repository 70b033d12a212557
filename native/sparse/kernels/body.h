/**
 * The kernels, once for every instruction set: include a simd.*.h, then this, in a file compiled for that
 * set. Everything is in an unnamed namespace and uses no library templates, so that no code compiled for a
 * newer instruction set can be picked by the linker for callers of an older one.
 *
 * Layouts do not depend on the set: 16 lanes are one register of AVX-512, two of AVX2, four of NEON.
 */
#pragma once

#include "kernels/body-groups.h"
#include "kernels/body-quantise.h"
#include "kernels/body-rows.h"
#include "kernels/body-select.h"

namespace {

KernelTable makeTable(const char * name) {
    KernelTable t = {};
    t.name = name;
    t.arrange = arrange;
    t.rowDot[static_cast<int>(Format::Nibble)] = quantisedRowDot<Format::Nibble>;
    t.rowDot[static_cast<int>(Format::NibbleMin)] = quantisedRowDot<Format::NibbleMin>;
    t.rowDot[static_cast<int>(Format::NibbleSuper)] = quantisedRowDot<Format::NibbleSuper>;
    t.rowDot[static_cast<int>(Format::Byte)] = quantisedRowDot<Format::Byte>;
    t.rowDot[static_cast<int>(Format::ByteMin)] = quantisedRowDot<Format::ByteMin>;
    t.rowDot[static_cast<int>(Format::ByteHalf)] = quantisedRowDot<Format::ByteHalf>;
    t.rowDot[static_cast<int>(Format::F16)] = plainRowDot<Format::F16>;
    t.rowDot[static_cast<int>(Format::BF16)] = plainRowDot<Format::BF16>;
    t.addGroup[static_cast<int>(Format::Nibble)] = quantisedAddGroup<Format::Nibble>;
    t.addGroup[static_cast<int>(Format::NibbleMin)] = quantisedAddGroup<Format::NibbleMin>;
    t.addGroup[static_cast<int>(Format::NibbleSuper)] = quantisedAddGroup<Format::NibbleSuper>;
    t.addGroup[static_cast<int>(Format::Byte)] = quantisedAddGroup<Format::Byte>;
    t.addGroup[static_cast<int>(Format::ByteMin)] = quantisedAddGroup<Format::ByteMin>;
    t.addGroup[static_cast<int>(Format::ByteHalf)] = quantisedAddGroup<Format::ByteHalf>;
    t.addGroup[static_cast<int>(Format::F16)] = plainAddGroup<Format::F16>;
    t.addGroup[static_cast<int>(Format::BF16)] = plainAddGroup<Format::BF16>;
    t.activate = activate;
    t.selectScores = selectScores;
    return t;
}

} // namespace
