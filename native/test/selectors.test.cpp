// What selectors choose: exact top-K, thresholds that hold their density, masks from statistics, input
// channels, allocation.
#include "harness.h"
#include "model.h"
#include "session.h"

#include "layout/gguf-source.h"
#include "selectors/allocation.h"
#include "selectors/fixed-mask.h"
#include "selectors/input-selectors.h"

#include <numeric>

using namespace sparse_pilot;
using namespace model;

namespace {

constexpr int d = 64, f = 256;

struct Fixture {
    Random random{42};
    std::vector<Ffn> ffns;
    std::unique_ptr<Engine> engine;

    explicit Fixture(int layers) {
        for (int l = 0; l < layers; ++l)
            ffns.emplace_back(Types{GGML_TYPE_Q8_0, GGML_TYPE_Q8_0, GGML_TYPE_Q8_0}, d, f, true, random);
        const sp_engine_options options = sp_engine_default_options();
        const auto load = [this](int l) {
            LoadedFfn loaded;
            loaded.weights = ffns[static_cast<size_t>(l)].weights();
            return loaded;
        };
        engine = std::make_unique<Engine>(layers, load, options);
    }
};

sp_settings settingsOf(sp_selector selector, float density) {
    sp_settings s = sp_default_settings();
    s.selector = selector;
    s.density = density;
    return s;
}

void observe(Session & session, int layer, const std::vector<float> & gate, const std::vector<float> & up,
             int tokens, int nth = 1) {
    onThreads(nth, [&](int ith, int n) {
        sp_observe_args a = {};
        a.layer = layer;
        a.gate_pre = gate.data();
        a.up = up.data();
        a.n_tokens = tokens;
        a.gate_stride = a.up_stride = f * sizeof(float);
        a.ith = ith;
        a.nth = n;
        session.observe(a);
    });
}

double pass(Session & session, int layer, const std::vector<float> & x) {
    std::vector<float> y(d);
    session.forward({layer, SP_ACT_SILU, x.data(), nullptr, y.data(), 0, 1});
    return session.totals(layer).lastDensity;
}

bool throws(const std::function<void()> & fn) {
    try {
        fn();
    } catch (const std::runtime_error &) {
        return true;
    }
    return false;
}

} // namespace

TEST(kthLargestIsExact) {
    Random random(3);
    std::vector<float> scratch;
    for (const int n : {1, 2, 31, 500, 9000}) {
        std::vector<float> v = random.vector(static_cast<size_t>(n), 1);
        for (float & x : v)
            x = std::fabs(x) * (random.uniform() < 0.2f ? 0.0f : 1.0f);
        std::vector<float> sorted = v;
        std::sort(sorted.rbegin(), sorted.rend());
        for (const int k : {1, (n + 1) / 2, n})
            CHECK(kthLargest(v.data(), n, k, scratch) == sorted[static_cast<size_t>(k) - 1]);
    }
}

TEST(densityIsHeldFromTheFirstToken) {
    Fixture fixture(1);
    for (const sp_selector selector : {SP_CATS, SP_CHESS, SP_TOPK}) {
        for (const float target : {0.3f, 0.7f}) {
            Session session(*fixture.engine);
            session.configure(settingsOf(selector, target));
            for (int t = 0; t < 300; ++t) {
                const float loudness = t < 150 ? 1.0f : 2.5f; // the text changes in the middle
                const double density = pass(session, 0, fixture.random.vector(d, loudness));
                if (t == 0)
                    CHECK(std::fabs(density - static_cast<double>(target)) < 0.01);
            }
            session.clearTotals();
            for (int t = 0; t < 100; ++t)
                pass(session, 0, fixture.random.vector(d, 2.5f));
            const double mean = session.totals(0).density / 100;
            CHECK_WITH(std::fabs(mean - static_cast<double>(target)) < 0.02, std::to_string(mean));
        }
    }
}

