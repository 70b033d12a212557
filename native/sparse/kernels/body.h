/**
 * The kernels, once for every instruction set: include a simd.*.h, then this, in a file compiled for that
 * set. Everything is in an unnamed namespace and uses no library templates, so that no code compiled for a
 * newer instruction set can be picked by the linker for callers of an older one.
 *
 * Layouts do not depend on the set: 16 lanes are one register of AVX-512, two of AVX2, four of NEON.
 */
#pragma once

#include "kernels/body-groups.h"
#include "kernels/body-logits.h"
#include "kernels/body-quantise.h"
#include "kernels/body-rows.h"
#include "kernels/body-select.h"

namespace {

template <Format... formats> void setQuantised(KernelTable & t) {
    ((t.rowDot[static_cast<int>(formats)] = quantisedRowDot<formats>), ...);
    ((t.addGroup[static_cast<int>(formats)] = quantisedAddGroup<formats>), ...);
}

template <Format... formats> void setPlain(KernelTable & t) {
    ((t.rowDot[static_cast<int>(formats)] = plainRowDot<formats>), ...);
    ((t.addGroup[static_cast<int>(formats)] = plainAddGroup<formats>), ...);
}

KernelTable makeTable(const char * name) {
    KernelTable t = {};
    t.name = name;
    t.arrange = arrange;
    setQuantised<Format::Nibble, Format::NibbleMin, Format::NibbleSuper, Format::Five, Format::FiveMin,
                 Format::FiveSuper, Format::SixSuper, Format::Byte>(t);
    setPlain<Format::F16, Format::BF16>(t);
    t.activate = activate;
    t.selectScores = selectScores;
    t.topLogits = topLogits;
    t.logitMoments = logitMoments;
    return t;
}

} // namespace
