// Drafts that part, as Sirius draws them: several sparse paths side by side, one dense pass over all of them,
// the path that passes furthest is kept.
#include "branches.h"
#include "generation.h"

#include <algorithm>
#include <utility>

namespace sparse_pilot::loop {
namespace {

constexpr int mostNodes = 128; ///< of a tree: Sirius' longest window at its greatest width

/** Takes the branches away however their use ends. */
class Dropped {
  public:
    explicit Dropped(Branches & branches) : branches_(&branches) {}
    ~Dropped() {
        if (branches_ != nullptr) {
            branches_->drop();
        }
    }
    Dropped(const Dropped &) = delete;
    Dropped & operator=(const Dropped &) = delete;
    /** They stay: a check is to come. */
    void release() { branches_ = nullptr; }

  private:
    Branches * branches_;
};

} // namespace

/** Paths of a sparse draft: more than one only where every path is greedy, and the cache holds several. */
int Generation::treeWidth() const {
    const int asked = std::clamp(options_.treeWidth, 1, TreeBeam::mostWide);
    return sampler_->plain() && decoder_.branches() != nullptr ? asked : 1;
}

/** Tokens of the longest path of a tree that fits; 0: no tree. */
int Generation::treeDepth(int limit) const {
    const int width = treeWidth();
    if (width == 1) {
        return 0;
    }
    const int room = decoder_.capacity() - denseCells_;
    // Exact promises the tokens of one at a time, and so needs their bits
    const int nodes = options_.mode == Mode::exact ? decoder_.branches()->alike(denseCells_) : mostNodes;
    return std::min(limit, (std::min({nodes, mostNodes, room}) - 1) / width);
}

/** One sparse step on each path that goes on. `best`: of the first path's; its logits go to `probe`, if
 * wanted. */
Generation::Step Generation::draftLeaves(TreeBeam & beam, int position, LogitStats & best,
                                         std::vector<float> * probe) {
    for (std::size_t i = 0; i < beam.leaves().size(); i++) {
        const TreeBeam::Leaf & leaf = beam.leaves()[i];
        if (leaf.ended) {
            continue;
        }
        if (interrupted()) {
            return Step::interrupted;
        }
        const Token token = leaf.tokens.empty() ? history_.back() : leaf.tokens.back();
        const double start = decoder_.now();
        const Step step = status(decoder_.branches()->sparse(token, position, leaf.branch), "sparse");
        if (step != Step::ok || done_) {
            return step;
        }
        bookSparse(decoder_.now() - start);
        const float * row = decoder_.logits(0);
        if (i == 0) {
            best = measure(row, decoder_.vocabulary());
            if (probe != nullptr) {
                probe->assign(row, row + decoder_.vocabulary());
            }
        }
        beam.offer(i, row, decoder_.vocabulary());
    }
    return Step::ok;
}

Generation::Step Generation::draftTree(Window & window, int depth, int period) {
    window.source = Window::Source::sparse;
    Branches & branches = *decoder_.branches();
    TreeBeam beam(treeWidth());
    CheckTrigger trigger(options_.mode == Mode::balanced ? options_.check
                                                         : CheckPolicy{CheckPolicy::Kind::fixed, period},
                         period);
    branches.open(treeWidth(), denseCells_);
    Dropped dropped(branches);
    const bool probing = options_.mode == Mode::balanced && report_.verifies % driftEvery == 0;
    Tokens probed;
    std::vector<TreeBeam::Fork> forks;
    for (int i = 0; i < depth && !beam.done(); i++) {
        LogitStats best;
        probed = beam.leaves().front().tokens;
        const Step step = draftLeaves(beam, denseCells_ + i, best, probing ? &window.probe : nullptr);
        if (step != Step::ok || done_) {
            return step;
        }
        if (!beam.advance(forks, [this](Token token) { return ends(token); })) {
            break;
        }
        for (const TreeBeam::Fork & fork : forks) {
            branches.fork(fork.from, fork.to);
        }
        if (trigger.add(best, decoder_.skippedMass(), decoder_.piece(beam.leaves().front().tokens.back())) !=
            Due::no) {
            break;
        }
    }
    window.tokens = beam.leaves().front().tokens;
    if (!window.tokens.empty()) {
        probed.push_back(window.tokens.back());
        if (probed != window.tokens) {
            window.probe.clear(); // another path has overtaken the one that was looked at
        }
        window.tree = beam.tree(history_.back());
        dropped.release();
    }
    return Step::ok;
}

Generation::Step Generation::densePass(const DraftTree & tree) {
    const double start = decoder_.now();
    const Step step = status(decoder_.branches()->dense(tree), "decode");
    if (step == Step::ok && !done_) {
        bookDense(tree.size(), decoder_.now() - start);
    }
    return step;
}

/** Balanced: the nodes after the root that pass, on the path where most do; of equals the best path's. */
std::vector<int> Generation::passingPath(const DraftTree & tree) const {
    std::vector<int> longest;
    for (const std::vector<int> & path : tree.paths()) {
        std::vector<int> passing;
        for (std::size_t i = 1; i < path.size(); i++) {
            const Token token = tree.nodes()[static_cast<std::size_t>(path[i])].token;
            const double p = likelihood(decoder_.logits(path[i - 1]), decoder_.vocabulary(), token,
                                        TreeBeam::scoringTemperature);
            if (p < options_.acceptThreshold) {
                break;
            }
            passing.push_back(path[i]);
        }
        if (passing.size() > longest.size()) {
            longest = std::move(passing);
        }
    }
    return longest;
}

Generation::Step Generation::checkTree(const Window & window, Sink & sink) {
    const DraftTree & tree = *window.tree;
    Branches & branches = *decoder_.branches();
    Dropped dropped(branches);
    const std::size_t before = history_.size();
    const int base = denseCells_;
    const Step step = densePass(tree);
    if (step != Step::ok || done_) {
        return step;
    }
    if (!window.probe.empty()) {
        measureDrift(window, decoder_.logits(tree.paths().front()[window.tokens.size() - 1]));
    }
    const bool lossy = options_.mode == Mode::balanced;
    const std::vector<int> passing = lossy ? passingPath(tree) : std::vector<int>{};
    int node = 0;
    std::size_t kept = 0;
    bool refused = false;
    for (bool more = true; more;) {
        const float * row = decoder_.logits(node);
        Verdict verdict = choose(row);
        if (verdict.stats.best < 0) {
            return fail("the model's answer holds no finite number");
        }
        int next = tree.child(node, verdict.token);
        if (lossy) {
            next = kept < passing.size() ? passing[kept] : -1;
            verdict.token = next < 0 ? verdict.token : tree.nodes()[static_cast<std::size_t>(next)].token;
        }
        verdict.kept = next >= 0;
        kept += verdict.kept ? 1 : 0;
        refused = !verdict.kept && tree.hasChildren(node);
        if (verdict.kept || refused) {
            controller_.observeSparse(verdict.kept);
        }
        more = emit(verdict, row) && verdict.kept;
        node = verdict.kept ? next : node;
    }
    countWindow(window, tree.size() - 1, static_cast<int>(kept), refused, before);
    denseCells_ = static_cast<int>(history_.size()) - 1;
    dropped.release();
    const double start = decoder_.now();
    if (!branches.keep(tree, tree.pathThrough(node), denseCells_ - base)) {
        denseCells_ = base;
        return fail("the KV cache cannot keep one branch of several");
    }
    account_.spend(decoder_.now() - start);
    cells_ = denseCells_;
    output_.flush(sink, true);
    return Step::ok;
}

} // namespace sparse_pilot::loop
