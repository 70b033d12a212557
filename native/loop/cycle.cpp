// One cycle of a generation: what is drafted, by whom, and how far.
#include "generation.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace sparse_pilot::loop {
namespace {

constexpr int explorationWindow =
    3; ///< first sparse window where costs are not known yet: one step begins, one is timed
constexpr int defaultPeriod = 16; ///< Sirius' n
constexpr const char * notConfigured = "no sparsity is configured";
constexpr const char * cannotRollBack = "this model's memory cannot take tokens back, so nothing is drafted";

bool sparseIsForced(const Options & options) { return options.drafter == DrafterChoice::sparse; }

bool sparseIsAllowed(const Options & options) {
    return options.drafter == DrafterChoice::sparse || options.drafter == DrafterChoice::automatic;
}

} // namespace

int Generation::draftLimit() const {
    const int room = decoder_.capacity() - static_cast<int>(history_.size());
    const int wanted = options_.maxTokens - generated() - 1;
    const int longest =
        options_.maxDraft > 0 ? std::min(options_.maxDraft, Controller::longest) : Controller::longest;
    // Exact promises the tokens of one at a time, and so needs their bits
    const int promised = options_.mode == Mode::exact ? decoder_.alikeTokens() - 1 : longest;
    return std::max(0, std::min({room, wanted, longest, promised, decoder_.alike(denseCells_) - 1}));
}

/** The window length of a sparse draft, pending token included; 0: no sparse draft. `rival`: speed of the
 * best other plan. */
int Generation::sparseWindow(double rival) {
    const bool denseYet = options_.mode == Mode::balanced && generated() < options_.denseFirst;
    if (!sparseIsAllowed(options_) || denseYet) {
        return 0;
    }
    if (!decoder_.hasSparse()) {
        off_ = notConfigured;
        return 0;
    }
    if (sparseIsForced(options_)) {
        return forcedWindow();
    }
    if (!costs_.sparseRatio()) {
        // a dense step first: it is what everything is compared with
        return costs_.measured(1) && costs_.sparseDrafting().allowance.steps() > 0 ? explorationWindow : 0;
    }
    const Plan plan = controller_.planSparse(Controller::longest, treeWidth());
    if (plan.length == 0) {
        char why[160];
        std::snprintf(why, sizeof(why),
                      "no sparse draft gains 3%% here: a sparse step costs %.2f of a dense one, %.0f%% pass",
                      *costs_.sparseRatio(), 100 * controller_.sparseAcceptance());
        off_ = why;
        return 0;
    }
    if (plan.speed <= rival) {
        return 0;
    }
    return controller_.sparseIsKnown() ? checkWindow(plan.length + 1) : plan.length + 1;
}

/** The window that Balanced's checks leave of a planned one: a fixed period is a wish, risk has its cap.
 * Exact checks as is fastest: when it does changes nothing else. */
int Generation::checkWindow(int planned) const {
    if (options_.mode != Mode::balanced) {
        return planned;
    }
    switch (options_.check.kind) {
    case CheckPolicy::Kind::fixed:
        return options_.check.period;
    case CheckPolicy::Kind::risk:
        return std::min(options_.check.cap, planned);
    case CheckPolicy::Kind::automatic:
        break;
    }
    return planned;
}

/** The window of drafts that were asked for by name, whether they pay or not. */
int Generation::forcedWindow() const {
    if (options_.check.kind == CheckPolicy::Kind::fixed) {
        return options_.check.period;
    }
    if (options_.check.kind == CheckPolicy::Kind::risk && options_.mode == Mode::balanced) {
        return options_.check.cap;
    }
    if (options_.maxDraft > 0) {
        return options_.maxDraft + 1;
    }
    const int planned =
        costs_.sparseRatio() ? controller_.planSparse(Controller::longest, treeWidth()).length : 0;
    return planned > 0 ? planned + 1 : defaultPeriod;
}

Generation::Step Generation::cycle(Sink & sink) {
    if (static_cast<int>(history_.size()) > decoder_.capacity() && !shiftContext()) {
        stop(StopReason::contextFull);
        return Step::ok;
    }
    if (options_.mode == Mode::fast && generated() >= options_.denseFirst) {
        if (decoder_.hasSparse()) {
            return fastStep(sink);
        }
        off_ = notConfigured;
    }
    const std::size_t before = history_.size();
    account_.open();
    Window window;
    std::vector<Guess> guesses;
    Step step = draft(window, guesses, sink);
    if (step != Step::ok) {
        return step;
    }
    // a step that no sparse draft will follow need not teach: that would be a tax on dense text
    decoder_.teach(!window.tokens.empty() && window.source == Window::Source::sparse);
    if (!done_) {
        step = window.tree ? checkTree(window, sink) : check(window, sink);
    }
    learnFrom(guesses, before);
    account_.settle(window.tokens.empty() ? Window::Source::none : window.source,
                    static_cast<int>(history_.size() - before));
    return step;
}

