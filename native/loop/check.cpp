// The dense check of a window: one pass over the pending token and the drafts; the prefix that passes is
// kept.
#include "generation.h"

#include <utility>

namespace sparse_pilot::loop {
Generation::Verdict Generation::choose(const float * row) {
    Verdict verdict{-1, measure(row, decoder_.vocabulary())};
    verdict.token = verdict.stats.best;
    if (verdict.stats.best >= 0 && !sampler_->plain()) {
        verdict.token = draw(sampler_->distribution(row, decoder_.vocabulary()), uniform_.next());
    }
    return verdict;
}

/** Rejection sampling: keep x with probability min(1, p(x) / q(x)), else draw from the residual (Leviathan et
 * al. 2023). */
Generation::Verdict Generation::judgeSampled(const Window & window, std::size_t index, const float * row) {
    const Token draft = window.tokens[index];
    const Distribution & proposal = window.proposals[index];
    const Distribution target = sampler_->distribution(row, decoder_.vocabulary());
    const LogitStats stats = measure(row, decoder_.vocabulary());
    const double u = uniform_.next();
    if (u * probabilityOf(proposal, draft) < probabilityOf(target, draft)) {
        return {draft, stats, true};
    }
    return {draw(residual(target, proposal), uniform_.next()), stats, false};
}

Generation::Verdict Generation::judge(const Window & window, std::size_t index, const float * row) {
    if (index >= window.tokens.size()) {
        return choose(row);
    }
    const Token draft = window.tokens[index];
    const bool doubtful = window.doubtful && index + 1 == window.tokens.size();
    if (window.source == Window::Source::sparse && options_.mode == Mode::balanced && !doubtful) {
        const double p = likelihood(row, decoder_.vocabulary(), draft, TreeBeam::scoringTemperature);
        return p >= options_.acceptThreshold ? Verdict{draft, measure(row, decoder_.vocabulary()), true}
                                             : choose(row);
    }
    if (!window.proposals.empty()) {
        return judgeSampled(window, index, row);
    }
    // a certain draft is kept just when the target's own choice is the same token
    Verdict verdict = choose(row);
    verdict.kept = verdict.token == draft;
    return verdict;
}

/** Balanced: how far the sparse pass is from the dense one at the window's last draft. */
void Generation::measureDrift(const Window & window, const float * dense) {
    const int vocabulary = decoder_.vocabulary();
    report_.probes++;
    report_.probeDivergence += divergence(dense, window.probe.data(), vocabulary);
    report_.probesAgreed +=
        measure(dense, vocabulary).best == measure(window.probe.data(), vocabulary).best ? 1 : 0;
}

/** Reports a check of `drafted` tokens. `before`: of the history's length. */
void Generation::countWindow(const Window & window, int drafted, int kept, bool refused, std::size_t before) {
    if (drafted == 0) {
        return;
    }
    const bool ngram = window.source == Window::Source::ngram;
    report_.verifies++;
    report_.drafted += drafted;
    report_.accepted += kept;
    report_.rollbacks += refused ? 1 : 0;
    report_.windowTokens += static_cast<int>(history_.size() - before);
    report_.ngramVerifies += ngram ? 1 : 0;
    report_.ngramDrafted += ngram ? drafted : 0;
    report_.ngramAccepted += ngram ? kept : 0;
}

Generation::Step Generation::check(const Window & window, Sink & sink) {
    Tokens batch{history_.back()};
    batch.insert(batch.end(), window.tokens.begin(), window.tokens.end());
    const int base = denseCells_;
    const std::size_t before = history_.size();
    const Step step = densePass(batch.data(), static_cast<int>(batch.size()), base, Rows::all);
    if (step != Step::ok || done_) {
        return step;
    }
    if (!window.probe.empty()) {
        // whatever becomes of the drafts: both passes have read the same ones, and windows that pass are the
        // harmless ones
        measureDrift(window, decoder_.logits(static_cast<int>(window.tokens.size()) - 1));
    }
    std::size_t kept = 0;
    bool refused = false;
    for (std::size_t i = 0; i <= window.tokens.size(); i++) {
        const float * row = decoder_.logits(static_cast<int>(i));
        const Verdict verdict = judge(window, i, row);
        if (verdict.stats.best < 0) {
            return fail("the model's answer holds no finite number");
        }
        kept += verdict.kept ? 1 : 0;
        refused = i < window.tokens.size() && !verdict.kept;
        if (window.source == Window::Source::sparse && i < window.tokens.size()) {
            controller_.observeSparse(verdict.kept);
        }
        if (!emit(verdict, row) || !verdict.kept) {
            break;
        }
    }
    countWindow(window, static_cast<int>(window.tokens.size()), static_cast<int>(kept), refused, before);
    denseCells_ = static_cast<int>(history_.size()) - 1;
    if (cells_ > denseCells_ && !decoder_.truncate(denseCells_)) {
        return fail("the KV cache cannot drop refused cells");
    }
    cells_ = denseCells_;
    output_.flush(sink, true);
    return Step::ok;
}

} // namespace sparse_pilot::loop
