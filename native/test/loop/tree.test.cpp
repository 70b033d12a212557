// Drafts that part: which paths are drafted, which one is kept, and what the cache holds afterwards.
#include "../harness.h"
#include "fake-decoder.h"

#include <array>
#include <cmath>

using namespace fake;

namespace {

constexpr auto never = [](Token) { return false; };

Options tree(Mode mode, int maxTokens, int width, int period) {
    Options options = optionsOf(mode, maxTokens, DrafterChoice::sparse);
    options.treeWidth = width;
    options.check.kind = CheckPolicy::Kind::fixed;
    options.check.period = period;
    return options;
}

FakeDecoder parting(Draft draft) {
    FakeDecoder decoder;
    decoder.draft = draft;
    decoder.parts = true;
    return decoder;
}

Outcome dense(const Tokens & prompt, int maxTokens, const FakeDecoder & like = {}) {
    FakeDecoder decoder = like;
    decoder.draft = Draft::none;
    return generate(decoder, optionsOf(Mode::dense, maxTokens), prompt);
}

/** Logits whose softmax at the scoring temperature are these likelihoods. */
std::array<float, 4> logitsFor(const std::array<double, 4> & likelihoods) {
    std::array<float, 4> logits{};
    for (std::size_t i = 0; i < logits.size(); i++)
        logits[i] = static_cast<float>(TreeBeam::scoringTemperature * std::log(likelihoods[i]));
    return logits;
}

} // namespace

TEST(theLikeliestPathsGoOn) {
    TreeBeam beam(3);
    std::vector<TreeBeam::Fork> forks;
    CHECK(!beam.advance(forks, never));
    beam.offer(0, logitsFor({0.5, 0.1, 0.36, 0.04}).data(), 4);
    CHECK(beam.advance(forks, never));
    CHECK(beam.leaves().size() == 3);
    CHECK(beam.leaves()[0].tokens == Tokens{0} && beam.leaves()[1].tokens == Tokens{2});
    CHECK(beam.leaves()[2].tokens == Tokens{1});
    CHECK(forks.size() == 2 && forks[0].from == 0 && forks[1].from == 0 && forks[0].to != forks[1].to);
    // .5 x .4 = .2 and .5 x .35 = .175 beat .36 x .4 = .144; the path that began with token 1 ends here
    beam.offer(0, logitsFor({0.05, 0.4, 0.35, 0.2}).data(), 4);
    beam.offer(1, logitsFor({0.4, 0.25, 0.2, 0.15}).data(), 4);
    beam.offer(2, logitsFor({0.3, 0.3, 0.2, 0.2}).data(), 4);
    const int freed = beam.leaves()[2].branch;
    CHECK(beam.advance(forks, never));
    CHECK((beam.leaves()[0].tokens == Tokens{0, 1} && beam.leaves()[1].tokens == Tokens{0, 2}));
    CHECK((beam.leaves()[2].tokens == Tokens{2, 0}));
    CHECK(forks.size() == 1 && forks[0].from == beam.leaves()[0].branch && forks[0].to == freed);
    CHECK(std::abs(beam.leaves()[0].logLikelihood - std::log(0.2)) < 1e-5);
}

TEST(aCertainPathDoesNotPart) {
    TreeBeam beam(3);
    std::vector<TreeBeam::Fork> forks;
    beam.offer(0, logitsFor({0.96, 0.02, 0.01, 0.01}).data(), 4);
    CHECK(beam.advance(forks, never));
    CHECK(beam.leaves().size() == 1 && forks.empty());
    beam.offer(0, logitsFor({0.94, 0.04, 0.01, 0.01}).data(), 4);
    CHECK(beam.advance(forks, never));
    CHECK(beam.leaves().size() == 3 && forks.size() == 2);
}

TEST(aPathThatEndedWaitsForTheOthers) {
    TreeBeam beam(2);
    std::vector<TreeBeam::Fork> forks;
    const auto ends = [](Token token) { return token == 0; };
    beam.offer(0, logitsFor({0.6, 0.3, 0.05, 0.05}).data(), 4);
    CHECK(beam.advance(forks, ends));
    CHECK(beam.leaves()[0].ended && !beam.leaves()[1].ended && !beam.done());
    beam.offer(1, logitsFor({0.6, 0.2, 0.1, 0.1}).data(), 4);
    CHECK(beam.advance(forks, ends));
    CHECK((beam.leaves()[0].tokens == Tokens{0} && beam.leaves()[1].tokens == Tokens{1, 0}));
    CHECK(beam.done());
}

