#pragma once

#include "../decoder.h"
#include "llama-branches.h"

#include "llama.h"

#include <functional>
#include <vector>

namespace sparse_pilot::loop {

/** What a pass computes: upstream's graph, the same and what selectors learn from it, or the sparse one. */
enum class Graph { plain, observed, sparse };

/** How a context is switched between its graphs; absent functions: dense only. */
struct GraphSwitch {
    std::function<void(Graph)> use;
    std::function<bool()> active;
    std::function<double()> skippedMass;
    /** Tokens at the end of an observed prompt pass that have to reach the last layer, 0 or more: llama.cpp
     * drops rows there whose logits nobody asked for, and the layer would learn nothing. */
    std::function<int()> promptRows;
    /** Most tokens of a pass with our products that have the bits of one at a time. */
    std::function<int()> alikeTokens;
    /** Our products of weights and tokens, or upstream's. */
    std::function<void(bool ours)> products;
};

/** One sequence of a llama_context. The caller keeps the context alive and lets nobody else use it meanwhile.
 */
class LlamaDecoder final : public Decoder {
  public:
    struct Place {
        llama_context * context;
        llama_seq_id sequence;
        GraphSwitch graphs;
    };
    explicit LlamaDecoder(Place place);
    ~LlamaDecoder() override;
    LlamaDecoder(const LlamaDecoder &) = delete;
    LlamaDecoder & operator=(const LlamaDecoder &) = delete;

    int vocabulary() const override { return llama_vocab_n_tokens(vocab_); }
    int capacity() const override;
    int alike(int position) const override;
    int alikeTokens() const override;
    int batch() const override { return batchSize_; }
    bool endOfGeneration(Token token) const override { return llama_vocab_is_eog(vocab_, token); }
    std::string piece(Token token) const override;
    DecodeStatus dense(const Token * tokens, int count, int position, Rows rows) override;
    void teach(bool wanted) override { dense_ = wanted ? Graph::observed : Graph::plain; }
    bool hasSparse() const override;
    DecodeStatus sparse(Token token, int position) override;
    double skippedMass() const override;
    const float * logits(int row) const override { return llama_get_logits_ith(context_, row); }
    bool canRollBack() const override;
    bool truncate(int position) override;
    bool discard(int from, int to) override;
    void setAbort(std::function<bool()> wanted) override;
    Branches * branches() override { return canRollBack() ? &branches_ : nullptr; }

  private:
    friend class LlamaBranches;

    DecodeStatus decode(const Token * tokens, int count, int position, Rows rows);
    DecodeStatus decode(const llama_batch & batch);

    llama_context * context_;
    const llama_vocab * vocab_;
    llama_seq_id sequence_;
    GraphSwitch graphs_;
    int batchSize_;
    llama_batch batch_;
    std::function<bool()> abort_;
    bool longPass_ = false;
    Graph dense_ = Graph::observed;
    LlamaBranches branches_{*this};
};

} // namespace sparse_pilot::loop
