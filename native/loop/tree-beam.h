#pragma once

#include "draft-tree.h"
#include "types.h"

#include <vector>

namespace sparse_pilot::loop {

/**
 * Grows a draft tree as Sirius does (section 4): each leaf proposes its most likely tokens, and the `width`
 * paths with the highest likelihood together go on. A leaf that is certain of its next token proposes that
 * one alone. Likelihoods are at the scoring temperature.
 */
class TreeBeam {
  public:
    static constexpr double scoringTemperature = 0.6; ///< Sirius section 4
    static constexpr double certain = 0.95;           ///< likelihood from which a leaf no longer parts
    static constexpr int mostWide = 8;

    /** A path as far as it is drafted. Its cells are those of `branch`. */
    struct Leaf {
        Tokens tokens; ///< after the pending one
        double logLikelihood = 0;
        int branch = 0;
        bool ended = false; ///< its last token ends the text: nothing follows
    };
    /** Cells that have to be copied before the next pass. */
    struct Fork {
        int from;
        int to;
    };

    /** `width`: 1 to mostWide. Begins with one empty path on branch 0. */
    explicit TreeBeam(int width) : width_(width), leaves_(1) {}

    /** The best first. */
    const std::vector<Leaf> & leaves() const { return leaves_; }
    /** What the pass over the last token of this leaf said. */
    void offer(std::size_t leaf, const float * logits, int count);
    /** Takes what was offered; false, and nothing changes, when nothing was. `forks`: in order; each goes to
     * a branch that no leaf needs any more. `ends`: of a token. */
    template <typename Ends> bool advance(std::vector<Fork> & forks, const Ends & ends) {
        if (!select(forks)) {
            return false;
        }
        for (Leaf & leaf : leaves_) {
            leaf.ended = leaf.ended || ends(leaf.tokens.back());
        }
        return true;
    }
    /** No leaf can go on. */
    bool done() const;
    DraftTree tree(Token root) const;

  private:
    struct Candidate {
        std::size_t leaf;
        Token token;
        double logLikelihood;
    };
    bool select(std::vector<Fork> & forks);

    int width_;
    std::vector<Leaf> leaves_;
    std::vector<Candidate> candidates_;
};

} // namespace sparse_pilot::loop
