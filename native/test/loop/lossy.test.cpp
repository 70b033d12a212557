// Balanced and Fast: what they accept, what they show, what they leave behind.
#include "../harness.h"
#include "fake-decoder.h"

#include <array>

using namespace fake;

namespace {

Options balanced(double threshold, int maxTokens) {
    Options options = optionsOf(Mode::balanced, maxTokens, DrafterChoice::sparse);
    options.check.kind = CheckPolicy::Kind::fixed;
    options.check.period = 8;
    options.acceptThreshold = threshold;
    return options;
}

} // namespace

TEST(balancedTakesEverythingAtThresholdZero) {
    FakeDecoder decoder;
    decoder.draft = Draft::wrong;
    const Outcome outcome = generate(decoder, balanced(0, 40), promptOf(1, 10));
    CHECK(outcome.report.accepted == outcome.report.drafted);
    CHECK(outcome.report.windowTokens == 40);
    CHECK(outcome.report.verifies == 5);
    FakeDecoder plain;
    CHECK(outcome.tokens != generate(plain, optionsOf(Mode::dense, 40), promptOf(1, 10)).tokens);
    CHECK(decoder.holds(outcome.cached)); // the checks rewrote every cell
}

TEST(balancedIsDenseAtAThresholdNothingReaches) {
    FakeDecoder decoder;
    decoder.draft = Draft::wrong;
    const Outcome outcome = generate(decoder, balanced(1.1, 40), promptOf(2, 10));
    FakeDecoder plain;
    CHECK(outcome.tokens == generate(plain, optionsOf(Mode::dense, 40), promptOf(2, 10)).tokens);
    CHECK(outcome.report.accepted == 0);
}

TEST(aHigherThresholdRefusesMore) {
    int last = 1 << 30;
    for (const double threshold : {0.0, 0.02, 0.1, 0.5}) {
        FakeDecoder decoder;
        decoder.draft = Draft::noisy;
        const int accepted = generate(decoder, balanced(threshold, 200), promptOf(3, 10)).report.accepted;
        CHECK(accepted <= last);
        last = accepted;
    }
}

TEST(balancedShowsOnlyVerifiedText) {
    FakeDecoder decoder;
    decoder.draft = Draft::noisy;
    CostModel costs;
    Generation generation(decoder, costs, startOf(balanced(0.1, 40), promptOf(4, 10)));
    Reader reader;
    reader.seen = [](const Batch & batch) { CHECK(batch.verified && batch.retract == 0); };
    generation.run(reader);
    CHECK(reader.tokens.size() == 40);
}

TEST(riskChecksNeverExceedTheCap) {
    FakeDecoder decoder;
    decoder.draft = Draft::oracle;
    Options options = balanced(0.0, 100);
    options.check.kind = CheckPolicy::Kind::risk;
    options.check.budget = 1e9;
    options.check.floor = 4;
    options.check.cap = 10;
    decoder.pieces[1] = "x";
    const Outcome outcome = generate(decoder, options, promptOf(5, 10));
    CHECK(outcome.report.verifies >= 10);
    for (std::size_t n = 11; n < outcome.report.densePasses.size(); n++)
        CHECK(outcome.report.densePasses[n] == 0);
}

TEST(aDoubtfulTokenStandsOnlyAsTheDenseChoice) {
    Options options = balanced(0, 41); // takes every other token
    options.check.kind = CheckPolicy::Kind::risk;
    options.check.budget = 0;
    options.check.floor = 3; // two drafts a window, the second in doubt
    options.check.cap = 30;
    FakeDecoder decoder;
    decoder.draft = Draft::wrong;
    const Outcome outcome = generate(decoder, options, promptOf(2, 10));
    CHECK(outcome.report.drafted == 2 * outcome.report.verifies);
    CHECK(outcome.report.accepted == outcome.report.verifies);
    CHECK(outcome.report.rollbacks == outcome.report.verifies);
    decoder = FakeDecoder();
    decoder.draft = Draft::oracle;
    CHECK(generate(decoder, options, promptOf(2, 10)).report.rollbacks == 0);
}

