#include "loop-result.h"

#include <vector>

namespace sparse_pilot::addon {
namespace {

const char * stopWord(loop::StopReason reason) {
    switch (reason) {
    case loop::StopReason::eos:
        return "eos";
    case loop::StopReason::stopString:
        return "stop-string";
    case loop::StopReason::maxTokens:
        return "max-tokens";
    case loop::StopReason::time:
        return "time";
    case loop::StopReason::cancelled:
        return "cancelled";
    case loop::StopReason::contextFull:
        return "context-full";
    case loop::StopReason::stopRule:
        return "stop-rule";
    }
    return "cancelled";
}

Napi::Array tokenArray(Napi::Env env, const std::vector<loop::Emitted> & tokens) {
    auto array = Napi::Array::New(env, tokens.size());
    for (std::uint32_t i = 0; i < tokens.size(); i++) {
        auto token = Napi::Object::New(env);
        token.Set("id", tokens[i].id);
        token.Set("logProb", tokens[i].logProbability);
        token.Set("entropy", tokens[i].entropy);
        array.Set(i, token);
    }
    return array;
}

Napi::Object reportObject(Napi::Env env, const loop::Report & report) {
    auto object = Napi::Object::New(env);
    object.Set("reused", report.reused);
    object.Set("drafted", report.drafted);
    object.Set("accepted", report.accepted);
    object.Set("verifies", report.verifies);
    object.Set("rollbacks", report.rollbacks);
    object.Set("windowTokens", report.windowTokens);
    object.Set("ngramVerifies", report.ngramVerifies);
    object.Set("ngramDrafted", report.ngramDrafted);
    object.Set("ngramAccepted", report.ngramAccepted);
    object.Set("sparseSteps", report.sparseSteps);
    object.Set("shifts", report.shifts);
    auto passes = Napi::Array::New(env);
    auto milliseconds = Napi::Array::New(env);
    for (std::uint32_t i = 0; i < report.densePasses.size(); i++) {
        passes.Set(i, report.densePasses[i]);
        milliseconds.Set(i, report.denseMs[i]);
    }
    object.Set("densePasses", passes);
    object.Set("denseMs", milliseconds);
    object.Set("sparseMs", report.sparseMs);
    object.Set("probes", report.probes);
    object.Set("probesAgreed", report.probesAgreed);
    object.Set("probeDivergence", report.probeDivergence);
    object.Set("prefillMs", report.prefillMs);
    object.Set("firstTokenMs", report.firstTokenMs);
    object.Set("decodeMs", report.decodeMs);
    object.Set("off", report.off);
    return object;
}

} // namespace

Napi::Object batchObject(Napi::Env env, const loop::Batch & batch) {
    auto object = Napi::Object::New(env);
    object.Set("text", batch.text);
    object.Set("tokens", tokenArray(env, batch.tokens));
    object.Set("verified", batch.verified);
    object.Set("retract", static_cast<double>(batch.retract));
    return object;
}

Napi::Object resultObject(Napi::Env env, const loop::Generation & generation) {
    auto object = Napi::Object::New(env);
    object.Set("stopReason", stopWord(generation.stopReason()));
    object.Set("text", generation.output().text());
    object.Set("tokens", tokenArray(env, generation.output().tokens()));
    const loop::Tokens cached = generation.cachedTokens();
    auto cells = Napi::Array::New(env, cached.size());
    for (std::uint32_t i = 0; i < cached.size(); i++) {
        cells.Set(i, cached[i]);
    }
    object.Set("cached", cells);
    object.Set("exactCells", generation.exactCells());
    object.Set("report", reportObject(env, generation.report()));
    return object;
}

} // namespace sparse_pilot::addon
