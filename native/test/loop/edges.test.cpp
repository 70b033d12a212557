// Window edges: end of generation, stop strings, a full context, split characters, windows of one, grammars.
#include "../harness.h"
#include "fake-decoder.h"

#include <stdexcept>

using namespace fake;

namespace {

Options window(Mode mode, int maxTokens, int period) {
    Options options = optionsOf(mode, maxTokens, DrafterChoice::sparse);
    options.check.kind = CheckPolicy::Kind::fixed;
    options.check.period = period;
    return options;
}

/** Even and odd tokens take turns; refuses to be told anything else. What a grammar is to the loop. */
class Alternating final : public Sampler {
  public:
    std::unique_ptr<Sampler> clone() const override { return std::make_unique<Alternating>(*this); }
    bool plain() const override { return false; }
    Distribution distribution(const float * logits, int count) override {
        Token best = -1;
        for (Token t = 1; t < count; t++) {
            if (t % 2 == parity_ && (best < 0 || logits[t] > logits[best]))
                best = t;
        }
        return {{best, 1.0}};
    }
    void accept(Token token, Part part) override {
        if (part == Part::prompt)
            return;
        if (token % 2 != parity_)
            throw std::runtime_error("the grammar forbids this token");
        parity_ = 1 - parity_;
    }

  private:
    int parity_ = 0;
};

/** Greedy until it has been told so many tokens in a row by one copy of it. */
class Throwing final : public Sampler {
  public:
    explicit Throwing(int after) : left_(after) {}
    std::unique_ptr<Sampler> clone() const override { return std::make_unique<Throwing>(*this); }
    bool plain() const override { return false; }
    Distribution distribution(const float * logits, int count) override {
        return {{measure(logits, count).best, 1.0}};
    }
    void accept(Token, Part part) override {
        if (part == Part::output && --left_ < 0)
            throw std::runtime_error("no more");
    }

  private:
    int left_;
};

} // namespace

TEST(endInsideAWindowCountsOnlyWhenVerified) {
    for (const Mode mode : {Mode::exact, Mode::balanced}) {
        FakeDecoder decoder;
        decoder.draft = Draft::oracle;
        decoder.sparseScript[14] =
            FakeDecoder::endToken; // the sparse pass wants to end, the dense one doesn't
        const Outcome outcome = generate(decoder, window(mode, 30, 8), promptOf(1, 10));
        CHECK(outcome.reason == StopReason::maxTokens);
        CHECK(outcome.tokens.size() == 30);

        FakeDecoder ending;
        ending.draft = Draft::oracle;
        ending.script[15] = FakeDecoder::endToken;
        const Outcome ended = generate(ending, window(mode, 30, 8), promptOf(1, 10));
        CHECK(ended.reason == StopReason::eos);
        CHECK(ended.tokens.size() == 5);
        CHECK(ending.holds(ended.cached));
    }
}

TEST(aStopTokenIsAnEndThatCountsOnlyWhenVerified) {
    for (const Mode mode : {Mode::dense, Mode::exact, Mode::balanced}) {
        FakeDecoder decoder;
        decoder.draft = Draft::oracle;
        decoder.sparseScript[14] = 33; // only the sparse pass wants this end
        decoder.script[18] = 34;
        Options options = window(mode, 30, 8);
        options.stopTokens = {33, 34};
        const Outcome outcome = generate(decoder, options, promptOf(1, 10));
        CHECK(outcome.reason == StopReason::eos);
        CHECK(outcome.tokens.size() == 8);
        CHECK(decoder.holds(outcome.cached));
    }
}

