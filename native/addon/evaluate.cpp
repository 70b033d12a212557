#include "arguments.h"
#include "graph-switch.h"
#include "promise-worker.h"
#include "register.h"
#include "single-sequence-batch.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <stdexcept>

namespace sparse_pilot::addon {
namespace {

constexpr int32_t maxPosition = 1 << 24;

// Keeps the context object alive, and its sampler from reusing the logits of an earlier decode.
class DecodeWorker : public PromiseWorker {
  public:
    DecodeWorker(Napi::Env env, AddonContext & context) : PromiseWorker(env), context_(context) {
        context_.Ref();
    }
    ~DecodeWorker() override { context_.Unref(); }

  protected:
    llama_context * ctx() const { return context_.ctx; }
    int32_t vocabularySize() const {
        return llama_vocab_n_tokens(llama_model_get_vocab(llama_get_model(ctx())));
    }
    void decode(SingleSequenceBatch & batch, const loop::GraphSwitch & graphs) {
        context_.sharedSamplerData.gotLogit = false;
        context_.sharedSamplerData.hasLogits = false;
        if (graphs.products) {
            graphs.products(true);
        }
        const int status = llama_decode(ctx(), batch.get());
        if (graphs.products) {
            graphs.products(false);
        }
        if (status != 0) {
            throw std::runtime_error("decoding failed with status " + std::to_string(status));
        }
    }

  private:
    AddonContext & context_;
};

// The graphs for the argument products?: 'upstream' | 'batch' at `index`.
loop::GraphSwitch graphsArgument(const Napi::CallbackInfo & info, size_t index, AddonContext & context,
                                 int32_t sequence) {
    const bool ours =
        info.Length() > index && info[index].IsString() && stringArgument(info, index, "products") == "batch";
    return graphSwitch(context.ctx, sparseContextOf(info, 0), sequence,
                       ours ? Products::batch : Products::upstream);
}

// Evaluates tokens, `step` at a time, and keeps the logits of all of them.
class LogitsWorker : public DecodeWorker {
  public:
    LogitsWorker(Napi::Env env, AddonContext & context, int32_t sequence, int32_t position,
                 std::vector<int32_t> tokens, int32_t step, loop::GraphSwitch graphs)
        : DecodeWorker(env, context), sequence_(sequence), position_(position), tokens_(std::move(tokens)),
          step_(step), graphs_(std::move(graphs)) {}

  protected:
    void work() override {
        const size_t vocabulary = static_cast<size_t>(vocabularySize());
        rows_.resize(tokens_.size() * vocabulary);
        SingleSequenceBatch batch(step_);
        for (size_t done = 0; done < tokens_.size();) {
            const size_t n = std::min(tokens_.size() - done, static_cast<size_t>(step_));
            batch.clear();
            for (size_t i = 0; i < n; ++i) {
                batch.add(tokens_[done + i], position_ + static_cast<int32_t>(done + i), sequence_, true);
            }
            decode(batch, graphs_);
            for (size_t i = 0; i < n; ++i) {
                const float * row = llama_get_logits_ith(ctx(), static_cast<int32_t>(i));
                std::memcpy(rows_.data() + (done + i) * vocabulary, row, vocabulary * sizeof(float));
            }
            done += n;
        }
    }
    Napi::Value result(Napi::Env env) override {
        auto array = Napi::Float32Array::New(env, rows_.size());
        std::copy(rows_.begin(), rows_.end(), array.Data());
        return array;
    }

  private:
    int32_t sequence_, position_;
    std::vector<int32_t> tokens_;
    int32_t step_;
    loop::GraphSwitch graphs_;
    std::vector<float> rows_;
};

// evaluateLogits(context, sequence, position, tokens: Uint32Array, step, products?: 'upstream' | 'batch') ->
// Promise<Float32Array> of [tokens, vocabulary]
Napi::Value evaluateLogits(const Napi::CallbackInfo & info) {
    AddonContext & context = contextArgument(info, 0);
    const int32_t batchSize = static_cast<int32_t>(llama_n_batch(context.ctx));
    const int32_t sequence =
        integerArgument(info, 1, "sequence", 0, static_cast<int32_t>(llama_n_seq_max(context.ctx)) - 1);
    const int32_t position = integerArgument(info, 2, "position", 0, maxPosition);
    std::vector<int32_t> tokens = tokensArgument(info, 3, context);
    const int32_t step = integerArgument(info, 4, "step", 1, batchSize);
    return (new LogitsWorker(info.Env(), context, sequence, position, std::move(tokens), step,
                             graphsArgument(info, 5, context, sequence)))
        ->start();
}

// Greedy decoding of one token at a time; for measurements.
class GreedyWorker : public DecodeWorker {
  public:
    GreedyWorker(Napi::Env env, AddonContext & context, int32_t sequence, int32_t position, int32_t token,
                 int32_t count, loop::GraphSwitch graphs)
        : DecodeWorker(env, context), sequence_(sequence), position_(position), token_(token), count_(count),
          graphs_(std::move(graphs)) {}

