#include "graph-switch.h"

namespace sparse_pilot::addon {

loop::GraphSwitch graphSwitch(llama_context * ctx, SparseContextPtr sparse, std::int32_t sequence,
                              Products products) {
    loop::GraphSwitch result;
    if (products == Products::batch) {
        result.alikeTokens = batchProductsAlike;
        result.products = [ctx, sparse](bool ours) {
            const Products wanted = ours ? Products::batch : Products::upstream;
            if (sparse) {
                sparse->setProducts(wanted);
            } else {
                useProducts(ctx, wanted);
            }
        };
    }
    if (!sparse) {
        return result;
    }
    result.use = [sparse, sequence](loop::Graph graph) {
        sparse->select(sequence);
        sparse->setPass(graph == loop::Graph::sparse     ? Pass::sparse
                        : graph == loop::Graph::observed ? Pass::dense
                                                         : Pass::plain);
    };
    result.active = [sparse, sequence] {
        const sp_session * session = sparse->session(sequence);
        for (int layer = 0; layer < sparse->layers(); layer++) {
            if (sp_layer_active(session, layer) || sp_layer_inputs_active(session, layer)) {
                return true;
            }
        }
        return false;
    };
    result.promptRows = [sparse, sequence] { return sp_session_prompt_rows(sparse->session(sequence)); };
    result.skippedMass = [sparse, sequence] { return sp_session_last_risk(sparse->session(sequence)); };
    return result;
}

} // namespace sparse_pilot::addon
