// Every kernel of a sparse FFN on its own: microseconds and achieved bandwidth against a measured copy, on
// weights that no cache holds. Prints JSON lines; table.py makes the table.
//
//   kernel-bench [--shape 1.5B|8B] [--type q4_K|q8_0|f16]

#include "bench.h"
#include "sparse_ops.cuh"
#include "test/device_array.h"

#include <cstdio>
#include <random>
#include <string>
#include <vector>

using namespace sp::cuda;
using bench::device_us;
using bench::fail;
using bench::Shape;
using sp::cuda::test::check;
using sp::cuda::test::DeviceArray;

namespace {

constexpr size_t kBeyondCaches = size_t{1} << 30;
constexpr int kFill = 0x11; // a small positive number in every type

/// A random selection at a density, as gate_select leaves it, and as the list that up_rows makes of it.
struct Kept {
    Kept(int f, double density)
        : counts(static_cast<size_t>(chunks_of(f))), ids(static_cast<size_t>(chunks_of(f) * kChunk)) {
        std::mt19937 random(3);
        std::bernoulli_distribution coin(density);
        for (int j = 0; j < f; ++j) {
            if (coin(random)) {
                ids[static_cast<size_t>(j / kChunk * kChunk + counts[static_cast<size_t>(j / kChunk)]++)] = j;
                list.push_back(j);
            }
        }
    }
    std::vector<int> counts, ids, list;
};

void row(const char * kernel, double density, double bytes, double us, double copy) {
    const double bandwidth = bytes / (us * 1e-6);
    std::printf("{\"kernel\":\"%s\",\"density\":%.3f,\"us\":%.2f,\"GBps\":%.1f,\"ofCopy\":%.3f}\n", kernel,
                density, us, bandwidth / 1e9, bandwidth / copy);
    std::fflush(stdout);
}

template <WeightType type> void measure(const Shape & shape, const char * type_name) {
    const int d = shape.d, f = shape.f;
    Width width;
    check(cudaDeviceGetAttribute(&width.multiprocessors, cudaDevAttrMultiProcessorCount, 0));
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, 0));
    const double copy = bench::copy_bandwidth();
    std::printf("{\"device\":\"%s\",\"copyGBps\":%.0f,\"shape\":\"%s\",\"type\":\"%s\"}\n", properties.name,
                copy / 1e9, shape.name, type_name);

    const size_t row_bytes = static_cast<size_t>(d / block_length(type)) * block_bytes(type);
    const size_t matrix = row_bytes * static_cast<size_t>(f);
    const PlaneOffsets offsets = plane_offsets(type, d, f);
    const int copies = static_cast<int>(kBeyondCaches / matrix) + 1;
    DeviceArray<uint8_t> rows(matrix * static_cast<size_t>(copies), kFill);
    DeviceArray<uint8_t> planes(offsets.total * static_cast<size_t>(copies), kFill);
    const auto rows_at = [&](int i) { return rows.get() + matrix * static_cast<size_t>(i); };
    const auto planes_of = [&](int i) {
        return planes_at(planes.get() + offsets.total * static_cast<size_t>(i), type, d, f);
    };
    const ScratchOffsets scratch_layout = scratch_offsets(d, f, width);
    DeviceArray<uint8_t> scratch_bytes(scratch_layout.total, 0);
    const Scratch scratch = scratch_at(scratch_bytes.get(), scratch_layout);
    DeviceArray<float> x(std::vector<float>(static_cast<size_t>(d), 0.5f)), y(static_cast<size_t>(d)),
        threshold(std::vector<float>{0.0f});
    const QuantizedInput input = quantize(x.get(), d, scratch, nullptr);
    row("quantize", 1, 4.0 * d, device_us(copies, [&](int) { quantize(x.get(), d, scratch, nullptr); }),
        copy);
    row("gate_select", 1, static_cast<double>(matrix),
        device_us(copies,
                  [&](int i) {
                      launch(gate_select<type>, chunks_of(f), 1, kGateThreads, Stream{nullptr},
                             GateArguments{rows_at(i), nullptr, nullptr, threshold.get(), Activation::SiLU, d,
                                           f},
                             input, scratch.selection);
                  }),
        copy);
    // of a linear with f inputs: what chooses them, beside the product below
    DeviceArray<float> inputs(std::vector<float>(static_cast<size_t>(f), 0.5f));
    DeviceArray<int> half(std::vector<int>{f / 2});
    const auto choosing = [&](const char * name, InputRule::Kind kind) {
        const InputRule rule{kind, threshold.get(), half.get(), nullptr};
        row(name, 1, 4.0 * f,
            device_us(copies, [&](int) { select_inputs(rule, f, inputs.get(), scratch, nullptr); }), copy);
    };
    choosing("inputs above", InputRule::Kind::Threshold);
    choosing("inputs top-K", InputRule::Kind::QuantisedTopK);
    for (const double density : {1.0, 0.7, 0.5, 0.3}) {
        const Kept kept(f, density);
        const DeviceArray<int> list(kept.list), count(std::vector<int>{static_cast<int>(kept.list.size())});
        const auto upload = [](int * to, const std::vector<int> & from) {
            check(cudaMemcpy(to, from.data(), from.size() * sizeof(int), cudaMemcpyHostToDevice));
        };
        upload(scratch.selection.counts, kept.counts);
        upload(scratch.selection.ids, kept.ids);
        const auto n = static_cast<double>(kept.list.size());
        row("up_rows", density, n * static_cast<double>(row_bytes),
            device_us(copies,
                      [&](int i) {
                          launch(up_rows<type>, width.persistent_blocks(), 1, 256, Stream{nullptr},
                                 rows_at(i), nullptr, input, d, f, scratch.selection, scratch.list,
                                 scratch.outcome);
                      }),
            copy);
        const CompactList held{list.get(), nullptr, count.get()};
        row("held_rows", density, 2.0 * n * static_cast<double>(row_bytes),
            device_us(copies,
                      [&](int i) {
                          launch(held_rows<type, type>, width.persistent_blocks(), 1, 256, Stream{nullptr},
                                 HeldRows{rows_at(i), nullptr, rows_at((i + copies / 2) % copies), nullptr,
                                          Activation::SiLU, d},
                                 input, held, scratch.list.values);
                      }),
            copy);
        const auto quants = static_cast<double>(offsets.scales); // scales come after all quants
        const double scales = static_cast<double>(offsets.total) - quants;
        row("column_product", density, n / f * quants + scales,
            device_us(copies,
                      [&](int i) {
                          product_of_list(planes_of(i), type, {list.get(), scratch.list.values, count.get()},
                                          nullptr, scratch, width, y.get(), nullptr);
                      }),
            copy);
    }
    test::wait_for_device();
}

} // namespace

int main(int argc, char ** argv) {
    const Shape * shape = &bench::shape_named("8B");
    std::string type = "q4_K";
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string option = argv[i], value = argv[i + 1];
        if (option == "--shape") {
            shape = &bench::shape_named(value);
        } else if (option == "--type") {
            type = value;
        } else {
            fail("unknown option " + option);
        }
    }
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        fail("no usable GPU");
    }
    if (type == "q4_K") {
        measure<WeightType::Q4_K>(*shape, type.c_str());
    } else if (type == "q8_0") {
        measure<WeightType::Q8_0>(*shape, type.c_str());
    } else if (type == "f16") {
        measure<WeightType::F16>(*shape, type.c_str());
    } else {
        fail("unknown type " + type);
    }
    return 0;
}
