#pragma once

#include "../branches.h"

#include "llama.h"

#include <cstdint>
#include <vector>

namespace sparse_pilot::loop {

class LlamaDecoder;

/** Branches of a decoder's sequence: sequence ids behind the context's own (patches/0004-branches.diff). */
class LlamaBranches final : public Branches {
  public:
    explicit LlamaBranches(LlamaDecoder & decoder) : decoder_(decoder) {}

    void open(int count, int position) override;
    void fork(int from, int to) override;
    DecodeStatus sparse(Token token, int position, int branch) override;
    DecodeStatus dense(const DraftTree & tree) override;
    bool keep(const DraftTree & tree, std::size_t path, int count) override;
    void drop() override;
    int alike(int position) const override;

  private:
    llama_memory_t memory() const;
    llama_seq_id idOf(int branch) const;
    /** Leaves of the branches what they share with the sequence. */
    void dropTails();
    bool gather(int count);

    LlamaDecoder & decoder_;
    int count_ = 0;
    int position_ = 0;
};

} // namespace sparse_pilot::loop
