#pragma once

#include "decoder.h"
#include "draft-tree.h"

namespace sparse_pilot::loop {

/**
 * Several continuations of a decoder's sequence in its cache at once. They share the cells of what they have
 * in common; the sequence itself holds dense cells all the while, so that dropping them leaves nothing
 * behind.
 */
class Branches {
  public:
    virtual ~Branches() = default;

    /** Branches 0 to `count` - 1 begin behind the sequence's cells, which end before `position`; what they
     * held is dropped. */
    virtual void open(int count, int position) = 0;
    /** `to` becomes what `from` is. */
    virtual void fork(int from, int to) = 0;
    /** As Decoder::sparse, on a branch. */
    virtual DecodeStatus sparse(Token token, int position, int branch) = 0;
    /** One dense pass over a tree whose root stands at the position of `open`; drops what the branches held
     * before. Leaves a row of logits for each node. One path a branch. */
    virtual DecodeStatus dense(const DraftTree & tree) = 0;
    /** After `dense`: the first `count` nodes of the path become the sequence's own, in the cells that they
     * would have been given alone; the branches are dropped. False when the cache cannot: the sequence is as
     * it was before `open`. */
    virtual bool keep(const DraftTree & tree, std::size_t path, int count) = 0;
    virtual void drop() = 0;
    /** Nodes of a tree from `position` on whose rows one dense pass computes to the bits of one token at a
     * time. */
    virtual int alike(int position) const = 0;
};

} // namespace sparse_pilot::loop
