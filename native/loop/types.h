#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparse_pilot::loop {

using Token = std::int32_t;
using Tokens = std::vector<Token>;

enum class Mode { dense, exact, balanced, fast };

/** What may propose tokens. `automatic`: n-gram, then the sparse pass, each only where it pays. */
enum class DrafterChoice { automatic, none, ngram, sparse };

enum class StopReason { eos, stopString, maxTokens, time, cancelled, contextFull, stopRule };

/** When a window of sparse drafts is checked (contract: CheckPolicy). */
struct CheckPolicy {
    enum class Kind { automatic, fixed, risk };
    Kind kind = Kind::automatic;
    int period = 16;     ///< fixed: tokens of a window, the pending one included (Sirius' n)
    double budget = 2.0; ///< risk: accumulated risk that asks for a check
    int floor = 4;       ///< risk: not asked for before this many tokens; statement ends don't wait for it
    int cap = 32;        ///< risk: never after more than this many tokens
};

struct Options {
    Mode mode = Mode::dense;
    DrafterChoice drafter = DrafterChoice::automatic;
    CheckPolicy check;
    double acceptThreshold =
        0.1;             ///< Balanced: dense likelihood at temperature 0.6 a drafted token needs (Sirius' r)
    int maxDraft = 0;    ///< longest draft; 0: the controller's own limit
    int treeWidth = 1;   ///< paths of a sparse draft (Sirius' w); above 1 drafts part where greedy ones may
    int denseFirst = 0;  ///< Fast, Balanced: generated tokens at the start that no sparse pass makes
    int probeEvery = 32; ///< Fast: sparse tokens between two dense probes; 0: none
    int maxTokens = 128; ///< 0: prefill only
    std::vector<std::string> stopStrings;
    Tokens stopTokens;  ///< end the generation as the model's own end does: no text, no place in the history
    int keepFirst = -1; ///< leading tokens that a full context keeps when it drops old ones; -1: it just ends
    double timeBudgetMs = 0;  ///< after the first token; 0: none
    bool provisional = false; ///< stream open windows as unverified text
    int prefillChunk = 0;     ///< 0: the decoder's batch size
    std::uint64_t seed = 0;
};

} // namespace sparse_pilot::loop
