#pragma once

#include "cost-model.h"

#include <array>
#include <string>

namespace sparse_pilot::loop {

/** Counts of one generation. A window is a check of at least one drafted token. */
struct Report {
    int reused = -1;  ///< prompt tokens that needed no pass; -1 before the start
    int drafted = 0;  ///< tokens that a check looked at
    int accepted = 0; ///< of those, kept
    int verifies = 0;
    int rollbacks = 0;     ///< checks that refused a drafted token
    int windowTokens = 0;  ///< tokens that came out of checks: accepted ones and one dense token each
    int ngramVerifies = 0; ///< checks of n-gram drafts; the others are of sparse drafts
    int ngramDrafted = 0;
    int ngramAccepted = 0;
    int sparseSteps = 0;
    int shifts = 0; ///< times a full context dropped its oldest tokens
    std::array<int, CostModel::maxBatch + 1> densePasses{}; ///< decode passes by their number of tokens
    std::array<double, CostModel::maxBatch + 1> denseMs{};  ///< what those took together
    double sparseMs = 0;                                    ///< what sparse steps took together
    int probes = 0; ///< positions where a dense and a sparse pass were compared (Fast, Balanced)
    int probesAgreed = 0;
    double probeDivergence = 0; ///< sum over probes, nats
    double prefillMs = 0;
    double firstTokenMs = 0;
    double decodeMs = 0;
    std::string off; ///< why no draft was made although the mode allows them; empty otherwise
};

} // namespace sparse_pilot::loop