/** Fills the window with what the best drafter of this moment proposes; leaves it empty where none gains. */
Generation::Step Generation::draft(Window & window, std::vector<Guess> & guesses, Sink & sink) {
    if (options_.mode != Mode::exact && options_.mode != Mode::balanced) {
        return Step::ok;
    }
    if (!decoder_.canRollBack()) {
        off_ = cannotRollBack;
        return Step::ok;
    }
    const int limit = draftLimit();
    Plan plan;
    if (ngram_) {
        guesses = ngram_->draft(history_, std::max(1, limit));
        plan = controller_.planNgram(guesses);
    }
    const int period = limit > 0 ? sparseWindow(plan.speed) : 0;
    if (period > 1) {
        const int depth = treeDepth(std::min(limit, period - 1));
        return depth > 0 ? draftTree(window, depth, period)
                         : draftSparse(window, std::min(limit, period - 1), period, sink);
    }
    const int count = std::min(plan.length, limit);
    window.source = count > 0 ? Window::Source::ngram : Window::Source::none;
    for (int i = 0; i < count; i++) {
        window.tokens.push_back(guesses[static_cast<std::size_t>(i)].token);
    }
    return Step::ok;
}

/** Compares guesses with what came, drafted or not. */
void Generation::learnFrom(const std::vector<Guess> & guesses, std::size_t since) {
    for (std::size_t i = 0; i < guesses.size() && since + i < history_.size(); i++) {
        const bool hit = guesses[i].token == history_[since + i];
        controller_.observeNgram(guesses[i].level, hit);
        if (!hit) {
            return;
        }
    }
}

bool Generation::dropDrafts() {
    if (!decoder_.truncate(denseCells_)) {
        return false;
    }
    cells_ = denseCells_;
    return true;
}

Generation::Step Generation::draftSparse(Window & window, int limit, int period, Sink & sink) {
    window.source = Window::Source::sparse;
    const std::unique_ptr<Sampler> ahead = sampler_->clone();
    CheckTrigger trigger(options_.mode == Mode::balanced ? options_.check
                                                         : CheckPolicy{CheckPolicy::Kind::fixed, period},
                         period);
    Token current = history_.back();
    int position = denseCells_;
    const float * last = nullptr; // the row that the last token was drafted from
    while (static_cast<int>(window.tokens.size()) < limit) {
        if (interrupted()) {
            dropDrafts();
            return Step::interrupted;
        }
        const double start = decoder_.now();
        const Step step = status(decoder_.sparse(current, position), "sparse");
        if (step != Step::ok || done_) {
            return step;
        }
        cells_ = std::max(cells_, position + 1); // whatever happens now, the cell is to go
        bookSparse(decoder_.now() - start);
        const float * row = decoder_.logits(0);
        last = nullptr;
        const LogitStats stats = measure(row, decoder_.vocabulary());
        Distribution proposal;
        Token drafted = stats.best;
        if (!ahead->plain()) {
            proposal = ahead->distribution(row, decoder_.vocabulary());
            drafted = draw(proposal, draftUniform_.next());
        }
        if (drafted < 0) {
            break;
        }
        window.tokens.push_back(drafted);
        last = row;
        if (!ahead->plain()) {
            window.proposals.push_back(std::move(proposal));
        }
        if (ends(drafted)) {
            break;
        }
        ahead->accept(drafted, Sampler::Part::output);
        const std::string piece = decoder_.piece(drafted);
        if (options_.provisional) {
            output_.preview(piece, sink);
        }
        const Due due = trigger.add(stats, decoder_.skippedMass(), piece);
        window.doubtful = due == Due::doubtful;
        if (due != Due::no) {
            break;
        }
        current = drafted;
        position++;
    }
    if (last != nullptr && options_.mode == Mode::balanced && report_.verifies % driftEvery == 0) {
        window.probe.assign(last, last + decoder_.vocabulary());
    }
    return dropDrafts() ? Step::ok : fail("the KV cache cannot drop drafted cells");
}

Generation::Step Generation::fastStep(Sink & sink) {
    const int position = static_cast<int>(history_.size()) - 1;
    const Token pending = history_.back();
    const double start = decoder_.now();
    Step step = status(decoder_.sparse(pending, position), "sparse");
    if (step != Step::ok || done_) {
        return step;
    }
    bookSparse(decoder_.now() - start);
    cells_ = position + 1;
    if (options_.probeEvery > 0 && decoder_.canRollBack() && ++sinceProbe_ >= options_.probeEvery) {
        sinceProbe_ = 0;
        const int vocabulary = decoder_.vocabulary();
        const std::vector<float> sparse(decoder_.logits(0), decoder_.logits(0) + vocabulary);
        if (!decoder_.truncate(position)) {
            return fail("the KV cache cannot drop the probed cell");
        }
        decoder_.teach(true);
        step = densePass(&pending, 1, position, Rows::all);
        if (step != Step::ok || done_) {
            return step;
        }
        const float * dense = decoder_.logits(0);
        report_.probes++;
        report_.probeDivergence += divergence(dense, sparse.data(), vocabulary);
        report_.probesAgreed +=
            measure(dense, vocabulary).best == measure(sparse.data(), vocabulary).best ? 1 : 0;
    }
    const float * row = decoder_.logits(0);
    const Verdict verdict = choose(row);
    if (verdict.stats.best < 0) {
        return fail("the model's answer holds no finite number");
    }
    emit(verdict, row);
    output_.flush(sink, false);
    return Step::ok;
}

} // namespace sparse_pilot::loop
