#include "generation.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace sparse_pilot::loop {
namespace {

constexpr std::uint64_t draftStream =
    0x9E3779B97F4A7C15ull; // drafts must not use up the numbers that choose the output

bool draftsNgrams(const Options & options, const Decoder & decoder) {
    const bool mode = options.mode == Mode::exact || options.mode == Mode::balanced;
    return mode && decoder.canRollBack() &&
           (options.drafter == DrafterChoice::automatic || options.drafter == DrafterChoice::ngram);
}

/** Drafts that pass under one of these rules may fail under another. */
std::string ruleOf(const Options & options, bool plain) {
    const std::string choice = plain ? " greedy" : " sampled";
    const std::string width = options.treeWidth > 1 ? " width " + std::to_string(options.treeWidth) : "";
    return (options.mode == Mode::balanced ? "r " + std::to_string(options.acceptThreshold) : "exact") +
           choice + width;
}

} // namespace

Generation::Generation(Decoder & decoder, CostModel & costs, Start start)
    : decoder_(decoder), costs_(costs), options_(std::move(start.options)),
      sampler_(std::move(start.sampler)), uniform_(options_.seed), draftUniform_(options_.seed ^ draftStream),
      controller_(costs), account_(costs), output_(options_.stopStrings), history_(std::move(start.prompt)),
      promptSize_(static_cast<int>(history_.size())),
      denseCells_(std::clamp(start.cached, 0, promptSize_ - 1)), cells_(denseCells_),
      exactCells_(start.exact < denseCells_ ? start.exact : std::numeric_limits<int>::max()),
      moved_(start.moved), configuration_(std::move(start.configuration)),
      rule_(ruleOf(options_, sampler_->plain())), sequence_(start.sequence) {
    for (const Token token : history_) {
        sampler_->accept(token, Sampler::Part::prompt);
    }
    if (draftsNgrams(options_, decoder_)) {
        std::size_t expected = history_.size() + static_cast<std::size_t>(std::max(0, options_.maxTokens));
        for (const Tokens & source : start.draftSources) {
            expected += source.size();
        }
        ngram_.emplace(expected);
        for (const Tokens & source : start.draftSources) {
            ngram_->learn(source);
        }
        ngram_->learn(history_);
    }
}

void Generation::request(Request request) {
    Request expected = Request::none;
    if (request == Request::pause) {
        request_.compare_exchange_strong(expected, request);
    } else {
        request_.store(request);
    }
}

void Generation::clearPause() {
    Request expected = Request::pause;
    request_.compare_exchange_strong(expected, Request::none);
}

Generation::Step Generation::work(Sink & sink) {
    try {
        open();
        Step step = prefill(sink);
        if (step == Step::ok && options_.maxTokens == 0) {
            stop(StopReason::maxTokens);
        }
        while (step == Step::ok && !done_) {
            step = interrupted() ? Step::interrupted : cycle(sink);
        }
        return step;
    } catch (const std::exception & error) { // samplers and grammars of llama.cpp throw
        return fail(error.what());
    }
}

Ending Generation::run(Sink & sink) {
    watch_.start();
    costs_.use(configuration_, rule_, sequence_); // another generation may have run since the last time
    decoder_.setAbort([this] {
        const Request wanted = request_.load();
        return wanted == Request::cancel || wanted == Request::stopRule;
    });
    const Step step = work(sink);
    decoder_.setAbort(nullptr);
    watch_.stop();
    if (step == Step::interrupted && request_.load() == Request::pause) {
        output_.flush(sink, options_.mode != Mode::fast);
        return Ending::paused;
    }
    if (step == Step::interrupted) {
        stop(request_.load() == Request::stopRule ? StopReason::stopRule : StopReason::cancelled);
    }
    output_.finish(sink, options_.mode != Mode::fast);
    close();
    if (report_.drafted == 0 && report_.sparseSteps == 0) {
        report_.off = off_;
    }
    if (generated() > 0) {
        report_.decodeMs = watch_.total() - report_.firstTokenMs;
    }
    return step == Step::failed ? Ending::failed : Ending::finished;
}

void Generation::close() {
    if (cells_ > denseCells_ && !decoder_.truncate(denseCells_)) {
        denseCells_ = 0; // a cache that cannot drop its end is dropped whole
        decoder_.truncate(0);
    }
    cells_ = denseCells_;
    done_ = true;
}

/** Brings cells that stand too late to their place. */
bool Generation::moveCells() {
    const int from = denseCells_;
    const int count = std::clamp(moved_.count, 0, promptSize_ - 1 - from);
    if (count == 0 || moved_.gap <= 0 || !decoder_.truncate(from + moved_.gap + count) ||
        !decoder_.discard(from, from + moved_.gap)) {
        return false;
    }
    exactCells_ = std::min(exactCells_, from);
    denseCells_ = from + count;
    return true;
}

