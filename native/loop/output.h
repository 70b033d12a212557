#pragma once

#include "text-stream.h"
#include "types.h"

#include <string>
#include <vector>

namespace sparse_pilot::loop {

/** A token that left the loop, with what the pass that emitted it said (natural logarithms, temperature 1).
 */
struct Emitted {
    Token id;
    double logProbability;
    double entropy;
};

/** A piece of the stream: take `retract` UTF-16 units off the end of what came before, then append `text`. */
struct Batch {
    std::string text;
    std::vector<Emitted> tokens;
    bool verified = true;
    std::size_t retract = 0;
};

class Sink {
  public:
    virtual ~Sink() = default;
    virtual void deliver(Batch batch) = 0;
    /** Prompt tokens that are in the cache, of all there will be. */
    virtual void prefilled(int /*done*/, int /*total*/) {}
};

/** What a generation has said so far, and what of it was shown. */
class Output {
  public:
    explicit Output(std::vector<std::string> stopStrings) : stream_(stopStrings), ahead_(stream_) {}

    /** Adds a final token; true when a stop string is complete. */
    bool add(const Emitted & token, const std::string & piece);
    /** Shows a drafted token that a check may take back. */
    void preview(const std::string & piece, Sink & sink);
    /** Shows what was added since the last time; previews are taken back first. */
    void flush(Sink & sink, bool verified);
    /** Shows the rest. */
    void finish(Sink & sink, bool verified);

    const std::string & text() const { return text_; }
    const std::vector<Emitted> & tokens() const { return tokens_; }

  private:
    void deliver(Sink & sink, std::string text, bool verified);

    TextStream stream_;
    TextStream ahead_;
    bool previewing_ = false;
    std::size_t previewed_ = 0;
    std::size_t shownTokens_ = 0;
    std::string text_;
    std::vector<Emitted> tokens_;
};

} // namespace sparse_pilot::loop
