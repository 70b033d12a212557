#pragma once
// Which form a layer's decode step takes. Pure, so that host code and tests decide alike.

namespace sp::cuda {

enum class Form { Dense, Threshold, TopK, Held };

/// Bytes of weights that one T = 1 pass of a gated FFN reads: `gate`, `up`, `down` are whole matrices,
/// `scale_share` the part of down that is scale planes (read for every group with a kept neuron).
struct FfnBytes {
    double gate, up, down, scale_share;
};

inline double bytes_read(Form form, const FfnBytes & bytes, double density) {
    const double down = bytes.down * (bytes.scale_share + (1.0 - bytes.scale_share) * density);
    switch (form) {
    case Form::Dense:
        return bytes.gate + bytes.up + bytes.down;
    case Form::Held:
        return bytes.gate * density + bytes.up * density + down;
    default:
        return bytes.gate + bytes.up * density + down;
    }
}

/// Predicted speed-up of one FFN over dense: bytes at `bandwidth` (bytes/s) reached at `efficiency`, and
/// `launches` extra dependent launches of `launch_seconds` each, which a fast card cannot hide.
inline double predicted_speedup(Form form, const FfnBytes & bytes, double density, double bandwidth,
                                double efficiency, int launches, double launch_seconds) {
    const double dense = bytes_read(Form::Dense, bytes, 1.0) / bandwidth;
    const double sparse =
        bytes_read(form, bytes, density) / (bandwidth * efficiency) + launches * launch_seconds;
    return dense / sparse;
}

} // namespace sp::cuda
