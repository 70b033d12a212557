// Cancelled, paused or failing at any pass: only dense cells of verified tokens stay, and what follows is as
// if nothing had been.
#include "../harness.h"
#include "fake-decoder.h"

using namespace fake;

namespace {

struct Setting {
    Mode mode;
    Draft draft;
    int cycle = 0; ///< above 0: text that repeats, for n-grams
    int width = 1; ///< paths of a draft
};

const std::vector<Setting> settings = {
    {Mode::dense, Draft::none},        {Mode::exact, Draft::none},
    {Mode::exact, Draft::oracle},      {Mode::exact, Draft::noisy},
    {Mode::exact, Draft::none, 6},     {Mode::balanced, Draft::noisy},
    {Mode::fast, Draft::noisy},        {Mode::exact, Draft::second, 0, 3},
    {Mode::exact, Draft::noisy, 0, 2}, {Mode::balanced, Draft::noisy, 0, 4}};

Options optionsFor(const Setting & setting) {
    Options options = optionsOf(
        setting.mode, 24, setting.draft == Draft::none ? DrafterChoice::automatic : DrafterChoice::sparse);
    options.maxDraft = 5;
    options.treeWidth = setting.width;
    options.prefillChunk = 4;
    options.probeEvery = 5;
    return options;
}

void checkNextIsFresh(FakeDecoder & decoder, const Tokens & cached, const Tokens & prompt) {
    CHECK(decoder.holds(cached));
    decoder.before = [](int) { return DecodeStatus::ok; };
    FakeDecoder fresh;
    fresh.cycle = decoder.cycle;
    int common = 0;
    while (common < static_cast<int>(std::min(cached.size(), prompt.size())) &&
           cached[static_cast<std::size_t>(common)] == prompt[static_cast<std::size_t>(common)]) {
        common++;
    }
    const Outcome next = generate(decoder, optionsOf(Mode::dense, 12), prompt, common);
    CHECK(next.tokens == generate(fresh, optionsOf(Mode::dense, 12), prompt).tokens);
    CHECK(decoder.holds(next.cached));
}

} // namespace

TEST(cancelledAtEveryPass) {
    const Tokens prompt = promptOf(1, 14);
    for (const Setting & setting : settings) {
        for (int at = 1; at < 60; at++) {
            FakeDecoder decoder;
            decoder.draft = setting.draft;
            decoder.cycle = setting.cycle;
            decoder.parts = setting.width > 1;
            CostModel costs;
            Generation generation(decoder, costs, startOf(optionsFor(setting), prompt));
            decoder.before = [&](int pass) {
                if (pass == at)
                    generation.request(Request::cancel);
                return pass == at && pass % 2 == 0 ? DecodeStatus::aborted : DecodeStatus::ok;
            };
            Reader reader;
            CHECK(generation.run(reader) == Ending::finished);
            const bool reached = decoder.passes >= at;
            CHECK(!reached || decoder.passes <= at + 1); // a probe may follow the pass in which the wish came
            checkNextIsFresh(decoder, generation.cachedTokens(), prompt);
        }
    }
}

TEST(pausedAtEveryPassAndResumed) {
    const Tokens prompt = promptOf(2, 14);
    for (const Setting & setting : settings) {
        FakeDecoder whole;
        whole.draft = setting.draft;
        whole.cycle = setting.cycle;
        const Outcome expected = generate(whole, optionsFor(setting), prompt);
        CHECK(setting.cycle == 0 || expected.report.ngramDrafted > 0);
        for (int at = 1; at < 50; at++) {
            FakeDecoder decoder;
            decoder.draft = setting.draft;
            decoder.cycle = setting.cycle;
            decoder.parts = setting.width > 1;
            CostModel costs;
            Generation generation(decoder, costs, startOf(optionsFor(setting), prompt));
            decoder.before = [&](int pass) {
                if (pass % at == 0)
                    generation.request(Request::pause);
                return DecodeStatus::ok;
            };
            Reader reader;
            int pauses = 0;
            generation.clearPause();
            Ending ending = generation.run(reader);
            for (; ending == Ending::paused && pauses < 200; pauses++) {
                CHECK(setting.mode == Mode::fast || decoder.holds(generation.cachedTokens()));
                if (pauses == 60)
                    decoder.before = [](int) { return DecodeStatus::ok; }; // a window is longer than `at`
                generation.clearPause();
                ending = generation.run(reader);
            }
            CHECK(ending == Ending::finished);
            if (setting.mode != Mode::balanced) { // where windows begin decides what Balanced accepts
                CHECK(outcomeOf(generation, ending).tokens == expected.tokens);
            }
            CHECK(reader.text == generation.output().text());
            CHECK(decoder.holds(generation.cachedTokens()));
        }
    }
}

TEST(failingAtEveryPass) {
    const Tokens prompt = promptOf(3, 14);
    for (const Setting & setting : settings) {
        for (int at = 1; at < 50; at++) {
            FakeDecoder decoder;
            decoder.draft = setting.draft;
            decoder.cycle = setting.cycle;
            decoder.parts = setting.width > 1;
            decoder.before = [at](int pass) { return pass == at ? DecodeStatus::failed : DecodeStatus::ok; };
            CostModel costs;
            Generation generation(decoder, costs, startOf(optionsFor(setting), prompt));
            Reader reader;
            const Ending ending = generation.run(reader);
            CHECK(ending == (decoder.passes >= at ? Ending::failed : Ending::finished));
            CHECK(ending != Ending::failed || !generation.failure().empty());
            checkNextIsFresh(decoder, generation.cachedTokens(), prompt);
        }
    }
}

TEST(aCacheThatIsFullEndsTheGeneration) {
    for (int at = 4; at < 30; at++) {
        FakeDecoder decoder;
        decoder.draft = Draft::noisy;
        decoder.before = [at](int pass) { return pass == at ? DecodeStatus::full : DecodeStatus::ok; };
        CostModel costs;
        Generation generation(decoder, costs,
                              startOf(optionsFor({Mode::exact, Draft::noisy}), promptOf(4, 8)));
        Reader reader;
        CHECK(generation.run(reader) == Ending::finished);
        CHECK(decoder.passes < at || generation.stopReason() == StopReason::contextFull);
        checkNextIsFresh(decoder, generation.cachedTokens(), promptOf(4, 8));
    }
}

TEST(endedByAStopRule) {
    FakeDecoder decoder;
    CostModel costs;
    Generation generation(decoder, costs, startOf(optionsOf(Mode::dense, 50), promptOf(5, 8)));
    Reader reader;
    reader.seen = [&](const Batch &) {
        if (reader.tokens.size() == 7)
            generation.request(Request::stopRule);
    };
    CHECK(generation.run(reader) == Ending::finished);
    CHECK(generation.stopReason() == StopReason::stopRule);
    CHECK(reader.tokens.size() == 7);
}

TEST(aPauseDoesNotTakeBackACancel) {
    FakeDecoder decoder;
    CostModel costs;
    Generation generation(decoder, costs, startOf(optionsOf(Mode::dense, 50), promptOf(6, 8)));
    generation.request(Request::cancel);
    generation.request(Request::pause);
    generation.clearPause();
    Reader reader;
    CHECK(generation.run(reader) == Ending::finished);
    CHECK(generation.stopReason() == StopReason::cancelled);
    CHECK(reader.tokens.empty());
}

TEST_MAIN
