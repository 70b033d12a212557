#include "ngram-drafter.h"

#include <algorithm>

namespace sparse_pilot::loop {

NgramDrafter::NgramDrafter(std::size_t expected) {
    constexpr std::size_t slotsPerToken = 16; // few false hits: the tables don't check for collisions
    const std::size_t size = std::clamp<std::size_t>(expected * slotsPerToken, 1u << 12, 1u << 22) | 1u;
    for (const int length : lengths) {
        tables_.emplace_back(static_cast<std::uint16_t>(length), size);
    }
}

/** Learns that tokens[end - 1] followed what stands before it. */
void NgramDrafter::addAt(const Tokens & tokens, std::size_t end) {
    for (std::size_t i = 0; i < lengths.size(); i++) {
        const auto context = static_cast<std::size_t>(lengths[i]);
        if (end > context) {
            tables_[i].add(tokens.data() + (end - 1 - context));
        }
    }
}

void NgramDrafter::learn(const Tokens & source) {
    for (std::size_t end = 1; end <= source.size(); end++) {
        addAt(source, end);
    }
}

void NgramDrafter::extend(const Tokens & history) { addAt(history, history.size()); }

std::vector<Guess> NgramDrafter::draft(const Tokens & history, int limit) const {
    std::vector<Guess> guesses;
    const std::size_t kept = std::min<std::size_t>(history.size(), static_cast<std::size_t>(lengths.back()));
    Tokens context(history.end() - static_cast<std::ptrdiff_t>(kept), history.end());
    while (static_cast<int>(guesses.size()) < limit) {
        int level = static_cast<int>(lengths.size()) - 1;
        Token found = common_ngram_mod::EMPTY;
        for (; level >= 0; level--) {
            const auto needed = static_cast<std::size_t>(lengths[static_cast<std::size_t>(level)]);
            if (context.size() >= needed) {
                found =
                    tables_[static_cast<std::size_t>(level)].get(context.data() + (context.size() - needed));
                if (found != common_ngram_mod::EMPTY) {
                    break;
                }
            }
        }
        if (found == common_ngram_mod::EMPTY) {
            break;
        }
        guesses.push_back({found, level});
        context.push_back(found);
    }
    return guesses;
}

} // namespace sparse_pilot::loop
