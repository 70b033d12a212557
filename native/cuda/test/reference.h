#pragma once
// Random quantised weights and the masked-dense reference at double precision, from ggml's own
// (de)quantisation.

#include "../blocks.cuh"
#include "../kernels/activation.cuh"

#include <cstdint>
#include <random>
#include <vector>

namespace sp::cuda::test {

/// A matrix [rows][columns]: GGUF bytes, and the values they stand for.
struct Matrix {
    WeightType type;
    int rows;
    int columns;
    std::vector<uint8_t> bytes;
    std::vector<float> values;
    double at(int row, int column) const { return values[static_cast<size_t>(row) * columns + column]; }
};

using Random = std::mt19937;

Matrix random_matrix(WeightType type, int rows, int columns, Random & random);
/// Weights that every case of this type and shape shares: making them (Q4_K's search) takes longer than a
/// case. Another `seed` is another matrix.
const Matrix & shared_weights(WeightType type, int rows, int columns, unsigned seed);
std::vector<float> random_vector(int n, Random & random, float deviation = 1.0f);
/// What quantize_input makes of x, as values.
std::vector<double> quantised_values(const std::vector<float> & x);
double activated(Activation activation, double g);
/// W row . x, with x as the kernels see it (int8 for quantised weights).
double reference_dot(const Matrix & w, int row, const std::vector<float> & x);
/// ||a - b|| / ||b||, 0 when both are zero.
double norm_error(const std::vector<float> & a, const std::vector<double> & b);
const char * name_of(WeightType type);

} // namespace sp::cuda::test
