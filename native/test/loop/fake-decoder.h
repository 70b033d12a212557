/**
 * A made-up model that knows what the loop must keep apart: every cell remembers its token and whether a
 * dense or a sparse pass wrote it, and a dense pass over a cache with foreign or sparse cells gives other
 * logits than over a clean one.
 */
#pragma once

#include "branches.h"
#include "generation.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fake {

using namespace sparse_pilot::loop;

/** How the sparse pass relates to the dense one. `second`: what the dense one would say comes second. */
enum class Draft { none, oracle, wrong, noisy, second };

inline std::uint64_t mix(std::uint64_t x) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdull;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ull;
    return x ^ (x >> 33);
}

inline double unit(std::uint64_t x) { return static_cast<double>(mix(x) >> 11) * 0x1.0p-53; }

class FakeDecoder final : public Decoder, public Branches {
  public:
    static constexpr Token endToken = 0;
    static constexpr int tokens = 64;

    struct Cell {
        Token token;
        bool dense;
    };

    std::vector<Cell> cells;
    int size = 4096;
    int batchSize = 64;
    Draft draft = Draft::none;
    /** Dense continuation by position; beyond its end the made-up model goes on. */
    std::map<int, Token> script;
    std::map<int, Token> sparseScript;
    std::map<Token, std::string> pieces;
    /** Repeats with this period, so that n-grams hit; 0: never. */
    int cycle = 0;
    /** Called before every pass with its number, from 1. */
    std::function<DecodeStatus(int)> before = [](int) { return DecodeStatus::ok; };
    int passes = 0;
    int densePasses = 0;
    int sparsePasses = 0;
    int truncations = 0;
    /** Whether the cells behind a position can be dropped alone; a recurrent memory drops all or none. */
    bool rollsBack = true;
    /** Whether cells can be moved. */
    bool shifts = true;
    /** Simulated time: a dense pass over n tokens takes 10 + 2 (n - 1) ms, a sparse step `sparseMs`. */
    double clock = 0;
    double sparseMs = 6;

    int vocabulary() const override { return tokens; }
    int capacity() const override { return size; }
    int batch() const override { return batchSize; }
    int together = 64; ///< tokens of a pass that have the bits of one at a time
    int alikeTokens() const override { return together; }
    bool endOfGeneration(Token token) const override { return token == endToken; }
    std::string piece(Token token) const override {
        const auto found = pieces.find(token);
        return found != pieces.end() ? found->second : std::string(1, static_cast<char>('A' + token % 58));
    }
    bool teaching = true;
    int taught = 0; ///< dense passes that taught
    void teach(bool wanted) override { teaching = wanted; }
    bool hasSparse() const override { return draft != Draft::none; }
    double skippedMass() const override { return 0.1; }
    const float * logits(int row) const override { return rows_[static_cast<std::size_t>(row)].data(); }
    double now() const override { return clock; }
    void setAbort(std::function<bool()> wanted) override { abort_ = std::move(wanted); }

    DecodeStatus dense(const Token * batch, int count, int position, Rows rows) override {
        densePasses++;
        taught += teaching ? 1 : 0;
        clock += 10 + 2 * (count - 1);
        return pass(batch, count, position, rows, true);
    }
    DecodeStatus sparse(Token token, int position) override {
        sparsePasses++;
        clock += sparseMs;
        return pass(&token, 1, position, Rows::all, false);
    }
    bool canRollBack() const override { return rollsBack; }
    bool truncate(int position) override {
        truncations++;
        if (!rollsBack && position > 0 && position < static_cast<int>(cells.size()))
            return false;
        if (position < static_cast<int>(cells.size()))
            cells.resize(static_cast<std::size_t>(position));
        return true;
    }

    bool discard(int from, int to) override {
        if (!shifts)
            return false;
        cells.erase(cells.begin() + from, cells.begin() + std::min(to, static_cast<int>(cells.size())));
        return true;
    }