TEST(riskDraftsNoFurtherThanPaysOff) {
    std::array<int, 2> longest{};
    for (const bool byRisk : {false, true}) {
        FakeDecoder decoder;
        decoder.draft = Draft::oracle;
        decoder.sparseMs = 2;
        for (int position = 0; position < 500; position += 4)
            decoder.sparseScript[position] = 1;
        Options options = optionsOf(Mode::balanced, 400);
        options.acceptThreshold = 0.02;
        options.check.kind = byRisk ? CheckPolicy::Kind::risk : CheckPolicy::Kind::automatic;
        options.check.budget = 1e9;
        options.check.cap = 32;
        const Outcome outcome = generate(decoder, options, promptOf(11, 10));
        CHECK(outcome.report.sparseSteps > 50);
        for (std::size_t n = 1; n < outcome.report.densePasses.size(); n++) {
            if (outcome.report.densePasses[n] > 0)
                longest[byRisk ? 1 : 0] = static_cast<int>(n);
        }
    }
    CHECK_WITH(longest[1] < 16 && longest[0] < 16,
               std::to_string(longest[0]) + " " + std::to_string(longest[1]));
}

TEST(fastIsTheSparseModelAndLeavesOnlyThePrompt) {
    FakeDecoder decoder;
    decoder.draft = Draft::oracle;
    const Tokens prompt = promptOf(6, 10);
    Options options = optionsOf(Mode::fast, 30);
    options.probeEvery = 0;
    CostModel costs;
    Generation generation(decoder, costs, startOf(options, prompt));
    Reader reader;
    reader.seen = [](const Batch & batch) { CHECK(!batch.verified); };
    CHECK(generation.run(reader) == Ending::finished);
    CHECK(decoder.sparsePasses == 30);
    CHECK(decoder.holds(Tokens(prompt.begin(), prompt.end() - 1)));
    CHECK(generation.cachedTokens().size() == prompt.size() - 1);
}

TEST(fastProbesMeasureDrift) {
    FakeDecoder decoder;
    decoder.draft = Draft::wrong;
    Options options = optionsOf(Mode::fast, 40);
    options.probeEvery = 10;
    const Outcome outcome = generate(decoder, options, promptOf(7, 10));
    CHECK(outcome.report.probes == 4);
    CHECK(outcome.report.probesAgreed == 0);
    CHECK(outcome.report.probeDivergence > 0);

    FakeDecoder oracle;
    oracle.draft = Draft::oracle;
    options.denseFirst = 40; // all dense: nothing to probe
    const Outcome dense = generate(oracle, options, promptOf(7, 10));
    CHECK(dense.report.probes == 0);
    CHECK(oracle.sparsePasses == 0);
}

TEST(balancedStartsDenseToo) {
    FakeDecoder decoder;
    decoder.draft = Draft::oracle;
    Options options = balanced(0.0, 60);
    options.drafter = DrafterChoice::sparse;
    options.denseFirst = 60;
    generate(decoder, options, promptOf(9, 10));
    CHECK(decoder.sparsePasses == 0);
    options.denseFirst = 30;
    generate(decoder, options, promptOf(9, 10));
    CHECK(decoder.sparsePasses > 0 && decoder.sparsePasses <= 30);
}

TEST(balancedMeasuresDriftInSomeOfItsWindows) {
    for (const Draft draft : {Draft::oracle, Draft::wrong}) {
        for (const double threshold : {0.0, 1.1}) { // also in windows that are refused: most of all there
            FakeDecoder decoder;
            decoder.draft = draft;
            const Report report = generate(decoder, balanced(threshold, 200), promptOf(9, 10)).report;
            CHECK(report.probes >= report.verifies / 4 && report.probes < report.verifies);
            CHECK(report.probesAgreed == (draft == Draft::oracle ? report.probes : 0));
            CHECK(draft == Draft::oracle ? report.probeDivergence < 1e-6 : report.probeDivergence > 0.01);
        }
    }
}

TEST(howChecksAreMadeDoesNotForceDraftsThatLose) {
    for (const CheckPolicy::Kind kind : {CheckPolicy::Kind::fixed, CheckPolicy::Kind::risk}) {
        for (const double sparseMs : {2.0, 12.0}) {
            FakeDecoder decoder;
            decoder.draft = Draft::oracle;
            decoder.sparseMs = sparseMs;
            Options options = optionsOf(Mode::balanced, 200);
            options.check.kind = kind;
            const Outcome outcome = generate(decoder, options, promptOf(10, 10));
            CHECK(sparseMs < 10 ? outcome.report.sparseSteps > 150 : outcome.report.sparseSteps < 4);
        }
    }
}

TEST(aModeThatNeedsSparsityIsDenseWithoutIt) {
    for (const Mode mode : {Mode::balanced, Mode::fast}) {
        FakeDecoder decoder;
        const Outcome outcome = generate(decoder, optionsOf(mode, 20), promptOf(8, 10));
        FakeDecoder plain;
        CHECK(outcome.tokens == generate(plain, optionsOf(Mode::dense, 20), promptOf(8, 10)).tokens);
        CHECK(outcome.report.off == "no sparsity is configured");
    }
}

TEST_MAIN
