#include "selector-names.h"

#include <array>
#include <utility>

namespace sparse_pilot::addon {
namespace {

constexpr std::array<std::pair<const char *, sp_selector>, 10> selectors = {{
    {"none", SP_NONE},
    {"cats", SP_CATS},
    {"chess", SP_CHESS},
    {"topk", SP_TOPK},
    {"griffin", SP_GRIFFIN},
    {"rolling", SP_ROLLING},
    {"teal", SP_TEAL},
    {"qsparse", SP_QSPARSE},
    {"block-qsparse", SP_BLOCK_QSPARSE},
    {"exact-zero", SP_EXACT_ZERO},
}};

} // namespace

sp_selector selectorOf(const Napi::Env & env, const std::string & name) {
    for (const auto & [known, selector] : selectors) {
        if (name == known) {
            return selector;
        }
    }
    throw Napi::RangeError::New(env, "unknown selector " + name);
}

} // namespace sparse_pilot::addon
