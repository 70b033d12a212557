// Column-skipping products of any linear against the masked reference.
#include "linear.h"
#include "harness.h"
#include "model.h"

using namespace sparse_pilot;
using namespace model;

TEST(everyTypeShapeRuleAndThreadCount) {
    Random random(21);
    const KernelTable * const * tables = nullptr;
    const int count = availableKernels(&tables);
    for (const int type : {GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1, GGML_TYPE_Q8_0,
                           GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K, GGML_TYPE_F16, GGML_TYPE_BF16}) {
        const bool k = ggml_blck_size(static_cast<ggml_type>(type)) == 256;
        for (const auto & [in, out] : {std::pair{k ? 256 : 96, 33}, std::pair{k ? 512 : 160, 200}}) {
            const Matrix w(type, out, in, random);
            const std::vector<float> x = random.vector(static_cast<size_t>(in), 1);
            for (int t = 0; t < count; ++t) {
                const sp_tensor tensor = w.tensor();
                Linear linear(tensor, *tables[t]);
                for (const sp_linear_rule & rule :
                     {sp_linear_rule{SP_NONE, 1, 0, false}, sp_linear_rule{SP_TEAL, 1, 0.7f, false},
                      sp_linear_rule{SP_QSPARSE, 0.4f, 0, true},
                      sp_linear_rule{SP_BLOCK_QSPARSE, 0.25f, 0, false}}) {
                    InputSelection selection;
                    selectInputs(rule, x.data(), linear.columnNorms(), selection);
                    std::vector<double> kept(x.size());
                    for (const int32_t i : selection.ids)
                        kept[static_cast<size_t>(i)] = static_cast<double>(x[static_cast<size_t>(i)]);
                    const std::vector<double> seen = throughInt8(kept, activationBlock(type));
                    std::vector<double> expected(static_cast<size_t>(out));
                    for (int o = 0; o < out; ++o)
                        expected[static_cast<size_t>(o)] = w.dot(o, seen);
                    for (const int nth : {1, 2, 3}) {
                        std::vector<float> y(static_cast<size_t>(out), NAN);
                        float density = 0;
                        onThreads(nth, [&](int ith, int n) {
                            const float kept01 = linear.forward(rule, {x.data(), y.data(), ith, n});
                            if (ith == 0)
                                density = kept01;
                        });
                        const std::string label =
                            std::string(tables[t]->name) + " " + ggml_type_name(static_cast<ggml_type>(type));
                        CHECK_WITH(relativeError(y, expected) < 4e-3,
                                   label + " " + std::to_string(relativeError(y, expected)));
                        CHECK(std::fabs(density * static_cast<float>(in) -
                                        static_cast<float>(selection.ids.size())) < 0.01f);
                    }
                }
            }
        }
    }
}

TEST(refusesWhatItCannotHold) {
    Random random(1);
    const Matrix w(GGML_TYPE_Q8_0, 32, 64, random);
    for (int kind = 0; kind < 4; ++kind) {
        sp_tensor t = w.tensor();
        if (kind == 0)
            t.type = GGML_TYPE_IQ2_XXS;
        if (kind == 1)
            t.data = nullptr;
        if (kind == 2)
            t.ne0 = 33;
        if (kind == 3)
            t.row_stride -= 1;
        char why[128];
        CHECK(sp_linear_create(&t, why, sizeof(why)) == nullptr);
        CHECK(std::strlen(why) > 0);
    }
}

TEST_MAIN
