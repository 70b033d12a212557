#include "selectors/selector.h"

namespace sparse_pilot {

std::unique_ptr<Selector> makeSelector(const sp_settings & settings, int layers) {
    switch (settings.selector) {
    case SP_CATS:
        return makeCats(layers, settings.hold);
    case SP_CHESS:
        return makeChess(layers, settings.hold);
    case SP_TOPK:
        return makeTopK(layers);
    case SP_GRIFFIN:
        return makeGriffin(layers);
    case SP_ROLLING:
        return makeRolling(layers);
    case SP_EXACT_ZERO:
        return makeExactZero();
    case SP_NONE:
    case SP_TEAL:
    case SP_QSPARSE:
    case SP_BLOCK_QSPARSE:
        break;
    }
    return nullptr;
}

} // namespace sparse_pilot