    /** Whether drafts may part; what lies on each branch behind the sequence's own cells. */
    bool parts = false;
    std::vector<std::vector<Cell>> tails;
    int origin = 0;
    int kept = 0;   ///< paths kept
    int moved = 0;  ///< of those, ones that did not lie as if they had been alone
    int widest = 0; ///< nodes of the largest tree
    Branches * branches() override { return parts ? this : nullptr; }
    int alike(int position) const override { return std::min(batchSize, size - position); }
    void open(int count, int position) override {
        origin = position;
        tails.assign(static_cast<std::size_t>(count), {});
        misused = misused || position != static_cast<int>(cells.size());
    }
    void fork(int from, int to) override {
        tails.at(static_cast<std::size_t>(to)) = tails.at(static_cast<std::size_t>(from));
    }
    DecodeStatus sparse(Token token, int position, int branch) override {
        sparsePasses++;
        clock += sparseMs;
        const DecodeStatus status = before(++passes);
        std::vector<Cell> & tail = tails.at(static_cast<std::size_t>(branch));
        misused = misused || position != origin + static_cast<int>(tail.size());
        tail.push_back({token, false});
        if (status == DecodeStatus::ok)
            rows_ = {row(joined(tail), position, false)};
        return status;
    }
    DecodeStatus dense(const DraftTree & tree) override {
        densePasses++;
        widest = std::max(widest, tree.size());
        clock += 10 + 2 * (tree.size() - 1);
        const DecodeStatus status = before(++passes);
        tails.assign(tree.paths().size(), {});
        rows_.assign(static_cast<std::size_t>(tree.size()), {});
        for (std::size_t i = 0; i < tree.paths().size() && status == DecodeStatus::ok; i++) {
            for (const int node : tree.paths()[i]) {
                tails[i].push_back({tree.nodes()[static_cast<std::size_t>(node)].token, true});
                const std::vector<Cell> all = joined(tails[i]);
                rows_[static_cast<std::size_t>(node)] = row(all, static_cast<int>(all.size()) - 1, true);
            }
        }
        return status;
    }
    bool keep(const DraftTree & tree, std::size_t path, int count) override {
        const std::vector<Cell> & tail = tails.at(path);
        misused = misused || count > static_cast<int>(tail.size());
        cells.insert(cells.end(), tail.begin(), tail.begin() + count);
        kept++;
        moved += count > 0 && tree.paths()[path][static_cast<std::size_t>(count - 1)] != count - 1 ? 1 : 0;
        drop();
        return true;
    }
    void drop() override { tails.clear(); }
    bool misused = false;

    bool allDense() const {
        for (const Cell & cell : cells) {
            if (!cell.dense)
                return false;
        }
        return true;
    }
    bool holds(const Tokens & expected) const {
        if (cells.size() != expected.size() || !tails.empty() || misused)
            return false;
        for (std::size_t i = 0; i < cells.size(); i++) {
            if (cells[i].token != expected[i])
                return false;
        }
        return allDense();
    }

  private:
    DecodeStatus pass(const Token * batch, int count, int position, Rows rows, bool dense) {
        const DecodeStatus status = before(++passes);
        if (status != DecodeStatus::ok) {
            cells.push_back({-7, false}); // a pass that broke off leaves rubbish behind
            return status;
        }
        if (position + count > size)
            return DecodeStatus::full;
        if (position != static_cast<int>(cells.size()))
            return DecodeStatus::failed; // the loop lost count
        rows_.clear();
        for (int i = 0; i < count; i++) {
            cells.push_back({batch[i], dense});
            if (rows == Rows::all)
                rows_.push_back(row(cells, position + i, dense));
        }
        return DecodeStatus::ok;
    }

    std::vector<Cell> joined(const std::vector<Cell> & tail) const {
        std::vector<Cell> all = cells;
        all.insert(all.end(), tail.begin(), tail.end());
        return all;
    }

    static std::uint64_t fold(std::uint64_t state, const Cell & cell) {
        return mix(state * 31 + static_cast<std::uint64_t>(cell.token) + 1);
    }

    std::vector<float> row(const std::vector<Cell> & held, int position, bool dense) const {
        std::uint64_t state = 17;
        const int first = cycle > 0 ? position : std::max(0, position - 3);
        for (int i = first; i <= position; i++) {
            state = fold(state, held[static_cast<std::size_t>(i)]);
        }
        if (cycle > 0)
            state = mix(static_cast<std::uint64_t>(position % cycle));
        if (dense) {
            // what a stale cell does to everything that attends to it
            for (int i = 0; i < position; i++) {
                if (!held[static_cast<std::size_t>(i)].dense)
                    state = mix(state + 99);
            }
        }
        std::vector<float> logits(tokens);
        for (int t = 0; t < tokens; t++) {
            logits[static_cast<std::size_t>(t)] =
                static_cast<float>(6.0 * unit(state + 1000u * static_cast<unsigned>(t)));
        }
        logits[endToken] = -5;
        force(logits, script, position);
        if (!dense) {
            disturb(logits, state);
            force(logits, sparseScript, position);
        }
        return logits;
    }

