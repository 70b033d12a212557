import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suffixFits, SuggestionCache } from '../../../src/editor/completion/core/cache/suggestions.js';
import { RadixTrie } from '../../../src/editor/completion/core/cache/trie.js';

/** Few letters, so that keys share beginnings. */
const key = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\n'), maxLength: 8 });

describe('radix trie', () => {
  it('finds exactly the keys that begin a text, longest first', () => {
    fc.assert(
      fc.property(fc.array(key), key, (keys, text) => {
        const trie = new RadixTrie<string>(1000);
        for (const one of keys) trie.set(one, one);
        const expected = [...new Set(keys)]
          .filter((one) => text.startsWith(one))
          .sort((left, right) => right.length - left.length);
        assert.deepEqual(
          trie.find(text).map((hit) => hit.value),
          expected,
        );
        for (const hit of trie.find(text)) assert.equal(hit.value + hit.rest, text);
      }),
    );
  });

  it('holds no more than its capacity and drops the least recently used', () => {
    fc.assert(
      fc.property(fc.array(key, { minLength: 1 }), fc.integer({ min: 1, max: 5 }), (keys, capacity) => {
        const trie = new RadixTrie<string>(capacity);
        for (const one of keys) trie.set(one, one);
        const latest = [...new Set(keys.toReversed())].slice(0, capacity);
        assert.equal(trie.size, latest.length);
        for (const one of latest) assert.ok(trie.find(one).some((hit) => hit.value === one));
        for (const one of new Set(keys))
          if (!latest.includes(one)) assert.ok(!trie.find(one).some((hit) => hit.value === one));
      }),
    );
  });

  it('a lookup counts as use', () => {
    const trie = new RadixTrie<number>(2);
    trie.set('a', 1);
    trie.set('b', 2);
    trie.find('a');
    trie.set('c', 3);
    assert.equal(trie.find('a').length, 1);
    assert.equal(trie.find('b').length, 0);
  });
});

describe('suggestion cache', () => {
  it('finds what is left after any typed beginning, and nothing after the whole', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (prefix, text, suffix) => {
        const cache = new SuggestionCache();
        cache.add({ fileKey: 'f', prefix, suffix }, 'id', text);
        for (let typed = 0; typed < text.length; typed += 1)
          assert.equal(
            cache.find({ fileKey: 'f', prefix: prefix + text.slice(0, typed), suffix })?.text,
            text.slice(typed),
          );
        assert.equal(cache.find({ fileKey: 'f', prefix: prefix + text, suffix }), undefined);
        assert.equal(cache.find({ fileKey: 'g', prefix, suffix }), undefined);
      }),
    );
  });

  it('a bracket that the editor closed by itself does not hide a text', () => {
    assert.ok(suffixFits('\nnext', ')\nnext', 'call('));
    assert.ok(!suffixFits('\nnext', ')\nnext', ''));
    assert.ok(!suffixFits('\nnext', 'x\nnext', 'call('));
    assert.ok(suffixFits('', '")', 'print("'));
  });
});