TEST(pathsShareTheirBeginnings) {
    const DraftTree drafts(9, {{1, 2, 3}, {1, 4}, {5}});
    CHECK(drafts.size() == 6);
    CHECK((drafts.paths()[0] == std::vector<int>{0, 1, 2, 3}));
    CHECK((drafts.paths()[1] == std::vector<int>{0, 1, 4}));
    CHECK((drafts.paths()[2] == std::vector<int>{0, 5}));
    CHECK(drafts.child(1, 4) == 4 && drafts.child(0, 4) == -1 && drafts.pathThrough(4) == 1);
    CHECK(drafts.hasChildren(1) && !drafts.hasChildren(5));
}

TEST(everyWidthGivesTheDenseTokens) {
    for (int seed = 0; seed < 40; seed++) {
        const Tokens prompt = promptOf(seed, 1 + seed % 20);
        const Outcome expected = dense(prompt, 50);
        for (const Draft draft : {Draft::oracle, Draft::wrong, Draft::noisy, Draft::second}) {
            for (const int width : {1, 2, 4, 8}) {
                FakeDecoder decoder = parting(draft);
                const Outcome actual = generate(decoder, tree(Mode::exact, 50, width, 2 + seed % 7), prompt);
                CHECK(actual.ending == Ending::finished);
                CHECK(actual.tokens == expected.tokens);
                CHECK(actual.text == expected.text);
                CHECK(decoder.holds(actual.cached));
                CHECK(decoder.widest > width || width == 1);
            }
        }
    }
}

TEST(aPathThatPassesWholeIsCheckedOnceAWindow) {
    FakeDecoder decoder = parting(Draft::oracle);
    const Outcome outcome = generate(decoder, tree(Mode::exact, 64, 4, 2), promptOf(1, 10));
    CHECK(outcome.report.verifies == 32);
    CHECK(outcome.report.windowTokens == 64);
    CHECK(outcome.report.rollbacks == 0);
    CHECK(outcome.report.accepted == 32);
    CHECK(outcome.report.drafted > 2 * outcome.report.accepted);
    CHECK(decoder.kept == 32 && decoder.moved == 0);
    CHECK(decoder.densePasses == 1 + 32);
    CHECK(decoder.sparsePasses == 32);
}

TEST(onlyTheRootIsKeptOfDraftsThatAreWrong) {
    FakeDecoder decoder = parting(Draft::wrong);
    const Outcome outcome = generate(decoder, tree(Mode::exact, 30, 4, 6), promptOf(2, 10));
    CHECK(outcome.report.accepted == 0);
    CHECK(outcome.report.rollbacks == outcome.report.verifies);
    CHECK(outcome.report.windowTokens == outcome.report.verifies);
    CHECK(decoder.moved == 0);
}

TEST(theSecondPathWinsWhereTheFirstIsWrong) {
    FakeDecoder chain = parting(Draft::second);
    const Outcome narrow = generate(chain, tree(Mode::exact, 200, 1, 6), promptOf(3, 10));
    FakeDecoder decoder = parting(Draft::second);
    const Outcome wide = generate(decoder, tree(Mode::exact, 200, 4, 6), promptOf(3, 10));
    CHECK(narrow.report.accepted == 0 && chain.kept == 0);
    CHECK(wide.report.accepted > 20);
    CHECK(decoder.moved > 5);
    CHECK(wide.tokens == narrow.tokens);
}

TEST(aPathIsKeptAsFarAsItPasses) {
    FakeDecoder decoder = parting(Draft::noisy);
    const Outcome outcome = generate(decoder, tree(Mode::exact, 200, 3, 6), promptOf(4, 10));
    CHECK(outcome.report.rollbacks > 5 && outcome.report.rollbacks < outcome.report.verifies);
    CHECK(outcome.report.windowTokens > outcome.report.verifies);
    CHECK(outcome.report.windowTokens == outcome.report.accepted + outcome.report.verifies);
}

TEST(balancedKeepsThePathWhereMostPasses) {
    for (const int width : {2, 4, 8}) {
        FakeDecoder loose = parting(Draft::wrong);
        Options options = tree(Mode::balanced, 40, width, 8);
        options.acceptThreshold = 0;
        const Outcome all = generate(loose, options, promptOf(5, 10));
        CHECK(all.report.verifies == 5 && all.report.rollbacks == 0);
        CHECK(loose.moved == 0); // of paths that pass alike the likeliest
        CHECK(loose.holds(all.cached));

        FakeDecoder strict = parting(Draft::noisy);
        options.acceptThreshold = 1.1;
        CHECK(generate(strict, options, promptOf(5, 10)).tokens == dense(promptOf(5, 10), 40).tokens);
    }
    int last = 0;
    for (const int width : {1, 2, 4}) {
        FakeDecoder decoder = parting(Draft::second);
        Options options = tree(Mode::balanced, 400, width, 8);
        options.acceptThreshold = 0.2;
        const Outcome outcome = generate(decoder, options, promptOf(6, 10));
        CHECK(decoder.holds(outcome.cached));
        CHECK(outcome.report.accepted >= last);
        last = outcome.report.accepted;
    }
    CHECK(last > 0);
}

