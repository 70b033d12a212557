#include "decoder.h"

#include <chrono>

namespace sparse_pilot::loop {

double Decoder::now() const {
    const auto time = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double, std::milli>(time).count();
}

} // namespace sparse_pilot::loop