TEST(stopStringsAreFoundAcrossTheWindowsEdge) {
    for (int period = 1; period <= 9; period++) {
        for (const Draft draft : {Draft::oracle, Draft::wrong}) {
            FakeDecoder decoder;
            decoder.draft = draft;
            decoder.pieces = {{11, "xx<"}, {12, "st"}, {13, "op>"}, {14, "yy"}};
            decoder.script = {{12, 11}, {13, 12}, {14, 13}, {15, 14}};
            Options options = window(Mode::exact, 40, period);
            options.stopStrings = {"<stop>", "never"};
            CostModel costs;
            Generation generation(decoder, costs, startOf(options, promptOf(2, 10)));
            Reader reader;
            reader.seen = [&](const Batch & batch) { CHECK(batch.text.find('<') == std::string::npos); };
            generation.run(reader);
            CHECK(generation.stopReason() == StopReason::stopString);
            CHECK(reader.text.size() == 4); // two tokens, then "xx"
            CHECK(reader.text.substr(2) == "xx");
            CHECK(generation.output().text() == reader.text);
            CHECK(reader.tokens.size() == 5);
            CHECK(decoder.holds(generation.cachedTokens()));
        }
    }
}

TEST(whatOnlyLooksLikeAStopStringIsShownInTheEnd) {
    FakeDecoder decoder;
    decoder.pieces = {{11, "<sto"}};
    decoder.script = {{12, 11}};
    Options options = optionsOf(Mode::dense, 3);
    options.stopStrings = {"<stop>"};
    CostModel costs;
    Generation generation(decoder, costs, startOf(options, promptOf(3, 10)));
    Reader reader;
    generation.run(reader);
    CHECK(reader.text.size() == 6);
    CHECK(reader.text.substr(2) == "<sto");
}

TEST(windowsOfOneAreDenseSteps) {
    FakeDecoder decoder;
    decoder.draft = Draft::wrong;
    const Outcome outcome = generate(decoder, window(Mode::balanced, 12, 1), promptOf(4, 10));
    FakeDecoder plain;
    CHECK(outcome.tokens == generate(plain, optionsOf(Mode::dense, 12), promptOf(4, 10)).tokens);
    CHECK(decoder.sparsePasses == 0);
    CHECK(outcome.report.verifies == 0);
}

TEST(aContextThatFillsInMidWindowEndsAsADenseOneDoes) {
    for (int size = 11; size < 24; size++) {
        FakeDecoder plain;
        plain.size = size;
        const Outcome expected = generate(plain, optionsOf(Mode::dense, 100), promptOf(5, 10));
        CHECK(expected.reason == StopReason::contextFull);
        for (const Draft draft : {Draft::oracle, Draft::wrong, Draft::noisy}) {
            FakeDecoder decoder;
            decoder.size = size;
            decoder.draft = draft;
            const Outcome outcome = generate(decoder, window(Mode::exact, 100, 8), promptOf(5, 10));
            CHECK(outcome.reason == StopReason::contextFull);
            CHECK(outcome.tokens == expected.tokens);
            CHECK(decoder.holds(outcome.cached));
        }
    }
}

TEST(aFullContextDropsItsOldestTokensAndGoesOn) {
    for (const Mode mode : {Mode::dense, Mode::exact, Mode::balanced, Mode::fast}) {
        FakeDecoder decoder;
        decoder.size = 32;
        decoder.draft = Draft::oracle;
        const Tokens prompt = promptOf(5, 12);
        Options options = window(mode, 120, 6);
        options.keepFirst = 5;
        CostModel costs;
        Generation generation(decoder, costs, startOf(options, prompt));
        Reader reader;
        int atShift = -1;
        reader.seen = [&](const Batch &) {
            if (atShift < 0 && generation.report().shifts > 0)
                atShift = generation.report().drafted;
        };
        const Ending ending = generation.run(reader);
        const Outcome outcome = outcomeOf(generation, ending);
        const bool drafts = mode == Mode::exact || mode == Mode::balanced;
        CHECK(!drafts || outcome.report.drafted > atShift + 50);
        CHECK(outcome.reason == StopReason::maxTokens);
        CHECK(outcome.tokens.size() == 120);
        CHECK(outcome.report.shifts >= 6);
        CHECK(decoder.holds(outcome.cached));
        CHECK(Tokens(outcome.cached.begin(), outcome.cached.begin() + 5) ==
              Tokens(prompt.begin(), prompt.begin() + 5));
        if (mode != Mode::fast) { // what follows the kept beginning is the end of the text
            const Tokens end(outcome.tokens.end() - 8, outcome.tokens.end() - 1);
            CHECK(Tokens(outcome.cached.end() - 7, outcome.cached.end()) == end);
        }
    }
}

