#include "output.h"

#include <utility>

namespace sparse_pilot::loop {

bool Output::add(const Emitted & token, const std::string & piece) {
    tokens_.push_back(token);
    return stream_.add(piece);
}

void Output::preview(const std::string & piece, Sink & sink) {
    if (!previewing_) {
        ahead_ = stream_;
        previewing_ = true;
    }
    ahead_.add(piece);
    std::string text = ahead_.take();
    if (!text.empty()) {
        previewed_ += utf16Length(text);
        sink.deliver({std::move(text), {}, false, 0});
    }
}

void Output::deliver(Sink & sink, std::string text, bool verified) {
    text_ += text;
    Batch batch{std::move(text), {}, verified, std::exchange(previewed_, 0)};
    batch.tokens.assign(tokens_.begin() + static_cast<std::ptrdiff_t>(shownTokens_), tokens_.end());
    shownTokens_ = tokens_.size();
    previewing_ = false;
    if (!batch.text.empty() || !batch.tokens.empty() || batch.retract > 0) {
        sink.deliver(std::move(batch));
    }
}

void Output::flush(Sink & sink, bool verified) { deliver(sink, stream_.take(), verified); }

void Output::finish(Sink & sink, bool verified) { deliver(sink, stream_.finish(), verified); }

} // namespace sparse_pilot::loop