TEST(thresholdsComeFromTheObservedPrompt) {
    Fixture fixture(1);
    Session session(*fixture.engine);
    sp_settings settings = settingsOf(SP_CATS, 0.4f);
    settings.hold = false;
    session.configure(settings);
    CHECK(session.wantsObservation(0));
    const Ffn & ffn = fixture.ffns[0];
    std::vector<float> gate, up;
    for (int t = 0; t < 8; ++t) {
        const std::vector<float> x = fixture.random.vector(d, 1);
        for (const double g : gateProducts(ffn, x))
            gate.push_back(static_cast<float>(g));
        for (int j = 0; j < f; ++j)
            up.push_back(static_cast<float>(ffn.up.dot(j, widened(x))));
    }
    observe(session, 0, gate, up, 8, 2);
    double sum = 0;
    for (int t = 0; t < 60; ++t)
        sum += pass(session, 0, fixture.random.vector(d, 1));
    CHECK_WITH(std::fabs(sum / 60 - 0.4) < 0.04, std::to_string(sum / 60));
}

TEST(griffinKeepsThePromptsNeuronsAndRollingFollowsTheText) {
    Fixture fixture(1);
    // Two texts: the first excites the lower half of the neurons, the second the upper half.
    const auto text = [](bool upper) {
        std::vector<float> v(static_cast<size_t>(f) * 4);
        for (size_t i = 0; i < v.size(); ++i)
            v[i] = (i % f >= f / 2) == upper ? 2.0f : 0.01f;
        return v;
    };
    for (const sp_selector selector : {SP_GRIFFIN, SP_ROLLING}) {
        Session session(*fixture.engine);
        sp_settings settings = settingsOf(selector, 0.5f);
        settings.decay = 0.9f;
        session.configure(settings);
        CHECK(pass(session, 0, fixture.random.vector(d, 1)) == 1); // no mask yet: everything
        session.reset();
        observe(session, 0, text(false), text(false), 4, 3);
        const std::vector<float> x = fixture.random.vector(d, 1);
        const std::vector<double> gate = gateValues(fixture.ffns[0], SP_ACT_SILU, x);
        const auto kept = [&] { // which half does the output come from?
            std::vector<float> y(d);
            session.forward({0, SP_ACT_SILU, x.data(), nullptr, y.data(), 0, 1});
            for (const bool upper : {false, true}) {
                std::vector<char> keep(f);
                for (size_t j = 0; j < keep.size(); ++j)
                    keep[j] = (j >= f / 2) == upper;
                if (relativeError(y, reference(fixture.ffns[0], gate, x, keep)) < 1e-2)
                    return upper ? 1 : 0;
            }
            return -1;
        };
        CHECK(kept() == 0);
        for (int i = 0; i < 10; ++i)
            observe(session, 0, text(true), text(true), 4);
        CHECK(kept() == (selector == SP_ROLLING ? 1 : 0));
        if (selector == SP_GRIFFIN) { // a new request may draw a new mask, from all that was seen
            session.beginRequest(1000);
            observe(session, 0, text(true), text(true), 4);
            CHECK(kept() == 1);
        }
    }
}

TEST(anotherPromptDrawsAnotherMask) {
    Fixture fixture(1);
    const auto text = [](size_t first) { // the neurons of one quarter are loud
        std::vector<float> v(static_cast<size_t>(f) * 16);
        for (size_t i = 0; i < v.size(); ++i)
            v[i] = (i % f) / (f / 4) == first ? 2.0f : 0.01f;
        return v;
    };
    const auto mask = [](const Session & session) { return *session.decision(0).fixed.ids; };
    for (const sp_selector selector : {SP_GRIFFIN, SP_ROLLING}) {
        Session session(*fixture.engine);
        session.configure(settingsOf(selector, 0.25f));
        for (int i = 0; i < 10; ++i)
            observe(session, 0, text(0), text(0), 16);
        pass(session, 0, fixture.random.vector(d, 1));
        const std::vector<int32_t> before = mask(session);
        CHECK(before.front() == 0 && before.back() == f / 4 - 1);

        session.beginRequest(160); // the same prompt goes on: the mask stays
        CHECK(mask(session) == before);

        session.beginRequest(3); // nothing of it stands: no mask until the new prompt was seen
        CHECK(session.decision(0).kind == Decision::Kind::All);
        observe(session, 0, text(2), text(2), 16);
        CHECK(mask(session).front() == f / 2);

        // a tenth of what was seen still stands: the new part outweighs it
        for (int i = 0; i < 9; ++i)
            observe(session, 0, text(2), text(2), 16);
        session.beginRequest(16);
        observe(session, 0, text(1), text(1), 16);
        observe(session, 0, text(1), text(1), 16);
        CHECK(mask(session).front() == f / 4);
    }
}

