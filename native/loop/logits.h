#pragma once

#include "types.h"

namespace sparse_pilot::loop {

/** What one row of logits says, at temperature 1. Natural logarithms. `best` is -1 when no logit is finite.
 */
struct LogitStats {
    Token best = -1;
    float bestLogit = 0;
    float margin = 0;   ///< best minus second best logit
    double logSum = 0;  ///< log of the sum of exp(logit)
    double entropy = 0; ///< nats
};

LogitStats measure(const float * logits, int count);

double logProbability(const LogitStats & stats, const float * logits, Token token);

/** softmax(logits / temperature)[token]. */
double likelihood(const float * logits, int count, Token token, double temperature);

/** KL(p || q) of the two rows' softmax, nats. */
double divergence(const float * p, const float * q, int count);

} // namespace sparse_pilot::loop
