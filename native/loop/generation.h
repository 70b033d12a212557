#pragma once

#include "check-policy.h"
#include "controller.h"
#include "decoder.h"
#include "draft-account.h"
#include "ngram-drafter.h"
#include "output.h"
#include "report.h"
#include "sampler.h"
#include "stopwatch.h"
#include "tree-beam.h"
#include "types.h"
#include "window.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sparse_pilot::loop {

enum class Request { none, pause, cancel, stopRule };

enum class Ending { paused, finished, failed };

/**
 * One generation on one sequence: prefill, then cycles of draft, dense check, accept, roll back, until
 * something stops it.
 *
 * Invariant between cycles: history is the prompt and every token that was emitted; its last token is pending
 * (not in the KV cache); `denseCells` of the others have cells computed by dense passes over exactly this
 * history. Whatever else is in the cache is dropped before `run` returns (Fast keeps its sparse cells while
 * paused).
 */
class Generation {
  public:
    /** Cells of the next `count` prompt tokens that stand `gap` positions too late: tokens between were
     * dropped from the conversation. */
    struct Moved {
        int gap = 0;
        int count = 0;
    };
    struct Start {
        Options options;
        std::unique_ptr<Sampler> sampler;
        Tokens prompt;
        int cached = 0; ///< leading prompt tokens that have dense cells already; the sequence's other cells
                        ///< are dropped
        int exact =
            std::numeric_limits<int>::max(); ///< of these, how many a fresh evaluation would give alike
        Moved moved;
        std::vector<Tokens> draftSources;
        std::string configuration; ///< names the sparse configuration: each is timed on its own
        int sequence = 0;          ///< what n-gram drafts lose in one is not taken from another
    };
    Generation(Decoder & decoder, CostModel & costs, Start start);

    /** Starts or resumes; blocks. */
    Ending run(Sink & sink);
    /** From any thread. A pause never takes back a wish to end. */
    void request(Request request);
    /** Before `run`, on the thread that asks for pauses: forgets a pause asked for while nothing ran. */
    void clearPause();
    /** Ends a paused generation: leaves only dense cells. */
    void close();

    StopReason stopReason() const { return stopReason_; }
    const std::string & failure() const { return failure_; }
    const Report & report() const { return report_; }
    const Output & output() const { return output_; }
    /** Tokens whose dense cells are in the cache; not while a call runs. */
    Tokens cachedTokens() const { return {history_.begin(), history_.begin() + denseCells_}; }
    /** How many of them a fresh evaluation would give alike; the cells behind have seen tokens that were
     * dropped since. */
    int exactCells() const { return std::min(exactCells_, denseCells_); }

  private:
    enum class Step { ok, interrupted, failed };

    static constexpr int driftEvery = 4; ///< windows of Balanced between two that measure drift

    void open();
    Step work(Sink & sink);
    Step prefill(Sink & sink);
    Step cycle(Sink & sink);
    Step fastStep(Sink & sink);
    Step check(const Window & window, Sink & sink);
    Step draftSparse(Window & window, int limit, int period, Sink & sink);
    int treeWidth() const;
    int treeDepth(int limit) const;
    Step draftTree(Window & window, int depth, int period);
    Step draftLeaves(TreeBeam & beam, int position, LogitStats & best, std::vector<float> * probe);
    Step checkTree(const Window & window, Sink & sink);
    std::vector<int> passingPath(const DraftTree & tree) const;

    /** A token and whether it is the draft's own. */
    struct Verdict {
        Token token;
        LogitStats stats;
        bool kept = false;
    };
    Verdict judge(const Window & window, std::size_t index, const float * row);
    Verdict judgeSampled(const Window & window, std::size_t index, const float * row);
    Verdict choose(const float * row);
    bool emit(const Verdict & verdict, const float * row);

    bool moveCells();
    bool shiftContext();
    bool ends(Token token) const;
    void measureDrift(const Window & window, const float * dense);
    Step draft(Window & window, std::vector<Guess> & guesses, Sink & sink);
    bool dropDrafts();
    int draftLimit() const;
    int sparseWindow(double rival);
    int forcedWindow() const;
    int checkWindow(int planned) const;
    Step densePass(const DraftTree & tree);
    void bookDense(int count, double ms);
    void bookSparse(double ms);
    void countWindow(const Window & window, int drafted, int kept, bool refused, std::size_t before);
    void learnFrom(const std::vector<Guess> & guesses, std::size_t since);
    Step densePass(const Token * tokens, int count, int position, Rows rows);
    Step status(DecodeStatus status, const char * pass);
    Step fail(std::string why);
    void stop(StopReason reason);
    bool interrupted() const { return request_.load() != Request::none; }
    int generated() const { return static_cast<int>(history_.size()) - promptSize_; }

    Decoder & decoder_;
    CostModel & costs_;
    Options options_;
    std::unique_ptr<Sampler> sampler_;
    Uniform uniform_;
    Uniform draftUniform_;
    Controller controller_;
    DraftAccount account_;
    std::optional<NgramDrafter> ngram_;
    Output output_;
    Report report_;
    Stopwatch watch_;

    Tokens history_;
    int promptSize_;
    int denseCells_;
    int cells_;
    int exactCells_;
    int sinceProbe_ = 0;
    Moved moved_;
    std::string configuration_;
    std::string rule_;
    int sequence_;
    std::string off_; ///< the last reason why a cycle made no draft
    std::atomic<Request> request_{Request::none};
    bool opened_ = false;
    bool done_ = false;
    StopReason stopReason_ = StopReason::cancelled;
    std::string failure_;
};

} // namespace sparse_pilot::loop
