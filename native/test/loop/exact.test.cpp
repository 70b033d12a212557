// Exact mode gives the dense model's own tokens, whatever drafts; drafters that are always right or always
// wrong bound its work.
#include "../harness.h"
#include "fake-decoder.h"

using namespace fake;

namespace {

Outcome dense(const Tokens & prompt, int maxTokens, int cycle = 0) {
    FakeDecoder decoder;
    decoder.cycle = cycle;
    return generate(decoder, optionsOf(Mode::dense, maxTokens), prompt);
}

Options sparseExact(int maxTokens, int maxDraft) {
    Options options = optionsOf(Mode::exact, maxTokens, DrafterChoice::sparse);
    options.maxDraft = maxDraft;
    return options;
}

} // namespace

TEST(everyDrafterGivesTheDenseTokens) {
    for (int seed = 0; seed < 60; seed++) {
        const Tokens prompt = promptOf(seed, 5 + seed % 20);
        const int cycle = seed % 3 == 0 ? 7 : 0;
        const Outcome expected = dense(prompt, 50, cycle);
        for (const Draft draft : {Draft::none, Draft::oracle, Draft::wrong, Draft::noisy}) {
            for (const int maxDraft : {0, 1, 3, 7}) {
                FakeDecoder decoder;
                decoder.cycle = cycle;
                decoder.draft = draft;
                Options options = optionsOf(Mode::exact, 50,
                                            maxDraft == 0 ? DrafterChoice::automatic : DrafterChoice::sparse);
                options.maxDraft = maxDraft;
                const Outcome actual = generate(decoder, options, prompt);
                CHECK(actual.ending == Ending::finished);
                CHECK(actual.tokens == expected.tokens);
                CHECK(actual.text == expected.text);
                CHECK(decoder.holds(actual.cached));
            }
        }
    }
}

TEST(anOracleIsCheckedOnceAWindow) {
    FakeDecoder decoder;
    decoder.draft = Draft::oracle;
    const Outcome outcome = generate(decoder, sparseExact(64, 7), promptOf(1, 10));
    CHECK(outcome.report.verifies == 8);
    CHECK(outcome.report.drafted == 56);
    CHECK(outcome.report.accepted == 56);
    CHECK(outcome.report.rollbacks == 0);
    CHECK(outcome.report.windowTokens == 64);
    CHECK(decoder.densePasses == 1 + 8); // prefill and the checks
    CHECK(decoder.sparsePasses == 56);
    CHECK(decoder.taught == decoder.densePasses);
}

TEST(anAlwaysWrongDrafterCostsItsDraftsAndNothingElse) {
    FakeDecoder decoder;
    decoder.draft = Draft::wrong;
    const Outcome outcome = generate(decoder, sparseExact(20, 4), promptOf(2, 10));
    CHECK(outcome.tokens.size() == 20);
    CHECK(outcome.report.accepted == 0);
    // the last token needs no draft: there is no room for another one behind it
    CHECK(outcome.report.verifies == 19);
    CHECK(outcome.report.rollbacks == 19);
    CHECK(decoder.densePasses == 1 + 20);
}

TEST(ngramsAreDraftedWhereTextRepeatsAndNotElsewhere) {
    FakeDecoder repeating;
    repeating.cycle = 9;
    const Outcome hit = generate(repeating, optionsOf(Mode::exact, 200), promptOf(3, 12));
    CHECK(hit.report.ngramAccepted > 120);
    CHECK(repeating.densePasses < 90);

    FakeDecoder fresh;
    const Outcome miss = generate(fresh, optionsOf(Mode::exact, 200), promptOf(4, 12));
    CHECK(miss.tokens.size() == 200);
    CHECK_WITH(fresh.clock < 1.03 * (10.0 * 200 + 2 * 10 + 10),
               std::to_string(fresh.clock)); // prompt pass and 200 steps
}

TEST(exactChecksNoMoreAtOnceThanComeOutAsOneAtATime) {
    for (const Mode mode : {Mode::exact, Mode::balanced}) {
        FakeDecoder decoder;
        decoder.cycle = 6;
        decoder.together = 9;
        const Outcome outcome = generate(decoder, optionsOf(mode, 300), promptOf(5, 60));
        const auto & passes = outcome.report.densePasses;
        const auto longer = std::count_if(passes.begin() + 10, passes.end(), [](int n) { return n > 0; });
        CHECK(outcome.report.ngramAccepted > 100);
        CHECK((longer > 0) == (mode == Mode::balanced));
    }
}

TEST(draftSourcesAreLookedUp) {
    const Tokens prompt = promptOf(5, 12);
    const Outcome expected = dense(prompt, 60);
    FakeDecoder decoder;
    CostModel costs;
    Generation::Start start = startOf(optionsOf(Mode::exact, 60), prompt);
    Tokens file = prompt;
    file.insert(file.end(), expected.tokens.begin(), expected.tokens.end());
    start.draftSources.push_back(file);
    Generation generation(decoder, costs, std::move(start));
    Reader reader;
    generation.run(reader);
    const Outcome actual = outcomeOf(generation, Ending::finished);
    CHECK(actual.tokens == expected.tokens);
    CHECK(actual.report.ngramAccepted > 40);
    CHECK(decoder.densePasses < 25);
}

TEST(sparseSelfDraftSwitchesItselfOffWhereItDoesNotPay) {
    CostModel costs;
    for (int i = 0; i < 50; i++) {
        costs.recordDense(1, 10);
        costs.recordSparse(9); // a sparse step that saves nothing to speak of
        costs.recordDense(4, 22);
        costs.recordDense(8, 38);
    }
    FakeDecoder decoder;
    decoder.draft = Draft::oracle;
    Generation generation(decoder, costs, startOf(optionsOf(Mode::exact, 10), promptOf(6, 10)));
    Reader reader;
    CHECK(generation.run(reader) == Ending::finished);
    CHECK(decoder.sparsePasses == 0);
    CHECK(decoder.taught == 1); // the prompt's pass: no step pays for what nobody uses
    CHECK(generation.report().off.find("no sparse draft gains 3%") == 0);
}

