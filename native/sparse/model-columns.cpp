#include "model-columns.h"

#include "engine.h"
#include "layout/gguf-source.h"
#include "parallel.h"

#include "ggml.h"

#include <stdexcept>

namespace sparse_pilot {

namespace {

ColumnsOfLinear build(const Engine & engine, const GgufSource & source, int layer, sp_linear_role role) {
    ColumnsOfLinear out;
    const std::string name = "blk." + std::to_string(layer) + "." + sp_linear_name(role) + ".weight";
    const FfnLayout * ffn = role == SP_FFN_DOWN ? engine.layer(layer) : nullptr;
    if (ffn != nullptr) {
        out.layout = std::make_unique<ColumnLayout>(columnsOfDown(*ffn));
        out.weights = out.layout->weights();
        return out;
    }
    const LoadedTensor tensor = source.tensor(name);
    if (tensor.view.data == nullptr)
        return out;
    out.weights = static_cast<uint64_t>(tensor.view.ne0) * static_cast<uint64_t>(tensor.view.ne1);
    try {
        out.layout = std::make_unique<ColumnLayout>(buildColumns(tensor.view));
    } catch (const std::runtime_error & error) {
        const char * type = ggml_type_name(static_cast<ggml_type>(tensor.view.type));
        out.reason = name + " (" + type + "): " + error.what();
    }
    return out;
}

} // namespace

ModelColumns::ModelColumns(const Engine & engine, const GgufSource & source,
                           const sp_engine_options & options)
    : layers_(static_cast<size_t>(engine.layers())) {
    if (source.layers() != engine.layers())
        throw std::runtime_error("the file belongs to another model");
    forEachLayer(engine.layers(), options, [&](int layer) {
        if (source.hasExperts(layer)) {
            for (ColumnsOfLinear & linear : layers_[static_cast<size_t>(layer)])
                linear.reason = "mixture of experts";
            return;
        }
        for (int role = 0; role < SP_LINEARS; ++role)
            layers_[static_cast<size_t>(layer)][static_cast<size_t>(role)] =
                build(engine, source, layer, static_cast<sp_linear_role>(role));
    });
}

uint64_t ModelColumns::extraBytes() const {
    uint64_t sum = 0;
    for (const ColumnsOfLayer & layer : layers_)
        for (const ColumnsOfLinear & linear : layer)
            sum += linear.layout ? linear.layout->extraBytes() : 0;
    return sum;
}

} // namespace sparse_pilot
