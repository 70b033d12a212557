#include "check-policy.h"

#include <algorithm>
#include <cmath>

namespace sparse_pilot::loop {

double tokenRisk(const LogitStats & stats, double skippedMass) {
    const double doubt = 1.0 - std::exp(-stats.entropy);
    const double closeness = std::exp(-static_cast<double>(stats.margin));
    return std::min(1.0, 0.5 * doubt + 0.5 * closeness) * (1.0 + skippedMass);
}

bool endsStatement(const std::string & piece) {
    if (piece.find('\n') != std::string::npos) {
        return true;
    }
    const std::size_t last = piece.find_last_not_of(" \t\r");
    return last != std::string::npos && (piece[last] == ';' || piece[last] == '}');
}

Due CheckTrigger::add(const LogitStats & stats, double skippedMass, const std::string & piece) {
    drafted_++;
    const int window = drafted_ + 1;
    if (policy_.kind == CheckPolicy::Kind::fixed) {
        return window >= policy_.period ? Due::yes : Due::no;
    }
    risk_ += tokenRisk(stats, skippedMass);
    const bool risk = policy_.kind == CheckPolicy::Kind::risk;
    const int cap = risk ? policy_.cap : period_;
    if (window >= policy_.floor && risk_ >= policy_.budget) {
        return Due::doubtful;
    }
    return window >= cap || endsStatement(piece) ? Due::yes : Due::no;
}

} // namespace sparse_pilot::loop