    void disturb(std::vector<float> & logits, std::uint64_t state) const {
        if (draft == Draft::wrong || (draft == Draft::noisy && unit(state + 5) < 0.3)) {
            float & best = *std::max_element(logits.begin(), logits.end());
            best -= 10;
        }
        if (draft == Draft::second) {
            std::vector<float> sorted = logits;
            std::partial_sort(sorted.begin(), sorted.begin() + 2, sorted.end(), std::greater<>());
            std::swap(*std::find(logits.begin(), logits.end(), sorted[0]),
                      *std::find(logits.begin(), logits.end(), sorted[1]));
        }
        if (draft == Draft::noisy) {
            for (std::size_t t = 0; t < logits.size(); t++) {
                logits[t] += static_cast<float>(unit(state + 7777 + t));
            }
        }
    }

    static void force(std::vector<float> & logits, const std::map<int, Token> & script, int position) {
        const auto next = script.find(position + 1);
        if (next != script.end())
            logits[static_cast<std::size_t>(next->second)] = 30;
    }

    std::vector<std::vector<float>> rows_;
    std::function<bool()> abort_;
};

/** Puts a stream back together as a reader of it would. Token texts of the fakes are one UTF-16 unit a
 * character below U+10000. */
class Reader final : public Sink {
  public:
    std::string text;
    std::vector<Emitted> tokens;
    std::function<void(const Batch &)> seen = [](const Batch &) {};
    bool unverified = false;

    void deliver(Batch batch) override {
        for (std::size_t i = 0; i < batch.retract; i++) {
            while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80)
                text.pop_back();
            text.pop_back();
        }
        text += batch.text;
        tokens.insert(tokens.end(), batch.tokens.begin(), batch.tokens.end());
        unverified = unverified || !batch.verified;
        seen(batch);
    }
};

struct Outcome {
    Ending ending;
    StopReason reason;
    std::string text;
    Tokens tokens;
    Tokens cached;
    Report report;
};

inline Tokens promptOf(int seed, int length) {
    Tokens prompt;
    for (int i = 0; i < length; i++) {
        prompt.push_back(1 + static_cast<Token>(mix(static_cast<std::uint64_t>(seed * 1000 + i)) %
                                                (FakeDecoder::tokens - 1)));
    }
    return prompt;
}

inline Generation::Start startOf(Options options, Tokens prompt, int cached = 0,
                                 std::unique_ptr<Sampler> sampler = std::make_unique<GreedySampler>()) {
    Generation::Start start;
    start.options = std::move(options);
    start.sampler = std::move(sampler);
    start.prompt = std::move(prompt);
    start.cached = cached;
    return start;
}

inline Outcome outcomeOf(const Generation & generation, Ending ending) {
    Outcome outcome{ending, generation.stopReason(),   generation.output().text(),
                    {},     generation.cachedTokens(), generation.report()};
    for (const Emitted & token : generation.output().tokens())
        outcome.tokens.push_back(token.id);
    return outcome;
}

/** Runs to the end; a fresh cost table unless one is given. */
inline Outcome generate(FakeDecoder & decoder, Options options, Tokens prompt, int cached = 0,
                        std::unique_ptr<Sampler> sampler = std::make_unique<GreedySampler>()) {
    CostModel costs;
    Generation generation(decoder, costs,
                          startOf(std::move(options), std::move(prompt), cached, std::move(sampler)));
    Reader reader;
    const Ending ending = generation.run(reader);
    return outcomeOf(generation, ending);
}

inline Options optionsOf(Mode mode, int maxTokens, DrafterChoice drafter = DrafterChoice::automatic) {
    Options options;
    options.mode = mode;
    options.maxTokens = maxTokens;
    options.drafter = drafter;
    return options;
}

} // namespace fake
