// Products with one column and with a short batch against the quantised reference, on every instruction set
// of this machine.
#include "batch/product.h"
#include "eight-rows.h"
#include "harness.h"
#include "model.h"

#include <string>

using namespace sparse_pilot;
using namespace model;

namespace {

std::vector<const BatchKernels *> kernelSets() {
    const BatchKernels * sets = nullptr;
    const int count = availableBatchKernels(&sets);
    std::vector<const BatchKernels *> found;
    for (int i = 0; i < count; i++)
        found.push_back(sets + i);
    return found;
}

// One product on `nth` threads: columns are arranged, then rows multiplied, each in parts of the whole.
std::vector<float> product(const BatchKernel & kernel, const Matrix & w, const std::vector<float> & x,
                           int columns, int nth) {
    const PanelShape shape{w.cols / panelBlock, columns};
    std::vector<uint8_t> panel(kernel.panelBytes(shape), 0xff);
    const std::vector<uint8_t> rows = kernel.order == RowOrder::eights ? interleaved(w) : w.data;
    const auto share = [&](int part, int parts) {
        return part == parts ? w.rows : w.rows * part / parts / kernel.step * kernel.step;
    };
    std::vector<float> out(static_cast<size_t>(w.rows) * static_cast<size_t>(columns), NAN);
    onThreads(nth, [&](int ith, int n) {
        kernel.arrange(x.data(), shape, columns * ith / n, columns * (ith + 1) / n, panel.data());
    });
    onThreads(nth, [&](int ith, int n) {
        kernel.multiply(rows.data(), share(ith, n), share(ith + 1, n), shape, panel.data(), out.data(),
                        static_cast<size_t>(w.rows));
    });
    return out;
}

double sizeOfTerms(const Matrix & w, int row, const std::vector<double> & x) {
    double sum = 0;
    for (size_t i = 0; i < x.size(); i++)
        sum += std::fabs(static_cast<double>(w.values[static_cast<size_t>(row) * x.size() + i]) * x[i]);
    return sum;
}

} // namespace

TEST(everyTypeShapeAndThreadCount) {
    Random random(5);
    for (const BatchKernels * set : kernelSets()) {
        for (int k = 0; k < set->count; k++) {
            const BatchKernel & kernel = set->kernels[k];
            for (const auto & [blocks, odd] : {std::pair{1, 1}, std::pair{3, 7}, std::pair{18, 33},
                                               std::pair{1400, 19}}) { // the last: a few rows fill the cache
                const int in = std::min(blocks, 44800 / kernel.block) * kernel.block;
                const int rows = kernel.order == RowOrder::eights ? (odd + 7) / 8 * 8 : odd;
                const Matrix w(kernel.type, rows, in, random);
                for (const int columns : {1, 2, 3, 4, 5, 6, 7, 8, 13}) {
                    const std::vector<float> x =
                        random.vector(static_cast<size_t>(in) * static_cast<size_t>(columns), 1);
                    const std::vector<float> alone = product(kernel, w, x, columns, 1);
                    CHECK(product(kernel, w, x, columns, 3) == alone);
                    for (int c = 0; c < columns; c++) {
                        const auto from = x.begin() + c * in;
                        const std::vector<double> seen = throughInt8({from, from + in}, kernel.block);
                        for (int r = 0; r < rows; r++) {
                            const double expected = w.dot(r, seen);
                            const double got = static_cast<double>(alone[static_cast<size_t>(c * rows + r)]);
                            // types with a minimum keep the sum of the inputs as a half, as ggml does
                            CHECK_WITH(std::fabs(got - expected) < 4e-3 * sizeOfTerms(w, r, seen),
                                       std::string(set->name) + " " + ggml_type_name(kernel.type) + " " +
                                           std::to_string(got) + " " + std::to_string(expected));
                        }
                    }
                }
            }
        }
    }
}

// What a check of drafted tokens stands on: a column's product has the same bits in whatever company.
TEST(columnsDoNotDependOnOneAnother) {
    Random random(6);
    constexpr int rows = 24, columns = 11;
    for (const BatchKernels * set : kernelSets()) {
        for (int k = 0; k < set->count; k++) {
            const int in = 5 * set->kernels[k].block;
            const std::vector<float> x = random.vector(static_cast<size_t>(in * columns), 1);
            const Matrix w(set->kernels[k].type, rows, in, random);
            const std::vector<float> together = product(set->kernels[k], w, x, columns, 2);
            for (int c = 0; c < columns; c++) {
                const std::vector<float> one(x.begin() + c * in, x.begin() + (c + 1) * in);
                const std::vector<float> alone = product(set->kernels[k], w, one, 1, 1);
                CHECK(std::equal(alone.begin(), alone.end(), together.begin() + c * rows));
            }
        }
    }
}

TEST(zeroColumnsGiveZero) {
    Random random(7);
    for (const BatchKernels * set : kernelSets()) {
        for (int k = 0; k < set->count; k++) {
            const BatchKernel & kernel = set->kernels[k];
            const Matrix w(kernel.type, 8, 2 * kernel.block, random);
            for (const int columns : {1, 3})
                for (const float value :
                     product(kernel, w, std::vector<float>(static_cast<size_t>(w.cols * columns), 0.0f),
                             columns, 1))
                    CHECK(value == 0.0f);
        }
    }
}

TEST_MAIN
