#pragma once

#include "logits.h"
#include "types.h"

#include <memory>
#include <random>
#include <vector>

namespace sparse_pilot::loop {

struct Candidate {
    Token token;
    double probability;
};

/** Probabilities that sum to 1; every other token has none. */
using Distribution = std::vector<Candidate>;

double probabilityOf(const Distribution & distribution, Token token);

/**
 * The distribution a request samples from, and what it depends on: penalties, grammar, filters. Randomness is
 * not part of it, so a clone can run ahead over a draft and be thrown away.
 */
class Sampler {
  public:
    /** Grammars follow the output only; penalties look at the prompt too. */
    enum class Part { prompt, output };

    virtual ~Sampler() = default;
    virtual std::unique_ptr<Sampler> clone() const = 0;
    /** True when `choose` is the plain argmax of the logits: no temperature, penalty or grammar. */
    virtual bool plain() const = 0;
    /** The distribution of the next token, after what was accepted so far. Empty when nothing is possible. */
    virtual Distribution distribution(const float * logits, int count) = 0;
    virtual void accept(Token token, Part part) = 0;
};

/** Argmax of the logits. */
class GreedySampler final : public Sampler {
  public:
    std::unique_ptr<Sampler> clone() const override { return std::make_unique<GreedySampler>(); }
    bool plain() const override { return true; }
    Distribution distribution(const float * logits, int count) override;
    void accept(Token, Part) override {}
};

/** Uniform numbers of a request: the same seed gives the same stream in every mode that draws once a token.
 */
class Uniform {
  public:
    explicit Uniform(std::uint64_t seed) : engine_(seed) {}
    /** In [0, 1). */
    double next() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

  private:
    std::mt19937_64 engine_;
};

/** Draws from a distribution with u in [0, 1); -1 when it is empty. */
Token draw(const Distribution & distribution, double u);

/** max(0, p - q), normalised: what a rejected draft is replaced from (Leviathan et al. 2023, section 2.3). */
Distribution residual(const Distribution & p, const Distribution & q);

} // namespace sparse_pilot::loop
