/** A sparsity profile: what calibration learnt about one model. Immutable once read. */
#pragma once

#include "sparse-pilot.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sparse_pilot {

inline constexpr uint32_t profileVersion = 1;

/** Thresholds that hold a target density: one for each of profileDensities. */
struct ThresholdTable {
    std::vector<float> values;
    /** Interpolated (in the logarithm) between the grid's densities. */
    float at(float density) const;
};

/** The grid of densities that thresholds are stored for: 0.05, 0.10 ... 0.95. */
inline constexpr int profileDensityCount = 19;
constexpr float profileDensity(int i) { return 0.05f * static_cast<float>(i + 1); }

struct LayerProfile {
    ThresholdTable cats;
    ThresholdTable chess;
    std::vector<float> neuronWeights; /**< f: E|up_j| * ||down_j|| */
    std::vector<float> importance;    /**< f: GRIFFIN's s_j^2 over the calibration text */
    float sensitivity = -1; /**< KL rise when this layer alone runs at density 0.5; negative: not measured */
};

struct Profile {
    std::string modelSha256;
    uint64_t tokens = 0;
    std::vector<LayerProfile> layers;
    std::vector<sp_quality_point> curve;
};

/** Throws std::runtime_error with a sentence. The file is written beside its place and renamed. */
void writeProfile(const Profile & profile, const std::string & path);
/** Strict. Throws std::runtime_error with a sentence. `modelSha256` empty: any model. */
Profile readProfile(const std::string & path, const std::string & modelSha256);

} // namespace sparse_pilot
