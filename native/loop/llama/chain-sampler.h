#pragma once

#include "../sampler.h"

#include "llama.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace sparse_pilot::loop {

/** Contract: SamplingRequest. Filters that are 0 (topP: 1) are off. */
struct Sampling {
    double temperature = 0; ///< 0: greedy
    int topK = 0;
    double topP = 1;
    double minP = 0;
    double repeatPenalty = 1;
    std::string grammar; ///< GBNF with a rule named root; empty: none
};

/**
 * Penalty, grammar, top-K, top-P, min-P, temperature, in this order; the filters are llama.cpp's own
 * samplers.
 * @throws std::invalid_argument when the grammar does not parse.
 */
class ChainSampler final : public Sampler {
  public:
    ChainSampler(const llama_vocab * vocab, const Sampling & sampling);

    std::unique_ptr<Sampler> clone() const override;
    bool plain() const override;
    Distribution distribution(const float * logits, int count) override;
    void accept(Token token, Part part) override;

  private:
    struct Free {
        void operator()(llama_sampler * sampler) const { llama_sampler_free(sampler); }
    };
    using SamplerPtr = std::unique_ptr<llama_sampler, Free>;

    ChainSampler(const ChainSampler & other);
    void penalise();
    Distribution best();
    Distribution filtered();

    static constexpr std::size_t penaltyWindow = 64; ///< tokens, llama.cpp's default
    double temperature_;
    double repeatPenalty_;
    SamplerPtr grammar_;
    SamplerPtr filters_;
    std::deque<Token> recent_;
    std::vector<llama_token_data> candidates_;
};

} // namespace sparse_pilot::loop