TEST(balancedMeasuresDriftWithPathsToo) {
    FakeDecoder decoder = parting(Draft::noisy);
    const Outcome outcome = generate(decoder, tree(Mode::balanced, 200, 3, 6), promptOf(7, 10));
    CHECK(outcome.report.probes > 0);
    CHECK(outcome.report.probes <= outcome.report.verifies);
    CHECK(outcome.report.probeDivergence > 0);
}

TEST(anEndOnAPathCountsOnlyWhenVerified) {
    for (int at = 11; at < 24; at++) {
        for (const Draft draft : {Draft::oracle, Draft::second, Draft::noisy}) {
            FakeDecoder decoder = parting(draft);
            decoder.script = {{at, FakeDecoder::endToken}};
            const Outcome expected = dense(promptOf(8, 10), 40, decoder);
            CHECK(expected.reason == StopReason::eos);
            const Outcome outcome = generate(decoder, tree(Mode::exact, 40, 4, 7), promptOf(8, 10));
            CHECK(outcome.reason == StopReason::eos);
            CHECK(outcome.tokens == expected.tokens);
            CHECK(decoder.holds(outcome.cached));

            FakeDecoder hasty = parting(draft);
            hasty.sparseScript = {{at, FakeDecoder::endToken}};
            const Outcome whole = generate(hasty, tree(Mode::exact, 40, 4, 7), promptOf(8, 10));
            CHECK(whole.tokens == dense(promptOf(8, 10), 40).tokens);
            CHECK(hasty.holds(whole.cached));
        }
    }
}

TEST(stopStringsEndATreeInItsMiddle) {
    for (int period = 2; period <= 9; period++) {
        FakeDecoder decoder = parting(Draft::oracle);
        decoder.pieces = {{11, "xx<"}, {12, "st"}, {13, "op>"}, {14, "yy"}};
        decoder.script = {{12, 11}, {13, 12}, {14, 13}, {15, 14}};
        Options options = tree(Mode::exact, 40, 3, period);
        options.stopStrings = {"<stop>"};
        const Outcome outcome = generate(decoder, options, promptOf(2, 10));
        CHECK(outcome.reason == StopReason::stopString);
        CHECK(outcome.tokens.size() == 5 && outcome.text.substr(2) == "xx");
        CHECK(decoder.holds(outcome.cached));
    }
}

TEST(aContextThatFillsUnderATreeEndsAsADenseOneDoes) {
    for (int size = 11; size < 40; size++) {
        FakeDecoder plain;
        plain.size = size;
        const Outcome expected = dense(promptOf(5, 10), 100, plain);
        CHECK(expected.reason == StopReason::contextFull);
        for (const Draft draft : {Draft::oracle, Draft::noisy, Draft::second}) {
            FakeDecoder decoder = parting(draft);
            decoder.size = size;
            const Outcome outcome = generate(decoder, tree(Mode::exact, 100, 3, 5), promptOf(5, 10));
            CHECK(outcome.reason == StopReason::contextFull);
            CHECK(outcome.tokens == expected.tokens);
            CHECK(decoder.holds(outcome.cached));
            CHECK(decoder.widest <= size - 9);
        }
    }
}

TEST(aFullContextShiftsUnderATree) {
    FakeDecoder decoder = parting(Draft::second);
    decoder.size = 32;
    Options options = tree(Mode::balanced, 200, 3, 5);
    options.keepFirst = 4;
    const Outcome outcome = generate(decoder, options, promptOf(9, 10));
    CHECK(outcome.reason == StopReason::maxTokens && outcome.tokens.size() == 200);
    CHECK(outcome.report.shifts > 5);
    CHECK(decoder.holds(outcome.cached));
}

TEST(aTreeNeedsPlainChoicesAndRoomInTheCache) {
    struct Warm final : Sampler {
        std::unique_ptr<Sampler> clone() const override { return std::make_unique<Warm>(); }
        bool plain() const override { return false; }
        Distribution distribution(const float * logits, int count) override {
            return {{measure(logits, count).best, 1.0}};
        }
        void accept(Token, Part) override {}
    };
    FakeDecoder decoder = parting(Draft::second);
    const Outcome outcome =
        generate(decoder, tree(Mode::exact, 30, 4, 6), promptOf(10, 10), 0, std::make_unique<Warm>());
    CHECK(outcome.report.drafted > 0 && decoder.widest == 0);
    FakeDecoder together;
    together.draft = Draft::second;
    CHECK(generate(together, tree(Mode::exact, 30, 4, 6), promptOf(10, 10)).report.drafted > 0);
    CHECK(together.widest == 0);
}

TEST_MAIN