  protected:
    void work() override {
        const auto start = std::chrono::steady_clock::now();
        const int32_t vocabulary = vocabularySize();
        SingleSequenceBatch batch(1);
        for (int32_t i = 0; i < count_; ++i) {
            batch.clear();
            batch.add(token_, position_ + i, sequence_, true);
            decode(batch, graphs_);
            const float * row = llama_get_logits_ith(ctx(), 0);
            token_ = static_cast<int32_t>(std::max_element(row, row + vocabulary) - row);
            tokens_.push_back(static_cast<uint32_t>(token_));
        }
        milliseconds_ =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }
    Napi::Value result(Napi::Env env) override {
        auto object = Napi::Object::New(env);
        auto array = Napi::Uint32Array::New(env, tokens_.size());
        std::copy(tokens_.begin(), tokens_.end(), array.Data());
        object.Set("tokens", array);
        object.Set("milliseconds", milliseconds_);
        return object;
    }

  private:
    int32_t sequence_, position_, token_, count_;
    loop::GraphSwitch graphs_;
    std::vector<uint32_t> tokens_;
    double milliseconds_ = 0;
};

// decodeGreedy(context, sequence, position, token, count, products?) -> Promise<{tokens: Uint32Array,
// milliseconds}>
Napi::Value decodeGreedy(const Napi::CallbackInfo & info) {
    AddonContext & context = contextArgument(info, 0);
    const int32_t sequence =
        integerArgument(info, 1, "sequence", 0, static_cast<int32_t>(llama_n_seq_max(context.ctx)) - 1);
    const int32_t position = integerArgument(info, 2, "position", 0, maxPosition);
    const int32_t vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(llama_get_model(context.ctx)));
    const int32_t token = integerArgument(info, 3, "token", 0, vocabulary - 1);
    const int32_t count = integerArgument(info, 4, "count", 0, maxPosition);
    return (new GreedyWorker(info.Env(), context, sequence, position, token, count,
                             graphsArgument(info, 5, context, sequence)))
        ->start();
}

// truncateSequence(context, sequence, position): drops the cells from `position` on
Napi::Value truncateSequence(const Napi::CallbackInfo & info) {
    AddonContext & context = contextArgument(info, 0);
    const int32_t sequence =
        integerArgument(info, 1, "sequence", 0, static_cast<int32_t>(llama_n_seq_max(context.ctx)) - 1);
    const int32_t position = integerArgument(info, 2, "position", 0, maxPosition);
    return Napi::Boolean::New(info.Env(),
                              llama_memory_seq_rm(llama_get_memory(context.ctx), sequence, position, -1));
}

// graphReuses(context) -> how many decodes took the graph of the one before
Napi::Value graphReuses(const Napi::CallbackInfo & info) {
    return Napi::Number::New(info.Env(), llama_perf_context(contextArgument(info, 0).ctx).n_reused);
}

// batchProducts(): number, see batch-products.h
Napi::Value batchProducts(const Napi::CallbackInfo & info) {
    return Napi::Number::New(info.Env(), static_cast<double>(batchProductsBuilt()));
}

} // namespace

void registerEvaluate(Napi::Env env, Napi::Object exports) {
    exports.Set("spEvaluateLogits", Napi::Function::New(env, evaluateLogits, "spEvaluateLogits"));
    exports.Set("spDecodeGreedy", Napi::Function::New(env, decodeGreedy, "spDecodeGreedy"));
    exports.Set("spGraphReuses", Napi::Function::New(env, graphReuses, "spGraphReuses"));
    exports.Set("spBatchProducts", Napi::Function::New(env, batchProducts, "spBatchProducts"));
    exports.Set("spTruncateSequence", Napi::Function::New(env, truncateSequence, "spTruncateSequence"));
}

} // namespace sparse_pilot::addon
