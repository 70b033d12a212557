#include "generation-options.h"

#include <array>
#include <string>
#include <utility>

namespace sparse_pilot::addon {
namespace {

double number(const Napi::Object & object, const char * name) {
    const Napi::Value value = object.Get(name);
    if (!value.IsNumber()) {
        throw Napi::TypeError::New(object.Env(), std::string(name) + " must be a number");
    }
    return value.As<Napi::Number>().DoubleValue();
}

int integer(const Napi::Object & object, const char * name) {
    const double value = number(object, name);
    if (!(value >= -1e9 && value <= 1e9)) {
        throw Napi::RangeError::New(object.Env(), std::string(name) + " is out of range");
    }
    return static_cast<int>(value);
}

std::string text(const Napi::Object & object, const char * name) {
    const Napi::Value value = object.Get(name);
    if (!value.IsString()) {
        throw Napi::TypeError::New(object.Env(), std::string(name) + " must be a string");
    }
    return value.As<Napi::String>().Utf8Value();
}

template <typename T, std::size_t N>
T choice(const Napi::Object & object, const char * name,
         const std::array<std::pair<const char *, T>, N> & words) {
    const std::string word = text(object, name);
    for (const auto & [known, value] : words) {
        if (word == known) {
            return value;
        }
    }
    throw Napi::TypeError::New(object.Env(), std::string(name) + " has no value " + word);
}

using loop::CheckPolicy;
using loop::DrafterChoice;
using loop::Mode;

constexpr std::array<std::pair<const char *, Mode>, 4> modeWords{
    {{"dense", Mode::dense}, {"exact", Mode::exact}, {"balanced", Mode::balanced}, {"fast", Mode::fast}}};

constexpr std::array<std::pair<const char *, DrafterChoice>, 4> drafterWords{
    {{"auto", DrafterChoice::automatic},
     {"none", DrafterChoice::none},
     {"ngram", DrafterChoice::ngram},
     {"sparse-self", DrafterChoice::sparse}}};

constexpr std::array<std::pair<const char *, CheckPolicy::Kind>, 3> checkWords{
    {{"auto", CheckPolicy::Kind::automatic},
     {"fixed", CheckPolicy::Kind::fixed},
     {"risk", CheckPolicy::Kind::risk}}};

} // namespace

loop::Options readOptions(const Napi::Object & object) {
    loop::Options options;
    options.mode = choice(object, "mode", modeWords);
    options.drafter = choice(object, "drafter", drafterWords);
    options.check.kind = choice(object, "check", checkWords);
    options.check.period = integer(object, "period");
    options.check.budget = number(object, "riskBudget");
    options.check.floor = integer(object, "riskFloor");
    options.check.cap = integer(object, "riskCap");
    options.acceptThreshold = number(object, "acceptThreshold");
    options.maxDraft = integer(object, "maxDraft");
    options.treeWidth = integer(object, "treeWidth");
    options.denseFirst = integer(object, "denseFirst");
    options.probeEvery = integer(object, "probeEvery");
    options.maxTokens = integer(object, "maxTokens");
    options.timeBudgetMs = number(object, "timeBudgetMs");
    options.provisional = object.Get("provisional").ToBoolean();
    options.prefillChunk = integer(object, "prefillChunk");
    options.seed = static_cast<std::uint64_t>(number(object, "seed"));
    options.keepFirst = integer(object, "keepFirst");
    const auto stops = object.Get("stopStrings").As<Napi::Array>();
    for (std::uint32_t i = 0; i < stops.Length(); i++) {
        options.stopStrings.push_back(stops.Get(i).ToString().Utf8Value());
    }
    return options;
}

loop::Sampling readSampling(const Napi::Object & object) {
    loop::Sampling sampling;
    sampling.temperature = number(object, "temperature");
    sampling.topK = integer(object, "topK");
    sampling.topP = number(object, "topP");
    sampling.minP = number(object, "minP");
    sampling.repeatPenalty = number(object, "repeatPenalty");
    sampling.grammar = text(object, "grammar");
    return sampling;
}

} // namespace sparse_pilot::addon