TEST(aMemoryThatCannotShiftEndsWithAFullContext) {
    FakeDecoder decoder;
    decoder.size = 24;
    decoder.shifts = false;
    Options options = optionsOf(Mode::dense, 100);
    options.keepFirst = 4;
    const Outcome outcome = generate(decoder, options, promptOf(5, 12));
    CHECK(outcome.reason == StopReason::contextFull);
    CHECK(outcome.report.shifts == 0);
    CHECK(decoder.holds(outcome.cached));
}

TEST(cellsBehindAGapMoveUpInsteadOfBeingEvaluatedAgain) {
    for (const bool shifts : {true, false}) {
        FakeDecoder decoder;
        decoder.shifts = shifts;
        const Tokens first = promptOf(6, 40);
        generate(decoder, optionsOf(Mode::dense, 1), first);
        Tokens second(first.begin(), first.begin() + 10);
        second.insert(second.end(), first.begin() + 18, first.begin() + 36);
        CostModel costs;
        Generation::Start start = startOf(optionsOf(Mode::dense, 6), second, 10);
        start.moved = {8, 17};
        Generation generation(decoder, costs, std::move(start));
        Reader reader;
        CHECK(generation.run(reader) == Ending::finished);
        CHECK(generation.report().reused == (shifts ? 27 : 10));
        CHECK(generation.exactCells() == (shifts ? 10 : 33));
        CHECK(decoder.holds(generation.cachedTokens()));
        FakeDecoder fresh; // the made-up model looks back four tokens only
        CHECK(reader.tokens.size() == 6);
        CHECK(outcomeOf(generation, Ending::finished).tokens ==
              generate(fresh, optionsOf(Mode::dense, 6), second).tokens);
    }
}

TEST(cellsAreExactUntilAShiftAndUpToIt) {
    FakeDecoder decoder;
    decoder.size = 40;
    const Tokens prompt = promptOf(7, 20);
    generate(decoder, optionsOf(Mode::dense, 1), prompt);
    for (const int exact : {12, 15}) { // of 15 reused cells
        CostModel costs;
        Generation::Start start = startOf(optionsOf(Mode::dense, 4), prompt, 15);
        start.exact = exact;
        Generation generation(decoder, costs, std::move(start));
        Reader reader;
        generation.run(reader);
        CHECK(generation.exactCells() == (exact == 12 ? 12 : 23));
    }
    Options options = optionsOf(Mode::dense, 40);
    options.keepFirst = 6;
    CostModel costs;
    Generation generation(decoder, costs, startOf(options, prompt));
    Reader reader;
    generation.run(reader);
    CHECK(generation.report().shifts > 0 && generation.exactCells() == 6);
}

TEST(charactersSplitOverTokensArriveWhole) {
    for (int period = 1; period <= 6; period++) {
        FakeDecoder decoder;
        decoder.draft = Draft::oracle;
        decoder.pieces = {{11, "a\xE2"}, {12, "\x82"}, {13, "\xAC"}, {14, "\xF0\x9F"}, {15, "\x98\x80z"}};
        decoder.script = {{10, 11}, {11, 12}, {12, 13}, {13, 14}, {14, 15}};
        Options options = window(Mode::exact, 5, period);
        CostModel costs;
        Generation generation(decoder, costs, startOf(options, promptOf(6, 10)));
        std::string text;
        Reader reader;
        reader.seen = [&](const Batch & batch) {
            CHECK(incompleteUtf8(batch.text) == 0);
            CHECK(batch.text.empty() || (static_cast<unsigned char>(batch.text[0]) & 0xC0) != 0x80);
        };
        generation.run(reader);
        CHECK(reader.text == "a\xE2\x82\xAC\xF0\x9F\x98\x80z");
    }
}

