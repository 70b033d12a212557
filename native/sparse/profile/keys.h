/** The keys and tensor names of a profile file: a GGUF of general.architecture "sparse-pilot-profile". */
#pragma once

#include <string>

namespace sparse_pilot::keys {

inline constexpr const char * architecture = "general.architecture";
inline constexpr const char * architectureValue = "sparse-pilot-profile";
inline constexpr const char * version = "sparse-pilot.profile.version";    // u32
inline constexpr const char * model = "sparse-pilot.profile.model-sha256"; // string, 64 hex digits
inline constexpr const char * tokens = "sparse-pilot.profile.tokens";      // u64
inline constexpr const char * layers = "sparse-pilot.profile.layers";      // u32
inline constexpr const char * sensitivity =
    "sparse-pilot.profile.sensitivity";                             // f32[layers], negative: not measured
inline constexpr const char * curve = "sparse-pilot.profile.curve"; // f32[3 n]: selector, density, KL

/** f32 of profileDensityCount. */
inline std::string cats(int layer) { return "layer." + std::to_string(layer) + ".cats"; }
inline std::string chess(int layer) { return "layer." + std::to_string(layer) + ".chess"; }
/** f32 of the FFN width. */
inline std::string weights(int layer) { return "layer." + std::to_string(layer) + ".weights"; }
inline std::string importance(int layer) { return "layer." + std::to_string(layer) + ".importance"; }

} // namespace sparse_pilot::keys