TEST(theControllerBoundsTheLossOfABadDrafterAndTakesTheGainOfAGoodOne) {
    constexpr int length = 400;
    const double denseMs = 10.0 * length;
    for (const Draft draft : {Draft::oracle, Draft::wrong}) {
        CostModel costs;
        for (const double least : {0.97, 0.98}) { // the second generation knows what the first one tried
            FakeDecoder decoder;
            decoder.draft = draft;
            decoder.sparseMs = 3;
            Generation generation(decoder, costs, startOf(optionsOf(Mode::exact, length), promptOf(8, 2)));
            Reader reader;
            generation.run(reader);
            const double ratio = denseMs / decoder.clock;
            // with c = 0.3, v(n) = 1 + 0.2 (n - 1) and every draft right: n / (0.3 (n - 1) + v(n)), at most 2
            CHECK_WITH(draft == Draft::wrong ? ratio > least && ratio <= 1.01 : ratio > 1.6 && ratio < 2.0,
                       std::to_string(ratio));
        }
    }
}

TEST(hostileNgramsCostThreePercentAtMost) {
    constexpr int length = 300;
    const Tokens prompt = promptOf(9, 40);
    const Outcome expected = dense(prompt, length);
    CostModel costs;
    for (const double least : {0.97, 0.975}) {
        FakeDecoder decoder;
        Generation::Start start = startOf(optionsOf(Mode::exact, length, DrafterChoice::ngram), prompt);
        // every context is known, 8 tokens long, and is followed by something else than what comes
        for (std::size_t i = 8; i < expected.tokens.size(); i++) {
            Tokens trap(expected.tokens.begin() + static_cast<std::ptrdiff_t>(i - 8),
                        expected.tokens.begin() + static_cast<std::ptrdiff_t>(i));
            for (Token t = 0; t < 12; t++)
                trap.push_back(1 + (expected.tokens[i] + t) % (FakeDecoder::tokens - 1));
            start.draftSources.push_back(trap);
        }
        Generation generation(decoder, costs, std::move(start));
        Reader reader;
        generation.run(reader);
        CHECK(outcomeOf(generation, Ending::finished).tokens == expected.tokens);
        CHECK(generation.report().ngramVerifies > 0);
        const double ratio = (10.0 * length + 2 * 38 + 10) / decoder.clock; // the prompt's pass and the steps
        CHECK_WITH(ratio > least, std::to_string(ratio));
    }
}

TEST(whenChecksAreWishedForIsOfNoConcernToExact) {
    for (const int wrongEvery : {4, 1000}) {
        std::vector<Report> reports;
        for (const CheckPolicy::Kind kind :
             {CheckPolicy::Kind::automatic, CheckPolicy::Kind::risk, CheckPolicy::Kind::fixed}) {
            FakeDecoder decoder;
            decoder.draft = Draft::oracle;
            decoder.sparseMs = 2;
            for (int position = 0; position < 500; position += wrongEvery)
                decoder.sparseScript[position] = 1;
            Options options = optionsOf(Mode::exact, 400);
            options.check.kind = kind;
            reports.push_back(generate(decoder, options, promptOf(12, 10)).report);
            CHECK(reports.back().sparseSteps > 100);
        }
        CHECK(reports[1].densePasses == reports[0].densePasses);
        CHECK(reports[2].densePasses == reports[0].densePasses);
    }
}

TEST(whyNothingWasDraftedIsSaidOnlyWhereNothingWas) {
    FakeDecoder repeating;
    repeating.cycle = 9;
    const Outcome drafted = generate(repeating, optionsOf(Mode::exact, 100), promptOf(3, 12));
    CHECK(drafted.report.drafted > 0 && drafted.report.off.empty());
    FakeDecoder fresh;
    const Outcome none = generate(fresh, optionsOf(Mode::exact, 5), promptOf(4, 12));
    CHECK(none.report.drafted == 0 && none.report.off == "no sparsity is configured");
}

TEST(aMemoryThatTakesNothingBackIsReadDense) {
    for (const Mode mode : {Mode::exact, Mode::balanced, Mode::fast}) {
        FakeDecoder decoder;
        decoder.cycle = 9;
        decoder.rollsBack = false;
        decoder.draft = Draft::wrong;
        const Outcome outcome = generate(decoder, optionsOf(mode, 100), promptOf(3, 12));
        CHECK(outcome.ending == Ending::finished && outcome.tokens.size() == 100);
        CHECK(decoder.holds(outcome.cached));
        if (mode == Mode::fast)
            continue;
        CHECK(outcome.tokens == dense(promptOf(3, 12), 100, 9).tokens);
        CHECK(outcome.report.drafted == 0 && outcome.report.off.find("cannot take tokens back") > 0);
    }
}

TEST(cachedPromptTokensNeedNoPass) {
    FakeDecoder decoder;
    const Tokens prompt = promptOf(7, 30);
    const Outcome first = generate(decoder, optionsOf(Mode::dense, 5), prompt);
    const int before = decoder.densePasses;
    const Outcome again = generate(decoder, optionsOf(Mode::dense, 5), prompt, 29);
    CHECK(again.tokens == first.tokens);
    CHECK(again.report.reused == 29);
    CHECK(decoder.densePasses == before + 5);
}

TEST_MAIN