/** Before the first pass: what the cache holds beyond the reused prefix goes. */
void Generation::open() {
    if (!opened_ && !moveCells() && !decoder_.truncate(denseCells_)) {
        denseCells_ = 0; // a cache that cannot be cut there is filled anew
        decoder_.truncate(0);
    }
    opened_ = true;
    cells_ = std::max(cells_, denseCells_);
    report_.reused = report_.reused < 0 ? denseCells_ : report_.reused;
}

Generation::Step Generation::prefill(Sink & sink) {
    const int target = promptSize_ - 1;
    decoder_.teach(true);
    const double start = watch_.now();
    const int chunk =
        std::clamp(options_.prefillChunk > 0 ? options_.prefillChunk : decoder_.batch(), 1, decoder_.batch());
    Step step = Step::ok;
    while (denseCells_ < target && step == Step::ok) {
        if (interrupted()) {
            step = Step::interrupted;
            break;
        }
        const int count = std::min(chunk, target - denseCells_);
        step =
            status(decoder_.dense(history_.data() + denseCells_, count, denseCells_, Rows::none), "prefill");
        if (step == Step::ok) {
            denseCells_ += count;
            cells_ = denseCells_;
            sink.prefilled(denseCells_, promptSize_);
        }
    }
    report_.prefillMs += watch_.now() - start;
    return step;
}

Generation::Step Generation::densePass(const Token * tokens, int count, int position, Rows rows) {
    const double start = decoder_.now();
    const Step step = status(decoder_.dense(tokens, count, position, rows), "decode");
    if (step == Step::ok) {
        bookDense(count, decoder_.now() - start);
        cells_ = position + count;
    }
    return step;
}

void Generation::bookDense(int count, double ms) {
    account_.spend(ms);
    costs_.recordDense(count, ms);
    if (count == 1) {
        // after a draft a step pays for the change of batch size, but says what the context's length costs
        costs_.followStep(ms, account_.afterDraft() ? 0.02 : 0.1);
    }
    const auto size = static_cast<std::size_t>(std::min(count, CostModel::maxBatch));
    report_.densePasses[size]++;
    report_.denseMs[size] += ms;
}

void Generation::bookSparse(double ms) {
    account_.spend(ms);
    costs_.recordSparse(ms);
    report_.sparseSteps++;
    report_.sparseMs += ms;
}

Generation::Step Generation::status(DecodeStatus status, const char * pass) {
    if (status == DecodeStatus::ok) {
        return Step::ok;
    }
    cells_ = std::max(cells_, denseCells_ + 1); // what the pass left behind is unknown: have it dropped
    if (status == DecodeStatus::aborted) {
        decoder_.truncate(denseCells_);
        return Step::interrupted;
    }
    if (status == DecodeStatus::full) {
        stop(StopReason::contextFull);
        return Step::ok;
    }
    return fail(std::string("the model failed in a ") + pass + " pass");
}

Generation::Step Generation::fail(std::string why) {
    failure_ = std::move(why);
    done_ = true;
    return Step::failed;
}

void Generation::stop(StopReason reason) {
    stopReason_ = reason;
    done_ = true;
}

bool Generation::ends(Token token) const {
    const Tokens & stops = options_.stopTokens;
    return decoder_.endOfGeneration(token) || std::find(stops.begin(), stops.end(), token) != stops.end();
}

/** Makes room in a full context: half of what follows the kept beginning goes. */
bool Generation::shiftContext() {
    const int keep = options_.keepFirst;
    const int drop = (cells_ - keep) / 2;
    if (keep < 0 || drop < 1 || !decoder_.discard(keep, keep + drop)) {
        return false;
    }
    history_.erase(history_.begin() + keep, history_.begin() + keep + drop);
    promptSize_ -= drop;
    cells_ -= drop;
    denseCells_ = denseCells_ >= keep + drop ? denseCells_ - drop : std::min(denseCells_, keep);
    exactCells_ = std::min(exactCells_, keep);
    report_.shifts++;
    return true;
}

bool Generation::emit(const Verdict & verdict, const float * row) {
    if (verdict.token < 0) {
        // the grammar has no way on: what was written so far is all there can be
        stop(StopReason::eos);
        return false;
    }
    if (ends(verdict.token)) {
        stop(StopReason::eos);
        return false;
    }
    if (generated() == 0) {
        report_.firstTokenMs = watch_.now();
    }
    history_.push_back(verdict.token);
    sampler_->accept(verdict.token, Sampler::Part::output);
    if (ngram_) {
        ngram_->extend(history_);
    }
    const Emitted token{verdict.token, logProbability(verdict.stats, row, verdict.token),
                        verdict.stats.entropy};
    if (output_.add(token, decoder_.piece(verdict.token))) {
        stop(StopReason::stopString);
    } else if (generated() >= options_.maxTokens) {
        stop(StopReason::maxTokens);
    } else if (options_.timeBudgetMs > 0 && watch_.now() - report_.firstTokenMs >= options_.timeBudgetMs) {
        stop(StopReason::time);
    }
    return !done_;
}

} // namespace sparse_pilot::loop
