#pragma once

#include "types.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace sparse_pilot::loop {

/**
 * Drafts that part: node 0 is the pending token, every other node continues its parent. Nodes stand in the
 * order in which a pass reads them: a parent before its children, the best leaf's path first, so that the
 * draft that passes most often already lies in the cache as if it had been the only one.
 */
class DraftTree {
  public:
    struct Node {
        Token token;
        int parent; ///< of the root: -1
    };

    /** `paths`: the drafted tokens of each leaf, the best first; common beginnings are one path. */
    DraftTree(Token root, const std::vector<Tokens> & paths);

    const std::vector<Node> & nodes() const { return nodes_; }
    int size() const { return static_cast<int>(nodes_.size()); }
    /** Nodes from the root to each leaf, both included; the best leaf's first. */
    const std::vector<std::vector<int>> & paths() const { return paths_; }
    /** The child of `node` that stands for this token; -1: none. */
    int child(int node, Token token) const;
    bool hasChildren(int node) const;
    /** Index of a path that `node` lies on. */
    std::size_t pathThrough(int node) const;

  private:
    std::vector<Node> nodes_;
    std::vector<std::vector<int>> paths_;
};

} // namespace sparse_pilot::loop
