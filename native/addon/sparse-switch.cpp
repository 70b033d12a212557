#include "sparse-switch.h"

namespace sparse_pilot::addon {

loop::SparseSwitch sparseSwitch(SparseContextPtr sparse, std::int32_t sequence) {
    if (!sparse) {
        return {};
    }
    loop::SparseSwitch result;
    result.use = [sparse, sequence](loop::Graph graph) {
        sparse->select(sequence);
        sparse->setPass(graph == loop::Graph::sparse     ? Pass::sparse
                        : graph == loop::Graph::observed ? Pass::dense
                                                         : Pass::plain);
    };
    result.active = [sparse, sequence] {
        for (int layer = 0; layer < sparse->layers(); layer++) {
            if (sp_layer_active(sparse->session(sequence), layer)) {
                return true;
            }
        }
        return false;
    };
    result.skippedMass = [sparse, sequence] { return sp_session_last_risk(sparse->session(sequence)); };
    return result;
}

} // namespace sparse_pilot::addon
