/** One sequence's sparse passes of linears by input channel (TEAL, Q-Sparse, Block Q-Sparse; exact zeros). */
#pragma once

#include "layer-totals.h"
#include "linear.h"
#include "model-columns.h"

#include <vector>

namespace sparse_pilot {

/** From this density on the stock kernels run a layer: nothing is left to gain. */
inline constexpr float denseFrom = 0.96f;

class InputSparsity {
  public:
    InputSparsity(const Engine & engine, const KernelTable & table) : engine_(engine), kernels_(table) {}

    /** Whether the selector looks at inputs of linears. */
    static bool takes(sp_selector selector);

    /** `densities`: one a layer, 1 for a dense one. Thresholds go on where density and score stay the same.
     */
    void configure(const sp_settings & settings, const std::vector<float> & densities);
    void reset();
    /** The model makes exact zeros in the inputs of the first `layers` down projections, outside of an FFN
     * that can be replaced: exact-zero skips those inputs. Takes effect with the next configure. */
    void setExactDowns(int layers) { exactDowns_ = layers; }

    bool active(int layer) const;
    bool active(int layer, sp_linear_role role) const;
    /** Of an active linear. */
    const ColumnLayout & layout(int layer, sp_linear_role role) const { return *at(layer, role).layout; }
    const std::vector<int32_t> & kept(int layer, sp_linear_role role) const { return at(layer, role).kept; }
    void forward(const sp_linear_pass & pass);

    /** For products that other kernels make (CUDA): what an active linear's rule asks for, and afterwards
     * what was kept. Of exact zeros the density is what the last pass kept (0 before it). */
    sp_decision decision(int layer, sp_linear_role role) const;
    void report(int layer, sp_linear_role role, double density, double skippedEnergy, float boundary);

    /** Means over a layer's linears weigh each by its size; a linear that stayed dense counts with density 1.
     */
    LayerTotals totals(int layer) const;
    void clearTotals();

  private:
    struct State {
        const ColumnLayout * layout = nullptr; /**< null: dense */
        double share = 0;                      /**< of the layer's weights */
        sp_linear_rule rule = {SP_NONE, 1.0f, -1.0f, false};
        int learnt = 0;         /**< TEAL: passes that the threshold comes from */
        double logBoundary = 0; /**< TEAL: sum of ln of their boundaries */
        LayerTotals totals;
        std::vector<int32_t> kept;
    };
    using LayerStates = std::array<State, SP_LINEARS>;

    const State & at(int layer, sp_linear_role role) const {
        return layers_[static_cast<size_t>(layer)][static_cast<size_t>(role)];
    }
    void configureExact(const std::vector<float> & densities);
    static void count(State & state, double density, double skippedEnergy);
    void follow(State & state, double density, float boundary) const;

    const Engine & engine_;
    const KernelTable & kernels_;
    bool hold_ = true;
    std::vector<LayerStates> layers_; /**< empty: off */
    LinearScratch scratch_;
    int exactDowns_ = 0;
    std::vector<std::unique_ptr<ColumnLayout>> downs_;
};

} // namespace sparse_pilot
