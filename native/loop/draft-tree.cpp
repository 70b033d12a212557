#include "draft-tree.h"

#include <algorithm>

namespace sparse_pilot::loop {

DraftTree::DraftTree(Token root, const std::vector<Tokens> & paths) : nodes_{{root, -1}} {
    for (const Tokens & tokens : paths) {
        std::vector<int> path{0};
        for (const Token token : tokens) {
            int next = child(path.back(), token);
            if (next < 0) {
                next = size();
                nodes_.push_back({token, path.back()});
            }
            path.push_back(next);
        }
        paths_.push_back(std::move(path));
    }
}

int DraftTree::child(int node, Token token) const {
    for (int i = node + 1; i < size(); i++) {
        const Node & candidate = nodes_[static_cast<std::size_t>(i)];
        if (candidate.parent == node && candidate.token == token) {
            return i;
        }
    }
    return -1;
}

bool DraftTree::hasChildren(int node) const {
    return std::any_of(nodes_.begin(), nodes_.end(), [node](const Node & n) { return n.parent == node; });
}

std::size_t DraftTree::pathThrough(int node) const {
    const auto found = std::find_if(paths_.begin(), paths_.end(), [node](const std::vector<int> & path) {
        return std::find(path.begin(), path.end(), node) != path.end();
    });
    return static_cast<std::size_t>(found - paths_.begin());
}

} // namespace sparse_pilot::loop
