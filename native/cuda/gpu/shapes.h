#pragma once
// The models that are timed and predicted for.

namespace bench {

struct Shape {
    const char * name;
    int d, f, kv, layers, vocabulary;
};
constexpr Shape kShapes[] = {{"1.5B", 1536, 8960, 256, 28, 151936}, {"8B", 4096, 14336, 1024, 32, 128256}};

} // namespace bench
