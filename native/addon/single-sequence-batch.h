#pragma once

#include "llama.h"

#include <cstdint>

namespace sparse_pilot::addon {

// A llama_batch for tokens of one sequence.
class SingleSequenceBatch {
  public:
    explicit SingleSequenceBatch(int32_t capacity) : batch_(llama_batch_init(capacity, 0, 1)) {}
    ~SingleSequenceBatch() { llama_batch_free(batch_); }
    SingleSequenceBatch(const SingleSequenceBatch &) = delete;
    SingleSequenceBatch & operator=(const SingleSequenceBatch &) = delete;

    void clear() { batch_.n_tokens = 0; }
    void add(int32_t token, int32_t position, int32_t sequence, bool wantsLogits) {
        const int32_t i = batch_.n_tokens++;
        batch_.token[i] = token;
        batch_.pos[i] = position;
        batch_.n_seq_id[i] = 1;
        batch_.seq_id[i][0] = sequence;
        batch_.logits[i] = wantsLogits ? 1 : 0;
    }
    llama_batch & get() { return batch_; }

  private:
    llama_batch batch_;
};

} // namespace sparse_pilot::addon
