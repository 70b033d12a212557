/** Reads FFN weights out of a GGUF file (or all parts of a split one), one layer at a time. */
#pragma once

#include "sparse-pilot.h"

#include <memory>
#include <string>
#include <vector>

namespace sparse_pilot {

/** One layer's weights, owned. */
struct LoadedFfn {
    sp_ffn_weights weights = {};
    std::vector<std::vector<uint8_t>> storage;
    std::string reason; /**< why the layer stays dense; empty when weights are complete */
};

/** One tensor, owned; view.data is null when the file has none of that name. */
struct LoadedTensor {
    std::vector<uint8_t> bytes;
    sp_tensor view = {};
};

class GgufSource {
  public:
    /** Throws std::runtime_error with a sentence when the file cannot be read or is damaged. */
    explicit GgufSource(const std::string & path);
    ~GgufSource();
    int layers() const { return layers_; }
    /** May be called from several threads. Throws std::runtime_error when the file shrank meanwhile. */
    LoadedFfn load(int layer) const;
    LoadedTensor tensor(const std::string & name) const;
    bool hasExperts(int layer) const;

  private:
    struct Part;
    struct Found;
    Found find(const std::string & name) const;
    bool has(const std::string & name) const;

    std::vector<std::unique_ptr<Part>> parts_;
    int layers_ = 0;
};

} // namespace sparse_pilot
