// Profiles: what is written is read back; whatever is damaged is refused with a reason, never crashed on.
#include "profile/profile.h"
#include "harness.h"
#include "model.h"

#include "gguf.h"

#include <filesystem>
#include <fstream>

using namespace sparse_pilot;
using namespace model;

namespace {

namespace fs = std::filesystem;
const std::string sha(64, 'a');

struct TemporaryFile {
    std::string path;
    TemporaryFile() {
        static int count = 0;
        path =
            (fs::temp_directory_path() / ("sparse-pilot-profile-" + std::to_string(std::random_device{}()) +
                                          "-" + std::to_string(count++) + ".gguf"))
                .string();
    }
    ~TemporaryFile() {
        std::error_code ignored;
        fs::remove(path, ignored);
    }
};

Profile sample() {
    Profile p;
    p.modelSha256 = sha;
    p.tokens = 12345;
    for (int l = 0; l < 3; ++l) {
        LayerProfile & layer = p.layers.emplace_back();
        layer.sensitivity = l == 2 ? -1.0f : 0.5f;
        if (l == 1)
            continue; // a layer that stays dense
        for (int i = 0; i < profileDensityCount; ++i) {
            layer.cats.values.push_back(1.0f / static_cast<float>(i + 1));
            layer.chess.values.push_back(2.0f / static_cast<float>(i + 1));
        }
        for (int j = 0; j < 40; ++j) {
            layer.neuronWeights.push_back(static_cast<float>(j) * 0.25f);
            layer.importance.push_back(static_cast<float>(j));
        }
    }
    p.curve = {{SP_CATS, 0.5f, 0.01f}, {SP_ROLLING, 0.3f, 0.2f}};
    return p;
}

std::string bytesOf(const std::string & path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

void put(const std::string & path, const std::string & bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/** The refusal's sentence, or "" when the file was accepted. */
std::string refusal(const std::string & path, const std::string & model = sha) {
    try {
        readProfile(path, model);
        return "";
    } catch (const std::runtime_error & error) {
        return error.what();
    }
}

std::string refusalOf(const Profile & profile) {
    const TemporaryFile file;
    writeProfile(profile, file.path);
    return refusal(file.path);
}

bool has(const std::string & text, const char * part) { return text.find(part) != std::string::npos; }

void quiet(enum ggml_log_level, const char *, void *) {}
const bool silenced = (ggml_log_set(quiet, nullptr), true);

} // namespace

TEST(roundTrip) {
    CHECK(silenced);
    const TemporaryFile file;
    const Profile p = sample();
    writeProfile(p, file.path);
    CHECK(!fs::exists(file.path + ".part"));
    const Profile q = readProfile(file.path, sha);
    CHECK(q.modelSha256 == sha && q.tokens == 12345 && q.layers.size() == 3 && q.curve.size() == 2);
    CHECK(q.layers[0].cats.values == p.layers[0].cats.values);
    CHECK(q.layers[0].chess.values == p.layers[0].chess.values);
    CHECK(q.layers[2].neuronWeights == p.layers[2].neuronWeights);
    CHECK(q.layers[2].importance == p.layers[2].importance);
    CHECK(q.layers[1].neuronWeights.empty() && q.layers[0].sensitivity == 0.5f &&
          q.layers[2].sensitivity == -1);
    CHECK(q.curve[1].selector == SP_ROLLING && q.curve[1].density == 0.3f && q.curve[1].kl == 0.2f);
}

TEST(thresholdsInterpolate) {
    const ThresholdTable table = sample().layers[0].cats;
    CHECK(std::fabs(table.at(0.05f) - 1.0f) < 1e-5f);
    CHECK(std::fabs(table.at(0.5f) - 0.1f) < 1e-5f);
    const float between = table.at(0.525f);
    CHECK(between < table.at(0.5f) && between > table.at(0.55f));
    CHECK(table.at(0.0f) == table.at(0.05f) && std::fabs(table.at(1.0f) - table.at(0.95f)) < 1e-6f);
}

TEST(foreignAndDamagedValuesAreRefused) {
    const TemporaryFile file;
    writeProfile(sample(), file.path);
    CHECK(has(refusal(file.path, std::string(64, 'b')), "another model"));
    CHECK(refusal(file.path, "").empty());
    CHECK(has(refusal(file.path + ".missing"), "cannot read"));
    for (const float bad : {NAN, INFINITY, -1.0f}) {
        Profile p = sample();
        p.layers[0].cats.values[3] = bad;
        CHECK(has(refusalOf(p), "finite"));
        p = sample();
        p.layers[2].neuronWeights[3] = bad;
        CHECK(has(refusalOf(p), "finite"));
    }
    Profile p = sample();
    p.layers[0].sensitivity = NAN;
    CHECK(has(refusalOf(p), "sensitivity"));
    p = sample();
    p.layers[0].cats.values.pop_back();
    CHECK(has(refusalOf(p), "length"));
    p = sample();
    std::reverse(p.layers[0].chess.values.begin(), p.layers[0].chess.values.end());
    CHECK(has(refusalOf(p), "rises"));
    p = sample();
    p.layers[0].importance.pop_back();
    CHECK(has(refusalOf(p), "width"));
    p = sample();
    p.curve[0].kl = NAN;
    CHECK(has(refusalOf(p), "curve"));
    p = sample();
    p.layers.clear();
    CHECK(has(refusalOf(p), "layers"));
}

TEST(otherVersionsAndOtherFilesAreRefused) {
    const TemporaryFile file;
    writeProfile(sample(), file.path);
    std::string bytes = bytesOf(file.path);
    const std::string key = "sparse-pilot.profile.version";
    const size_t at = bytes.find(key) + key.size() + 4;
    bytes[at] = 9;
    put(file.path, bytes);
    CHECK(has(refusal(file.path), "version 9"));
    put(file.path, "not a model at all");
    CHECK(has(refusal(file.path), "GGUF"));
    put(file.path, "");
    CHECK(!refusal(file.path).empty());
    gguf_context * other = gguf_init_empty();
    gguf_set_val_str(other, "general.architecture", "llama");
    gguf_write_to_file(other, file.path.c_str(), false);
    gguf_free(other);
    CHECK(has(refusal(file.path), "not a sparsity profile"));
}

TEST(truncatedAnywhereIsRefused) {
    const TemporaryFile file;
    writeProfile(sample(), file.path);
    const std::string whole = bytesOf(file.path);
    for (size_t n = 0; n < whole.size(); n += n < 2048 ? 7 : 97) {
        put(file.path, whole.substr(0, n));
        const std::string why = refusal(file.path);
        // The last tensor's padding may be missing without harm.
        if (n + 32 < whole.size())
            CHECK_WITH(!why.empty(), std::to_string(n) + " of " + std::to_string(whole.size()));
    }
}

TEST(hugeCountsAreRefused) {
    const TemporaryFile file;
    writeProfile(sample(), file.path);
    const std::string whole = bytesOf(file.path);
    for (const size_t at : {size_t{8}, size_t{16}}) { // tensor and key counts
        for (const uint64_t count : {UINT64_MAX, uint64_t{1} << 62, uint64_t{1} << 40}) {
            std::string bytes = whole;
            std::memcpy(bytes.data() + at, &count, 8);
            put(file.path, bytes);
            CHECK(!refusal(file.path).empty());
        }
    }
    for (const char * key : {"sparse-pilot.profile.sensitivity", "sparse-pilot.profile.curve"}) {
        std::string bytes = whole;
        const uint64_t count = UINT64_MAX / 4;
        std::memcpy(bytes.data() + bytes.find(key) + std::strlen(key) + 8, &count, 8);
        put(file.path, bytes);
        CHECK(!refusal(file.path).empty());
    }
}

TEST(randomDamageNeverCrashes) {
    const TemporaryFile file;
    writeProfile(sample(), file.path);
    const std::string whole = bytesOf(file.path);
    std::mt19937_64 random(99);
    for (int i = 0; i < 1500; ++i) {
        std::string bytes = whole;
        for (int k = 0; k < 1 + i % 4; ++k)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        put(file.path, bytes);
        try {
            const Profile p = readProfile(file.path, "");
            for (const LayerProfile & layer : p.layers)
                for (const float v : layer.neuronWeights)
                    CHECK(std::isfinite(v));
        } catch (const std::runtime_error &) {
        }
    }
}

TEST(writingWhereNothingCanBeWrittenSaysSo) {
    bool refused = false;
    try {
        writeProfile(sample(), "/nonexistent-folder/profile.gguf");
    } catch (const std::runtime_error & error) {
        refused = has(error.what(), "cannot write");
    }
    CHECK(refused);
}

TEST_MAIN