TEST(anIncompleteCharacterAtTheEndIsDropped) {
    FakeDecoder decoder;
    decoder.pieces = {{11, "a\xE2\x82"}};
    decoder.script = {{10, 11}};
    CHECK(generate(decoder, optionsOf(Mode::dense, 1), promptOf(6, 10)).text == "a");
}

TEST(aGrammarIsRolledBackWithTheDraft) {
    for (int seed = 0; seed < 20; seed++) {
        FakeDecoder plain;
        const Outcome expected = generate(plain, optionsOf(Mode::dense, 40), promptOf(seed, 10), 0,
                                          std::make_unique<Alternating>());
        CHECK(expected.ending == Ending::finished);
        for (std::size_t i = 0; i < expected.tokens.size(); i++)
            CHECK(expected.tokens[i] % 2 == static_cast<int>(i % 2));
        for (const Draft draft : {Draft::oracle, Draft::wrong, Draft::noisy}) {
            FakeDecoder decoder;
            decoder.draft = draft;
            const Outcome outcome = generate(decoder, window(Mode::exact, 40, 6), promptOf(seed, 10), 0,
                                             std::make_unique<Alternating>());
            CHECK(outcome.ending == Ending::finished);
            CHECK(outcome.tokens == expected.tokens);
        }
    }
}

TEST(aGrammarThatForbidsAnNgramDraftRefusesIt) {
    FakeDecoder plain;
    plain.cycle = 9;
    const Outcome expected =
        generate(plain, optionsOf(Mode::dense, 60), promptOf(8, 30), 0, std::make_unique<Alternating>());
    FakeDecoder decoder;
    decoder.cycle = 9;
    CostModel costs;
    Generation::Start start =
        startOf(optionsOf(Mode::exact, 60), promptOf(8, 30), 0, std::make_unique<Alternating>());
    // a source that says the same token twice in a row: impossible in this grammar
    Tokens source;
    for (const Token token : expected.tokens)
        source.insert(source.end(), {token, token});
    start.draftSources.push_back(source);
    Generation generation(decoder, costs, std::move(start));
    Reader reader;
    CHECK(generation.run(reader) == Ending::finished);
    CHECK(generation.report().ngramDrafted > 0 && generation.report().rollbacks > 0);
    CHECK(outcomeOf(generation, Ending::finished).tokens == expected.tokens);
}

TEST(aSamplerThatThrowsInADraftLeavesOnlyDenseCells) {
    for (int at = 1; at < 12; at++) {
        FakeDecoder decoder;
        decoder.draft = Draft::noisy;
        CostModel costs;
        Generation generation(
            decoder, costs,
            startOf(window(Mode::exact, 40, 6), promptOf(3, 10), 0, std::make_unique<Throwing>(at)));
        Reader reader;
        CHECK(generation.run(reader) == Ending::failed);
        CHECK(decoder.holds(generation.cachedTokens()));
    }
}

TEST(previewsAreTakenBackAndTheTextIsTheVerifiedOne) {
    FakeDecoder decoder;
    decoder.draft = Draft::noisy;
    Options options = window(Mode::exact, 40, 8);
    options.provisional = true;
    CostModel costs;
    Generation generation(decoder, costs, startOf(options, promptOf(9, 10)));
    Reader reader;
    generation.run(reader);
    CHECK(reader.unverified);
    CHECK(reader.text == generation.output().text());
    FakeDecoder plain;
    CHECK(reader.text == generate(plain, optionsOf(Mode::dense, 40), promptOf(9, 10)).text);
}

TEST_MAIN
