#include "llama-branches.h"

#include "llama-decoder.h"

#include <algorithm>

namespace sparse_pilot::loop {
namespace {

/** A batch whose tokens belong to any number of branches. */
class TreeBatch {
  public:
    explicit TreeBatch(std::size_t size)
        : token_(size), position_(size), branches_(size), counts_(size), ids_(size), output_(size, 1) {}

    void set(std::size_t i, Token token, int position, std::vector<llama_seq_id> branches) {
        token_[i] = token;
        position_[i] = position;
        branches_[i] = std::move(branches);
    }
    llama_batch view() {
        for (std::size_t i = 0; i < branches_.size(); i++) {
            counts_[i] = static_cast<int32_t>(branches_[i].size());
            ids_[i] = branches_[i].data();
        }
        return {static_cast<int32_t>(token_.size()),
                token_.data(),
                nullptr,
                position_.data(),
                counts_.data(),
                ids_.data(),
                output_.data()};
    }

  private:
    std::vector<Token> token_;
    std::vector<llama_pos> position_;
    std::vector<std::vector<llama_seq_id>> branches_;
    std::vector<int32_t> counts_;
    std::vector<llama_seq_id *> ids_;
    std::vector<int8_t> output_;
};

} // namespace

llama_memory_t LlamaBranches::memory() const { return llama_get_memory(decoder_.context_); }

llama_seq_id LlamaBranches::idOf(int branch) const {
    return static_cast<llama_seq_id>(llama_n_seq_max(decoder_.context_)) + branch;
}

void LlamaBranches::open(int count, int position) {
    count_ = count;
    position_ = position;
    for (int branch = 0; branch < count; branch++) {
        llama_memory_seq_cp(memory(), decoder_.sequence_, idOf(branch), -1, -1);
    }
}

void LlamaBranches::fork(int from, int to) {
    llama_memory_seq_rm(memory(), idOf(to), position_, -1);
    llama_memory_seq_cp(memory(), idOf(from), idOf(to), position_, -1);
}

DecodeStatus LlamaBranches::sparse(Token token, int position, int branch) {
    TreeBatch batch(1);
    batch.set(0, token, position, {idOf(branch)});
    decoder_.graphs_.use(Graph::sparse);
    const DecodeStatus status = decoder_.decode(batch.view());
    decoder_.graphs_.use(decoder_.dense_);
    return status;
}

DecodeStatus LlamaBranches::dense(const DraftTree & tree) {
    dropTails();
    const auto size = static_cast<std::size_t>(tree.size());
    std::vector<std::vector<llama_seq_id>> branches(size);
    std::vector<int> position(size, position_);
    for (std::size_t i = 0; i < tree.paths().size(); i++) {
        const std::vector<int> & path = tree.paths()[i];
        for (std::size_t depth = 0; depth < path.size(); depth++) {
            const auto node = static_cast<std::size_t>(path[depth]);
            branches[node].push_back(idOf(static_cast<int>(i)));
            position[node] = position_ + static_cast<int>(depth);
        }
    }
    TreeBatch batch(size);
    for (std::size_t i = 0; i < size; i++) {
        batch.set(i, tree.nodes()[i].token, position[i], std::move(branches[i]));
    }
    if (decoder_.graphs_.use) {
        decoder_.graphs_.use(decoder_.dense_);
    }
    return decoder_.decode(batch.view());
}

void LlamaBranches::dropTails() {
    for (int branch = 0; branch < count_; branch++) {
        llama_memory_seq_rm(memory(), idOf(branch), position_, -1);
    }
}

void LlamaBranches::drop() {
    for (int branch = 0; branch < count_; branch++) {
        llama_memory_seq_rm(memory(), idOf(branch), -1, -1);
    }
    count_ = 0;
}

bool LlamaBranches::keep(const DraftTree & tree, std::size_t path, int count) {
    if (count > 0) {
        llama_memory_seq_cp(memory(), idOf(static_cast<int>(path)), decoder_.sequence_, position_,
                            position_ + count);
    }
    dropTails();
    // nodes 0, 1, 2, ... lie where tokens one after the other would
    const bool inPlace = count == 0 || tree.paths()[path][static_cast<std::size_t>(count - 1)] == count - 1;
    const bool kept = inPlace || gather(count);
    drop();
    return kept;
}

/** Moves the sequence's last cells into the free ones before them, as if nothing had lain between: the order
 * of cells is the order in which attention sums. The first branch holds the others meanwhile. */
bool LlamaBranches::gather(int count) {
    const llama_seq_id own = decoder_.sequence_;
    llama_memory_seq_rm(memory(), own, 0, position_);
    std::vector<std::uint8_t> cells(llama_state_seq_get_size(decoder_.context_, own));
    bool moved = llama_state_seq_get_data(decoder_.context_, cells.data(), cells.size(), own) > 0;
    llama_memory_seq_rm(memory(), own, -1, -1);
    moved = moved && llama_state_seq_set_data(decoder_.context_, cells.data(), cells.size(), own) > 0;
    llama_memory_seq_cp(memory(), idOf(0), own, -1, -1);
    return moved && llama_memory_seq_pos_max(memory(), own) == position_ + count - 1;
}

int LlamaBranches::alike(int position) const {
    constexpr int cellStep = 256; // attention reads cells up to the next multiple
    constexpr int splitFrom = 512;
    constexpr int mostAlike = 64; // of a pass whose rows are summed as if each were alone
    const int end = position - position % cellStep + cellStep;
    const int share = (end + llama_n_threads(decoder_.context_) - 1) / llama_n_threads(decoder_.context_);
    // from splitFrom on threads share the cells evenly: a node moved over a border would be summed elsewhere
    const int border = end < splitFrom ? end : std::min(end, position - position % share + share);
    return std::min({mostAlike, decoder_.alikeTokens(), border - position});
}

} // namespace sparse_pilot::loop
