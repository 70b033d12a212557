/** What dense passes teach about one layer: neuron importance, mean |up|, and a sample of |act(gate)|. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sparse_pilot {

struct StatisticsWanted {
    bool importance = false; /**< GRIFFIN's s_j */
    bool samples = false;    /**< |act(gate)| rows and E|up_j|, for thresholds */
    bool any() const { return importance || samples; }
};

/** An even sample of token rows (algorithm R with a hash for its random numbers, so that runs repeat). */
class RowSample {
  public:
    RowSample(size_t capacity, size_t width) : capacity_(capacity), width_(width) {}
    /** The slot for the next row, or -1 when it is not sampled. Counts the row as seen. */
    int offer();
    void clear() { rows_ = seen_ = 0; }
    float * slot(int index) { return values_.data() + static_cast<size_t>(index) * width_; }
    size_t rows() const { return rows_; }
    size_t width() const { return width_; }
    uint64_t seen() const { return seen_; }
    const float * row(size_t index) const { return values_.data() + index * width_; }

  private:
    size_t capacity_;
    size_t width_;
    size_t rows_ = 0;
    uint64_t seen_ = 0;
    std::vector<float> values_;
};

struct LayerStatistics {
    LayerStatistics(int f, size_t sampleRows)
        : importance(static_cast<size_t>(f)), upSum(static_cast<size_t>(f)),
          gates(sampleRows, static_cast<size_t>(f)) {}

    /**
     * Of the tokens seen so far only `kept` still stand: the others' share goes, in proportion, since nobody
     * knows whose was what. So few that they say nothing are none.
     * @return whether everything was forgotten just now
     */
    bool keep(uint64_t kept);

    uint64_t tokens = 0;
    /** Sum over tokens of (z_j / ||z||)^2 with z = act(gate) * up, decayed where the settings say so (GRIFFIN
     * section 3). */
    std::vector<float> importance;
    /** Sum over tokens of |up_j|. */
    std::vector<float> upSum;
    /** |act(gate)| of sampled tokens. */
    RowSample gates;
};

/**
 * The score that a fraction `density` of sampled neurons reaches: the (1 - density) quantile of |a_j| * w_j.
 * weights null: 1. NaN-free; 0 when nothing was sampled.
 */
float scoreQuantile(const RowSample & gates, const float * weights, float density);

/** The k-th largest of n non-negative values (k in 1..n), exactly: a histogram of the leading bits, then its
 * bin. */
float kthLargest(const float * values, int n, int k, std::vector<float> & scratch);

} // namespace sparse_pilot