TEST(theLastLayerAsksForRowsUntilItHasSeenSome) {
    Fixture fixture(2);
    Session session(*fixture.engine);
    CHECK(session.promptRows() == 0);
    session.configure(settingsOf(SP_CATS, 0.5f)); // finds its threshold without them
    CHECK(session.promptRows() == 0);
    for (const sp_selector selector : {SP_GRIFFIN, SP_ROLLING}) {
        session.configure(settingsOf(selector, 0.5f));
        session.reset();
        CHECK(session.promptRows() == 8);
        const std::vector<float> rows = fixture.random.vector(static_cast<size_t>(f) * 8, 1);
        observe(session, 0, rows, rows, 8);
        CHECK(session.promptRows() == 8);
        observe(session, 1, rows, rows, 8);
        CHECK(session.promptRows() == 0);
        session.beginRequest(0);
        CHECK(session.promptRows() == 8);
    }
}

TEST(aLayerThatSawOneRowChoosesForEachToken) {
    Fixture fixture(1);
    for (const sp_selector selector : {SP_GRIFFIN, SP_ROLLING}) {
        Session session(*fixture.engine);
        session.configure(settingsOf(selector, 0.5f));
        const std::vector<float> row = fixture.random.vector(f, 1);
        observe(session, 0, row, row, 1);
        for (int i = 0; i < 3; ++i) {
            const std::vector<float> x = fixture.random.vector(d, 1);
            const std::vector<double> gate = gateValues(fixture.ffns[0], SP_ACT_SILU, x);
            std::vector<double> sizes;
            for (const double g : gate)
                sizes.push_back(std::fabs(g));
            std::nth_element(sizes.begin(), sizes.begin() + f / 2, sizes.end());
            std::vector<char> keep(f);
            for (size_t j = 0; j < keep.size(); ++j)
                keep[j] = std::fabs(gate[j]) >= sizes[f / 2];
            std::vector<float> y(d);
            session.forward({0, SP_ACT_SILU, x.data(), nullptr, y.data(), 0, 1});
            CHECK(std::fabs(session.totals(0).lastDensity - 0.5) < 0.02);
            CHECK(relativeError(y, reference(fixture.ffns[0], gate, x, keep)) < 0.05);
        }
        for (int i = 0; i < 4; ++i)
            observe(session, 0, row, row, 1);
        CHECK(session.decision(0).kind == Decision::Kind::Fixed);
    }
}

TEST(observationDoesNotDependOnTheThreadCount) {
    Fixture fixture(1);
    const std::vector<float> gate = fixture.random.vector(f * 7, 1), up = fixture.random.vector(f * 7, 1);
    std::vector<std::vector<float>> seen;
    for (const int nth : {1, 2, 3}) {
        Session session(*fixture.engine);
        session.beginCalibration();
        observe(session, 0, gate, up, 7, nth);
        seen.push_back(session.statistics(0).importance);
        double sum = 0;
        for (const float v : seen.back())
            sum += static_cast<double>(v);
        CHECK(std::fabs(sum - 7) < 1e-3); // unit vectors
        CHECK(session.statistics(0).gates.rows() == 7);
    }
    for (size_t j = 0; j < seen[0].size(); ++j) {
        CHECK(std::fabs(seen[0][j] - seen[1][j]) < 1e-5f);
        CHECK(std::fabs(seen[0][j] - seen[2][j]) < 1e-5f);
    }
}

TEST(settingsAreCheckedAndLayersCompose) {
    Fixture fixture(4);
    Session session(*fixture.engine);
    CHECK(!session.active(0));
    for (const float bad : {0.0f, -1.0f, 1.5f, NAN})
        CHECK(throws([&] { session.configure(settingsOf(SP_CATS, bad)); }));
    CHECK(!session.active(0));
    sp_settings s = settingsOf(SP_TOPK, 0.5f);
    const int32_t dense[] = {1}, wrong[] = {4};
    s.dense_layers = wrong;
    s.n_dense_layers = 1;
    CHECK(throws([&] { session.configure(s); }));
    const float perLayer[] = {0.25f, 0.5f, 0.75f, 1.0f};
    s.dense_layers = dense;
    s.layer_density = perLayer;
    session.configure(s);
    CHECK(session.active(0) && !session.active(1) && session.active(2) && !session.active(3));
    CHECK(pass(session, 0, fixture.random.vector(d, 1)) == 0.25);
    CHECK(pass(session, 2, fixture.random.vector(d, 1)) == 0.75);
    CHECK(session.lastRisk() > 0 && session.lastRisk() < 1);
    session.configure(settingsOf(SP_NONE, 1));
    CHECK(!session.active(0) && !session.wantsObservation(0));
}

