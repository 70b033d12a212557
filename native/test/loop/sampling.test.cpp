// Sampled Exact mode draws from the dense distribution: the same numbers with certain drafts, the same law
// with sampled ones.
#include "../harness.h"
#include "fake-decoder.h"
#include "llama/chain-sampler.h"

#include <cmath>

using namespace fake;

namespace {

/** Softmax at a temperature, everything allowed. */
class Softmax final : public Sampler {
  public:
    explicit Softmax(double temperature) : temperature_(temperature) {}
    std::unique_ptr<Sampler> clone() const override { return std::make_unique<Softmax>(*this); }
    bool plain() const override { return false; }
    Distribution distribution(const float * logits, int count) override {
        Distribution result;
        double sum = 0;
        for (Token t = 0; t < count; t++) {
            const double weight = std::exp(static_cast<double>(logits[t]) / temperature_);
            result.push_back({t, weight});
            sum += weight;
        }
        for (Candidate & candidate : result)
            candidate.probability /= sum;
        return result;
    }
    void accept(Token, Part) override {}

  private:
    double temperature_;
};

Options sampled(Mode mode, DrafterChoice drafter, int maxTokens, std::uint64_t seed) {
    Options options = optionsOf(mode, maxTokens, drafter);
    options.seed = seed;
    options.maxDraft = 3;
    return options;
}

using MakeSampler = std::function<std::unique_ptr<Sampler>()>;

std::unique_ptr<Sampler> softmax() { return std::make_unique<Softmax>(0.8); }

/** What requests sample with: filters of llama.cpp, and a penalty that follows the text. */
std::unique_ptr<Sampler> chain() {
    Sampling sampling;
    sampling.temperature = 0.9;
    sampling.topK = 20;
    sampling.topP = 0.8;
    sampling.repeatPenalty = 1.4;
    return std::make_unique<ChainSampler>(nullptr, sampling);
}

/** Counts of the token at `index` over many seeds. */
std::vector<double> histogram(Mode mode, Draft draft, int index, int runs,
                              const MakeSampler & sampler = softmax) {
    std::vector<double> counts(FakeDecoder::tokens, 0);
    const Tokens prompt = promptOf(11, 8);
    for (int seed = 0; seed < runs; seed++) {
        FakeDecoder decoder;
        decoder.draft = draft;
        const Options options =
            sampled(mode, mode == Mode::dense ? DrafterChoice::none : DrafterChoice::sparse, index + 1,
                    static_cast<std::uint64_t>(seed) * 7919u + (mode == Mode::dense ? 1u : 500'000'003u));
        const Outcome outcome = generate(decoder, options, prompt, 0, sampler());
        if (static_cast<int>(outcome.tokens.size()) > index) {
            counts[static_cast<std::size_t>(outcome.tokens[static_cast<std::size_t>(index)])]++;
        }
    }
    return counts;
}

/** Two-sample chi-square over cells with enough counts, as a number of standard deviations above its mean. */
double excess(const std::vector<double> & a, const std::vector<double> & b) {
    double chi = 0;
    int cells = 0;
    for (std::size_t i = 0; i < a.size(); i++) {
        if (a[i] + b[i] >= 10) {
            chi += (a[i] - b[i]) * (a[i] - b[i]) / (a[i] + b[i]);
            cells++;
        }
    }
    const double degrees = std::max(1, cells - 1);
    return (chi - degrees) / std::sqrt(2 * degrees);
}

} // namespace

TEST(certainDraftsGiveTheSameTokensAsDenseWithTheSameSeed) {
    for (std::uint64_t seed = 0; seed < 40; seed++) {
        FakeDecoder plain;
        plain.cycle = 5;
        FakeDecoder drafting;
        drafting.cycle = 5;
        const Tokens prompt = promptOf(9, 10);
        const Outcome expected = generate(plain, sampled(Mode::dense, DrafterChoice::none, 80, seed), prompt,
                                          0, std::make_unique<Softmax>(0.3));
        Options options = sampled(Mode::exact, DrafterChoice::ngram, 80, seed);
        options.maxDraft = 0;
        const Outcome actual = generate(drafting, options, prompt, 0, std::make_unique<Softmax>(0.3));
        CHECK(actual.tokens == expected.tokens);
    }
}

TEST(sampledDraftsFollowTheDenseLaw) {
    constexpr int runs = 20000;
    for (const int index : {0, 1, 2, 3}) {
        const std::vector<double> dense = histogram(Mode::dense, Draft::none, index, runs);
        for (const Draft draft : {Draft::noisy, Draft::wrong}) {
            const double deviation = excess(dense, histogram(Mode::exact, draft, index, runs));
            CHECK_WITH(deviation < 4, std::to_string(index) + ": " + std::to_string(deviation));
        }
    }
}

TEST(filtersAndPenaltiesAreRolledBackWithTheDraft) {
    constexpr int runs = 8000;
    for (const int index : {0, 2, 4}) {
        const std::vector<double> dense = histogram(Mode::dense, Draft::none, index, runs, chain);
        for (const Draft draft : {Draft::noisy, Draft::wrong}) {
            const double deviation = excess(dense, histogram(Mode::exact, draft, index, runs, chain));
            CHECK_WITH(deviation < 4, std::to_string(index) + ": " + std::to_string(deviation));
        }
    }
}

TEST(theTestAboveSeesALossyMode) {
    constexpr int runs = 20000;
    CHECK(excess(histogram(Mode::dense, Draft::none, 0, runs), histogram(Mode::fast, Draft::wrong, 0, runs)) >
          10);
}

TEST(aResidualIsWhatIsLeftOfTheTarget) {
    const Distribution p = {{1, 0.5}, {2, 0.3}, {3, 0.2}};
    const Distribution q = {{1, 0.8}, {2, 0.1}, {4, 0.1}};
    const Distribution rest = residual(p, q);
    CHECK(rest.size() == 2);
    CHECK(std::abs(probabilityOf(rest, 2) - 0.5) < 1e-12);
    CHECK(std::abs(probabilityOf(rest, 3) - 0.5) < 1e-12);
    CHECK(residual(p, p).size() == 3);
    CHECK(draw({}, 0.5) == -1);
    CHECK(draw(p, 0.999999) == 3);
}

TEST_MAIN
