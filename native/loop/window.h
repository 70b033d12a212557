#pragma once

#include "draft-tree.h"
#include "sampler.h"
#include "types.h"

#include <optional>
#include <vector>

namespace sparse_pilot::loop {

/** A drafted window: tokens that follow the pending one, and for sampled drafts what each was drawn from. */
struct Window {
    enum class Source { none, ngram, sparse };
    Source source = Source::none;
    Tokens tokens;
    bool doubtful =
        false; ///< the last token made the check due: it stands as the dense pass's own choice only
    std::optional<DraftTree> tree;       ///< drafts that part; `tokens` is the best path then
    std::vector<Distribution> proposals; ///< empty: every draft was certain (n-gram, greedy)
    std::vector<float>
        probe; ///< the sparse logits that the last token was drafted from, where drift is measured
};

} // namespace sparse_pilot::loop
