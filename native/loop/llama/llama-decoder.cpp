#include "llama-decoder.h"

#include <algorithm>
#include <utility>

namespace sparse_pilot::loop {
namespace {

constexpr int shortPass =
    16; ///< tokens; a pass this short is finished rather than broken off, which llama.cpp logs as an error

} // namespace

LlamaDecoder::LlamaDecoder(Place place)
    : context_(place.context), vocab_(llama_model_get_vocab(llama_get_model(place.context))),
      sequence_(place.sequence), graphs_(std::move(place.graphs)),
      batchSize_(static_cast<int>(llama_n_batch(place.context))), batch_(llama_batch_init(batchSize_, 0, 1)) {
}

LlamaDecoder::~LlamaDecoder() { llama_batch_free(batch_); }

int LlamaDecoder::capacity() const { return static_cast<int>(llama_n_ctx_seq(context_)); }

int LlamaDecoder::alike(int position) const {
    constexpr int cellStep =
        256; // attention reads cells up to the next multiple, and splits those among threads
    return std::min(batchSize_, cellStep - position % cellStep);
}

int LlamaDecoder::alikeTokens() const {
    return graphs_.alikeTokens ? std::min(batchSize_, graphs_.alikeTokens()) : batchSize_;
}

std::string LlamaDecoder::piece(Token token) const {
    std::string text(32, '\0');
    int32_t size =
        llama_token_to_piece(vocab_, token, text.data(), static_cast<int32_t>(text.size()), 0, false);
    if (size < 0) {
        text.resize(static_cast<std::size_t>(-size));
        size = llama_token_to_piece(vocab_, token, text.data(), static_cast<int32_t>(text.size()), 0, false);
    }
    text.resize(static_cast<std::size_t>(std::max(size, 0)));
    return text;
}

DecodeStatus LlamaDecoder::decode(const Token * tokens, int count, int position, Rows rows) {
    const bool teaches = rows == Rows::none && dense_ == Graph::observed && graphs_.promptRows;
    const int through = rows == Rows::all ? count : teaches ? graphs_.promptRows() : 0;
    batch_.n_tokens = count;
    for (int i = 0; i < count; i++) {
        batch_.token[i] = tokens[i];
        batch_.pos[i] = position + i;
        batch_.n_seq_id[i] = 1;
        batch_.seq_id[i][0] = sequence_;
        batch_.logits[i] = i >= count - through ? 1 : 0;
    }
    return decode(batch_);
}

DecodeStatus LlamaDecoder::decode(const llama_batch & batch) {
    longPass_ = batch.n_tokens > shortPass;
    if (graphs_.products) {
        graphs_.products(true);
    }
    const int32_t status = llama_decode(context_, batch);
    if (graphs_.products) {
        graphs_.products(false); // others use this context too
    }
    if (status == 0) {
        llama_synchronize(context_); // passes are timed, and a GPU works on after llama_decode has returned
        return DecodeStatus::ok;
    }
    if (status == 1) {
        return DecodeStatus::full;
    }
    return status == 2 ? DecodeStatus::aborted : DecodeStatus::failed;
}

DecodeStatus LlamaDecoder::dense(const Token * tokens, int count, int position, Rows rows) {
    if (graphs_.use) {
        graphs_.use(dense_);
    }
    return decode(tokens, count, position, rows);
}

bool LlamaDecoder::hasSparse() const { return graphs_.active && graphs_.active(); }

DecodeStatus LlamaDecoder::sparse(Token token, int position) {
    graphs_.use(Graph::sparse);
    const DecodeStatus status = decode(&token, 1, position, Rows::all);
    graphs_.use(dense_);
    return status;
}

double LlamaDecoder::skippedMass() const { return graphs_.skippedMass ? graphs_.skippedMass() : 0.0; }

bool LlamaDecoder::canRollBack() const {
    const llama_model * model = llama_get_model(context_);
    return !llama_model_is_recurrent(model) && !llama_model_is_hybrid(model);
}

bool LlamaDecoder::truncate(int position) {
    const llama_memory_t memory = llama_get_memory(context_);
    // a sliding window forgets: cells that the next token must see may be gone already
    const int window = llama_model_n_swa(llama_get_model(context_));
    const bool forgot = position > 0 && window > 0 &&
                        llama_memory_seq_pos_min(memory, sequence_) > std::max(0, position - window);
    return llama_memory_seq_rm(memory, sequence_, position, -1) && !forgot;
}

bool LlamaDecoder::discard(int from, int to) {
    const llama_memory_t memory = llama_get_memory(context_);
    if (!llama_memory_can_shift(memory) || !llama_memory_seq_rm(memory, sequence_, from, to)) {
        return false;
    }
    llama_memory_seq_add(memory, sequence_, to, -1, from - to);
    return true;
}

void LlamaDecoder::setAbort(std::function<bool()> wanted) {
    abort_ = std::move(wanted);
    if (!abort_) {
        llama_set_abort_callback(context_, nullptr, nullptr);
        return;
    }
    llama_set_abort_callback(
        context_,
        [](void * data) {
            const auto & self = *static_cast<LlamaDecoder *>(data);
            return self.longPass_ && self.abort_();
        },
        this);
}

} // namespace sparse_pilot::loop
