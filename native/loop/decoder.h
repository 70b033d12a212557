#pragma once

#include "types.h"

#include <functional>
#include <string>

namespace sparse_pilot::loop {

/** `aborted`: the interruption asked for arrived inside the pass; `full`: no room left; `failed`: the backend
 * refused. */
enum class DecodeStatus { ok, aborted, full, failed };

/** Rows of logits a dense pass must leave behind. */
enum class Rows { none, all };

class Branches;

/**
 * One sequence of a model: its weights, its KV cells. Everything the loop knows of the outside, so that a
 * test can put a made-up model in its place. Positions count from 0; cells before `position` must be in the
 * cache.
 */
class Decoder {
  public:
    virtual ~Decoder() = default;

    virtual int vocabulary() const = 0;
    /** Positions the sequence can hold. */
    virtual int capacity() const = 0;
    /** Most tokens of one dense pass. */
    virtual int batch() const = 0;
    virtual bool endOfGeneration(Token token) const = 0;
    /** The bytes a token stands for; not necessarily whole UTF-8. Empty for special tokens. */
    virtual std::string piece(Token token) const = 0;

    /** Tokens from `position` on that one dense pass computes to the bits of one token at a time. */
    virtual int alike(int position) const {
        (void)position;
        return batch();
    }
    /** Most tokens of one dense pass of which that can be said, wherever it begins. */
    virtual int alikeTokens() const { return batch(); }
    /** Writes dense cells for `count` tokens from `position` on. After any status but ok the cells from
     * `position` on are undefined. */
    virtual DecodeStatus dense(const Token * tokens, int count, int position, Rows rows) = 0;
    /** Whether dense passes from now on teach what sparse passes select by; that costs them some time. */
    virtual void teach(bool) {}
    /** True when a sparse pass exists and differs from the dense one. */
    virtual bool hasSparse() const = 0;
    /** Writes one cell computed sparsely; leaves one row of logits. */
    virtual DecodeStatus sparse(Token token, int position) = 0;
    /** Share of the FFN's activation energy the last sparse pass skipped, 0..1; 0 when unknown. */
    virtual double skippedMass() const = 0;
    /** Row of the last pass; valid until the next one. */
    virtual const float * logits(int row) const = 0;
    /** False where the cells behind a position can't be dropped alone, as in a recurrent memory: nothing can
     * be drafted then. */
    virtual bool canRollBack() const = 0;
    /** Drops the cells from `position` on; false when the cache cannot. */
    virtual bool truncate(int position) = 0;
    /** Drops the cells of [from, to) and moves the later ones up to `from`; false, and nothing happens, when
     * the model's memory cannot. */
    virtual bool discard(int from, int to) = 0;

    /** Where several drafts can lie in the cache at once; null where they cannot. Valid as long as this. */
    virtual Branches * branches() { return nullptr; }

    /** Milliseconds of a clock by which passes are timed. */
    virtual double now() const;

    /** Looked at inside long passes where the backend allows it. */
    virtual void setAbort(std::function<bool()> wanted) = 0;
};

} // namespace sparse_pilot::loop
