#pragma once

#include "ngram-mod.h"
#include "types.h"

#include <array>
#include <vector>

namespace sparse_pilot::loop {

/** A drafted token and how it was found: the index of the longest context length that had it, 0 the shortest.
 */
struct Guess {
    Token token;
    int level;
};

/**
 * Drafts by looking up what followed the same tokens before: in the prompt, in the given sources (file, open
 * files, former answers) and in what was generated. One of llama.cpp's own hash tables (common/ngram-mod) for
 * each context length; the longest one that knows the context answers. A lookup costs some 100 ns, so a miss
 * is free.
 */
class NgramDrafter {
  public:
    static constexpr std::array<int, 5> lengths{2, 4, 8, 16, 32};

    /** `expected`: tokens that will be learnt in all; sizes the tables. */
    explicit NgramDrafter(std::size_t expected);

    /** Learns a text of its own, not connected to the history. */
    void learn(const Tokens & source);
    /** Learns the last token of the growing history. */
    void extend(const Tokens & history);
    /** At most `limit` guesses for what follows `history`. */
    std::vector<Guess> draft(const Tokens & history, int limit) const;

  private:
    void addAt(const Tokens & tokens, std::size_t end);

    std::vector<common_ngram_mod> tables_;
};

} // namespace sparse_pilot::loop
