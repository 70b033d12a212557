#include "chain-sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

namespace sparse_pilot::loop {
namespace {

bool higher(const llama_token_data & a, const llama_token_data & b) { return a.logit < b.logit; }

} // namespace

ChainSampler::ChainSampler(const llama_vocab * vocab, const Sampling & sampling)
    : temperature_(sampling.temperature), repeatPenalty_(sampling.repeatPenalty),
      filters_(llama_sampler_chain_init(llama_sampler_chain_default_params())) {
    if (!sampling.grammar.empty()) {
        grammar_.reset(llama_sampler_init_grammar(vocab, sampling.grammar.c_str(), "root"));
        if (!grammar_) {
            throw std::invalid_argument("the grammar does not parse");
        }
    }
    if (sampling.topK > 0) {
        llama_sampler_chain_add(filters_.get(), llama_sampler_init_top_k(sampling.topK));
    }
    if (sampling.topP < 1) {
        llama_sampler_chain_add(filters_.get(),
                                llama_sampler_init_top_p(static_cast<float>(sampling.topP), 1));
    }
    if (sampling.minP > 0) {
        llama_sampler_chain_add(filters_.get(),
                                llama_sampler_init_min_p(static_cast<float>(sampling.minP), 1));
    }
    llama_sampler_chain_add(filters_.get(), llama_sampler_init_temp(static_cast<float>(temperature_)));
}

ChainSampler::ChainSampler(const ChainSampler & other)
    : temperature_(other.temperature_), repeatPenalty_(other.repeatPenalty_),
      grammar_(other.grammar_ ? llama_sampler_clone(other.grammar_.get()) : nullptr),
      filters_(llama_sampler_clone(other.filters_.get())), recent_(other.recent_) {}

std::unique_ptr<Sampler> ChainSampler::clone() const {
    return std::unique_ptr<Sampler>(new ChainSampler(*this));
}

bool ChainSampler::plain() const { return temperature_ <= 0 && repeatPenalty_ == 1.0 && !grammar_; }

void ChainSampler::accept(Token token, Part part) {
    if (repeatPenalty_ != 1.0) {
        recent_.push_back(token);
        if (recent_.size() > penaltyWindow) {
            recent_.pop_front();
        }
    }
    if (grammar_ && part == Part::output) {
        llama_sampler_accept(grammar_.get(), token);
    }
}

/** llama.cpp's repetition penalty, on the few tokens it touches. Candidates are in id order here. */
void ChainSampler::penalise() {
    const auto penalty = static_cast<float>(repeatPenalty_);
    for (const Token token : std::set<Token>(recent_.begin(), recent_.end())) {
        float & logit = candidates_[static_cast<std::size_t>(token)].logit;
        logit = logit <= 0 ? logit * penalty : logit / penalty;
    }
}

Distribution ChainSampler::best() {
    auto top = std::max_element(candidates_.begin(), candidates_.end(), higher);
    if (grammar_) {
        // asking the grammar about one token is cheap, about the whole vocabulary it is not
        llama_token_data single = *top;
        llama_token_data_array one = {&single, 1, -1, false};
        llama_sampler_apply(grammar_.get(), &one);
        if (!std::isfinite(single.logit)) {
            llama_token_data_array all = {candidates_.data(), candidates_.size(), -1, false};
            llama_sampler_apply(grammar_.get(), &all);
            top = std::max_element(candidates_.begin(), candidates_.end(), higher);
        }
    }
    return std::isfinite(top->logit) ? Distribution{{top->id, 1.0}} : Distribution{};
}

Distribution ChainSampler::filtered() {
    llama_token_data_array all = {candidates_.data(), candidates_.size(), -1, false};
    if (grammar_) {
        llama_sampler_apply(grammar_.get(), &all);
    }
    llama_sampler_apply(filters_.get(), &all);
    float max = -std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i < all.size; i++) {
        max = std::max(max, all.data[i].logit);
    }
    Distribution result;
    if (!std::isfinite(max)) {
        return result;
    }
    double sum = 0;
    for (std::size_t i = 0; i < all.size; i++) {
        const double weight = std::exp(static_cast<double>(all.data[i].logit - max));
        if (weight > 0) {
            result.push_back({all.data[i].id, weight});
            sum += weight;
        }
    }
    for (Candidate & c : result) {
        c.probability /= sum;
    }
    return result;
}

Distribution ChainSampler::distribution(const float * logits, int count) {
    candidates_.resize(static_cast<std::size_t>(count));
    for (int i = 0; i < count; i++) {
        candidates_[static_cast<std::size_t>(i)] = {i, logits[i], 0.0f};
    }
    penalise();
    return temperature_ <= 0 ? best() : filtered();
}

} // namespace sparse_pilot::loop
