#include "text-stream.h"

#include <algorithm>
#include <utility>

namespace sparse_pilot::loop {
namespace {

std::size_t sequenceLength(unsigned char lead) {
    if (lead >= 0xF0 && lead < 0xF8) {
        return 4;
    }
    if (lead >= 0xE0) {
        return lead < 0xF0 ? 3 : 1;
    }
    return lead >= 0xC0 ? 2 : 1;
}

/** Bytes from `at` on that are one character, or that a decoder replaces by one U+FFFD: the longest beginning
 * of a character (Unicode 3.9, table 3-7), else a single byte. `whole`: it is a character. */
std::size_t subpart(const std::string & text, std::size_t at, bool & whole) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    const bool starts = lead < 0x80 || (lead >= 0xC2 && lead <= 0xF4);
    const std::size_t length = starts ? sequenceLength(lead) : 1;
    std::size_t size = 1;
    for (; size < length && at + size < text.size(); size++) {
        const bool second = size == 1;
        const unsigned char low = second && lead == 0xE0 ? 0xA0 : second && lead == 0xF0 ? 0x90 : 0x80;
        const unsigned char high = second && lead == 0xED ? 0x9F : second && lead == 0xF4 ? 0x8F : 0xBF;
        if (byte(at + size) < low || byte(at + size) > high) {
            break;
        }
    }
    whole = starts && size == length;
    return size;
}

} // namespace

std::size_t incompleteUtf8(const std::string & text) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); back++) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0) != 0x80) {
            return sequenceLength(byte) > back ? back : 0;
        }
    }
    return 0;
}

std::size_t utf16Length(const std::string & text) {
    std::size_t units = 0;
    bool whole = false;
    for (std::size_t at = 0, size = 0; at < text.size(); at += size) {
        size = subpart(text, at, whole);
        units += whole && size == 4 ? 2 : 1;
    }
    return units;
}

TextStream::TextStream(std::vector<std::string> stopStrings) : stops_(std::move(stopStrings)) {
    stops_.erase(std::remove(stops_.begin(), stops_.end(), std::string()), stops_.end());
}

bool TextStream::add(const std::string & bytes) {
    if (stopped_) {
        return true;
    }
    held_ += bytes;
    std::size_t first = std::string::npos;
    for (const std::string & stop : stops_) {
        first = std::min(first, held_.find(stop));
    }
    if (first != std::string::npos) {
        held_.resize(first);
        stopped_ = true;
    }
    return stopped_;
}

std::size_t TextStream::heldBack() const {
    if (stopped_) {
        return 0;
    }
    std::size_t keep = incompleteUtf8(held_);
    for (const std::string & stop : stops_) {
        for (std::size_t n = std::min(stop.size() - 1, held_.size()); n > keep; n--) {
            if (held_.compare(held_.size() - n, n, stop, 0, n) == 0) {
                keep = n;
            }
        }
    }
    return keep;
}

std::string TextStream::take() {
    std::size_t release = held_.size() - heldBack();
    release -= incompleteUtf8(held_.substr(0, release));
    std::string text = held_.substr(0, release);
    held_.erase(0, release);
    return text;
}

std::string TextStream::finish() {
    held_.resize(held_.size() - incompleteUtf8(held_));
    return std::exchange(held_, std::string());
}

} // namespace sparse_pilot::loop