TEST(switchedAThousandTimes) {
    Fixture fixture(2);
    Session session(*fixture.engine);
    const sp_selector all[] = {SP_NONE, SP_CATS, SP_CHESS, SP_TOPK, SP_GRIFFIN, SP_ROLLING, SP_EXACT_ZERO};
    const std::vector<float> rows = fixture.random.vector(f * 2, 1);
    for (int i = 0; i < 1000; ++i) {
        session.configure(settingsOf(all[i % 7], 0.1f + 0.8f * fixture.random.uniform()));
        if (i % 3 == 0 && session.wantsObservation(i % 2))
            observe(session, i % 2, rows, rows, 2);
        if (i % 50 == 0)
            session.reset();
        const double density = pass(session, i % 2, fixture.random.vector(d, 1));
        CHECK(density > 0 && density <= 1);
    }
}

TEST(allocationMeetsItsMeanAndSparesSensitiveLayers) {
    const std::vector<float> sensitivity = {4, 1, 1, -1, 0.1f};
    for (const float target : {0.3f, 0.5f, 0.8f}) {
        const std::vector<float> p = allocateDensity(sensitivity, target);
        CHECK(p[3] == 1);
        CHECK(std::fabs((p[0] + p[1] + p[2] + p[4]) / 4 - target) < 0.01f);
        CHECK(p[0] >= p[1] && p[1] >= p[4]);
    }
}

TEST(inputSelectorsKeepWhatTheySay) {
    Random random(5);
    const std::vector<float> x = random.vector(96, 1);
    std::vector<float> norms(96, 1.0f);
    InputSelection s;
    selectInputs({SP_NONE, 1, 0, false}, x.data(), norms, s);
    CHECK(s.ids.size() == 96);
    selectInputs({SP_TEAL, 1, 0.5f, false}, x.data(), norms, s);
    for (int i = 0, at = 0; i < 96; ++i) {
        const bool kept = std::fabs(x[static_cast<size_t>(i)]) >= 0.5f;
        if (kept)
            CHECK(s.ids[static_cast<size_t>(at++)] == i);
    }
    for (const float p : {0.01f, 0.25f, 0.5f, 1.0f}) {
        selectInputs({SP_QSPARSE, p, 0, false}, x.data(), norms, s);
        const size_t k = std::max<size_t>(1, static_cast<size_t>(std::lround(p * 96)));
        CHECK(s.ids.size() == k);
        float lowestKept = 9, highestDropped = 0;
        for (int i = 0; i < 96; ++i) {
            const bool kept = std::binary_search(s.ids.begin(), s.ids.end(), i);
            const float a = std::fabs(x[static_cast<size_t>(i)]);
            (kept ? lowestKept : highestDropped) =
                kept ? std::min(lowestKept, a) : std::max(highestDropped, a);
        }
        CHECK(highestDropped <= lowestKept + 4.0f / 127); // equal after int8
        selectInputs({SP_BLOCK_QSPARSE, p, 0, false}, x.data(), norms, s);
        CHECK(s.ids.size() == 3 * std::max<size_t>(1, static_cast<size_t>(std::lround(p * 32))));
        CHECK(std::is_sorted(s.ids.begin(), s.ids.end()));
    }
    norms[7] = 1000;
    selectInputs({SP_QSPARSE, 1.0f / 96, 0, true}, x.data(), norms, s);
    CHECK(s.ids.size() == 1 && s.ids[0] == 7);
    const std::vector<float> bad(96, NAN);
    for (const sp_selector selector : {SP_TEAL, SP_QSPARSE, SP_BLOCK_QSPARSE})
        selectInputs({selector, 0.5f, 0.1f, false}, bad.data(), norms, s);
}

TEST_MAIN
