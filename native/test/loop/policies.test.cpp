// The parts of the loop by themselves: costs, plans, check triggers, drafts, logits, text.
#include "../harness.h"
#include "fake-decoder.h"

#include <cmath>
#include <limits>

using namespace fake;

namespace {

std::vector<float> randomLogits(int count, double scale, int seed) {
    std::vector<float> logits(static_cast<std::size_t>(count));
    for (int i = 0; i < count; i++) {
        logits[static_cast<std::size_t>(i)] = static_cast<float>(
            scale * (unit(static_cast<std::uint64_t>(seed) * 100'003u + static_cast<unsigned>(i)) - 0.5));
    }
    return logits;
}

} // namespace

TEST(logitStatisticsEqualADoubleReference) {
    for (const int count : {2, 15, 16, 17, 1000, 49152}) {
        for (const double scale : {0.1, 20.0, 200.0}) {
            std::vector<float> logits = randomLogits(count, scale, count);
            logits[0] = -std::numeric_limits<float>::infinity();
            const LogitStats stats = measure(logits.data(), count);
            double max = -1e30;
            for (const float l : logits)
                max = std::max(max, static_cast<double>(l));
            double sum = 0;
            for (const float l : logits)
                sum += std::exp(l - max);
            const double logSum = max + std::log(sum);
            double entropy = 0;
            for (const float l : logits) {
                if (std::isfinite(l))
                    entropy -= std::exp(l - logSum) * (l - logSum);
            }
            CHECK(stats.best >= 0 && logits[static_cast<std::size_t>(stats.best)] == static_cast<float>(max));
            CHECK(std::abs(stats.logSum - logSum) < 1e-4 * (1 + std::abs(logSum)));
            CHECK(std::abs(stats.entropy - entropy) < 1e-3 * (1 + entropy));
            const double p = likelihood(logits.data(), count, stats.best, 0.6);
            double tempered = 0;
            for (const float l : logits)
                tempered += std::exp((l - max) / 0.6);
            CHECK(std::abs(p - 1 / tempered) < 1e-4);
            CHECK(divergence(logits.data(), logits.data(), count) < 1e-6);
            const std::vector<float> other = randomLogits(count, scale / 2, count + 1);
            const double otherSum = measure(other.data(), count).logSum;
            double expected = 0;
            for (int i = 1; i < count; i++) { // the first one is impossible
                const double own = logits[static_cast<std::size_t>(i)] - logSum;
                expected += std::exp(own) * (own - (other[static_cast<std::size_t>(i)] - otherSum));
            }
            CHECK(std::abs(divergence(logits.data(), other.data(), count) - expected) <
                  1e-3 * (1 + std::abs(expected)));
        }
    }
}

TEST(logitsWithoutAFiniteNumberAreSeen) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> bad(100, nan);
    CHECK(measure(bad.data(), 100).best == -1);
    const std::vector<float> none(100, -std::numeric_limits<float>::infinity());
    CHECK(measure(none.data(), 100).best == -1);
}

TEST(costsAreLowQuantilesAndOneBadSampleBansNothing) {
    CostModel costs;
    CHECK(!costs.denseMs(4));
    CHECK(std::abs(costs.verifyRatio(5) - 2.0) < 1e-9);
    CHECK(!costs.sparseRatio());
    costs.recordDense(8, 40); // before any single step: no ratio yet
    CHECK(std::abs(costs.verifyRatio(5) - 2.0) < 1e-9);
    for (int i = 0; i < 40; i++)
        costs.recordDense(1, i % 4 == 0 ? 10 : 10 + 5 * (i % 4)); // 3 of 4 disturbed
    costs.recordDense(1, 1e6);
    CHECK(*costs.denseMs(1) < 13);
    costs.recordDense(24, 2000); // the machine was busy: 200 steps' time
    CHECK(costs.verifyRatio(24) < 14);
    CHECK(costs.verifyRatio(1) == 1.0);
    for (int i = 0; i < 30; i++)
        costs.recordDense(24, 50);
    CHECK(costs.verifyRatio(24) < 6);
    CHECK(costs.verifyRatio(12) > 2 && costs.verifyRatio(12) < 5);
    costs.use("cats 0.5", "");
    costs.recordSparse(60); // the first one: it begins
    CHECK(!costs.sparseRatio());
    costs.recordSparse(6);
    CHECK(std::abs(*costs.sparseRatio() - 0.55) < 0.1);
    costs.use("cats 0.7", "");
    CHECK(!costs.sparseRatio());
}

TEST(thePlanIsTheBestLength) {
    CostModel costs;
    for (int i = 0; i < 20; i++) {
        costs.recordDense(1, 10);
        costs.recordDense(2, 12);
        costs.recordDense(17, 40);
    }
    Controller controller(costs);
    CHECK(controller.planNgram({}).length == 0);
    std::vector<Guess> sure(40, Guess{5, 4});
    CHECK(controller.planNgram(sure).length > 8);
    for (int i = 0; i < 300; i++)
        controller.observeNgram(4, false);
    CHECK(controller.planNgram(sure).length == 0);
    for (int i = 0; i < 300; i++)
        controller.observeNgram(4, true);
    CHECK(controller.planNgram(sure).length > 8);
    CHECK(controller.planSparse(16).length == 0); // its cost is not known
    costs.recordSparse(3);
    costs.recordSparse(3);
    CHECK(controller.planSparse(16).length == 1); // short while its acceptance is not known
    for (int i = 0; i < 60; i++)
        controller.observeSparse(true);
    CHECK(controller.planSparse(16).length > 2);
    CHECK(controller.planSparse(2).length <= 2);
}

TEST(acceptanceUnderOneRuleSaysNothingOfAnother) {
    CostModel costs;
    costs.use("chess 0.5", "r 0.1");
    for (int i = 0; i < 100; i++)
        costs.sparseDrafting().acceptance.observe(true);
    CHECK(costs.sparseDrafting().acceptance.value() > 0.97);
    costs.use("chess 0.5", "exact");
    CHECK(costs.sparseDrafting().acceptance.value() < 0.95);
    CHECK(costs.sparseDrafting().acceptance.seen() == 0);
}

TEST(anAllowanceIsSpentAndEarnedBack) {
    Allowance allowance;
    CHECK(allowance.steps() == Allowance::start);
    allowance.settle(100);
    CHECK(allowance.steps() == Allowance::least);
    allowance.earn(100);
    CHECK(std::abs(allowance.steps() - (Allowance::least + 100 * Allowance::share)) < 1e-9);
    allowance.settle(-100);
    CHECK(allowance.steps() == Allowance::most);
}

TEST(whatDraftsLoseInOneSequenceIsNotTakenFromAnother) {
    CostModel costs;
    costs.use("chess 0.5", "exact", 1);
    costs.ngramAllowance().settle(100);
    costs.use("chess 0.5", "exact", 0);
    CHECK(costs.ngramAllowance().steps() == Allowance::start);
    costs.use("chess 0.5", "exact", 1);
    CHECK(costs.ngramAllowance().steps() == Allowance::least);
}

TEST(longDraftsNeedAnAllowance) {
    CostModel costs;
    for (int i = 0; i < 20; i++) {
        costs.recordDense(1, 10);
        costs.recordDense(16, 40);
    }
    Controller controller(costs);
    const std::vector<Guess> sure(40, Guess{5, 4});
    const int first = controller.planNgram(sure).length;
    CHECK(first > 4 && costs.verifyRatio(first + 1) <= 1 + Allowance::start);
    costs.ngramAllowance().settle(-6);
    CHECK(controller.planNgram(sure).length > first);
    costs.ngramAllowance().settle(100);
    CHECK(controller.planNgram(sure).length == 0);
}

TEST(checksComeByPeriodRiskFloorCapAndStatementEnd) {
    LogitStats calm;
    calm.margin = 10;
    calm.entropy = 0.01;
    LogitStats doubtful;
    doubtful.margin = 0.1f;
    doubtful.entropy = 2;
    CheckPolicy fixed;
    fixed.kind = CheckPolicy::Kind::fixed;
    fixed.period = 4;
    CheckTrigger byPeriod(fixed, 4);
    CHECK(byPeriod.add(doubtful, 0, ";\n") == Due::no);
    CHECK(byPeriod.add(doubtful, 0, ";\n") == Due::no);
    CHECK(byPeriod.add(calm, 0, "x") == Due::yes);

    CheckPolicy risk;
    risk.kind = CheckPolicy::Kind::risk;
    risk.budget = 1;
    risk.floor = 3;
    risk.cap = 6;
    CheckTrigger byRisk(risk, 16);
    CHECK(byRisk.add(doubtful, 0, "x") == Due::no); // below the floor
    CHECK(byRisk.add(doubtful, 0.3, "x") == Due::doubtful);
    CheckTrigger byStatement(risk, 16);
    CHECK(byStatement.add(calm, 0, "x") == Due::no);
    CHECK(byStatement.add(calm, 0, " }\n") == Due::yes);
    CheckTrigger atOnce(risk, 16);
    CHECK(atOnce.add(calm, 0, ";\n") == Due::yes); // whatever the floor
    CheckTrigger byCap(risk, 16);
    for (int i = 0; i < 4; i++)
        CHECK(byCap.add(calm, 0, "x") == Due::no);
    CHECK(byCap.add(calm, 0, "x") == Due::yes);
    CHECK(tokenRisk(doubtful, 0) > 5 * tokenRisk(calm, 0));
    CHECK(tokenRisk(doubtful, 0.5) > tokenRisk(doubtful, 0));
    CHECK(endsStatement("foo(); ") && endsStatement("\n\n") && endsStatement("}") && !endsStatement("foo") &&
          !endsStatement(""));
}

TEST(draftsComeFromTheLongestContextThatMatches) {
    NgramDrafter drafter(100);
    drafter.learn({1, 2, 3, 4, 5, 6, 7, 8});
    drafter.learn({9, 9, 3, 4, 40, 41});
    const auto longer = drafter.draft({1, 2, 3, 4}, 3);
    CHECK(longer.size() == 3);
    CHECK(longer[0].token == 5 && longer[0].level == 1);
    CHECK(longer[1].token == 6 && longer[2].token == 7);
    const auto shorter = drafter.draft({30, 31, 3, 4}, 8);
    CHECK(!shorter.empty() && shorter[0].token == 40 && shorter[0].level == 0);
    CHECK(drafter.draft({50, 51}, 8).empty());
    CHECK(drafter.draft({}, 8).empty());
    Tokens history = {50, 51};
    for (const Token token : {52, 50, 51}) {
        history.push_back(token);
        drafter.extend(history);
    }
    CHECK(drafter.draft(history, 1).at(0).token == 52);
}

TEST(textIsHeldBackOnlyAsFarAsNeeded) {
    TextStream stream({"END", "\n\n"});
    CHECK(!stream.add("abcE"));
    CHECK(stream.take() == "abc");
    CHECK(!stream.add("Nx"));
    CHECK(stream.take() == "ENx");
    CHECK(!stream.add("y\n"));
    CHECK(stream.take() == "y");
    CHECK(stream.add("\nmore"));
    CHECK(stream.finish().empty());
    CHECK(stream.stopped());
    TextStream broken({});
    broken.add("a\xFF\xC3");
    CHECK(broken.take() == "a\xFF");
    CHECK(utf16Length("a\xE2\x82\xAC\xF0\x9F\x98\x80") == 4);
}

TEST(brokenTextIsAsLongAsJavaScriptReadsIt) {
    // lengths of `Buffer.from(bytes).toString().length` in V8
    const std::vector<std::pair<std::string, std::size_t>> texts = {
        {"a", 1},
        {"\x80", 1},
        {"\xFF", 1},
        {"\xC3", 1},
        {"\xC3(", 2},
        {"\xE2\x82\xAC", 1},
        {"\xE2\x82", 1},
        {"\xE2\x82(", 2},
        {"\xF0\x9F\x98\x80", 2},
        {"\xF0\x9F\x98", 1},
        {"\xED\xA0\x80", 3},
        {"\xC0\x80", 2},
        {"\xF4\x90\x80\x80", 4},
        {"\xF0\x80\x80\x80", 4},
        {"\x80\xBF", 2},
        {"a\x80\xE2\x82\xAC\x80", 4},
        {"\xF8\x88\x80\x80", 4},
        {"\xE0\x80\x9F", 3},
    };
    for (std::size_t i = 0; i < texts.size(); i++)
        CHECK_WITH(utf16Length(texts[i].first) == texts[i].second, std::to_string(i));
}

TEST_MAIN
