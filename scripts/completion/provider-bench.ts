/**
 * What one key costs the extension host's thread, in a long file: the completion core with its parser, an engine that answers at
 * once with the text that follows, and a clock that never waits. For development. Usage: tsx scripts/completion/provider-bench.ts
 * [--lines 5000] [--keys 1000]
 *
 * The text is a library's, of a pinned version, so that numbers of two days can be compared. The first 100 keys are not counted:
 * the parser's WebAssembly is still being compiled.
 *
 * Prints the 50th, 90th and 99th percentile in milliseconds, of all keys and of those answered from the trie.
 */
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { optionsFor } from '../../src/cli/replay/options.js';
import type { CompletionEngine } from '../../src/editor/completion/core/engine-port.js';
import { CompletionPipeline } from '../../src/editor/completion/core/pipeline.js';
import { TreeSitter } from '../../src/editor/completion/core/syntax/tree-sitter.js';

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '5000' }, keys: { type: 'string', default: '1000' } },
});
const require = createRequire(import.meta.url);
const warmUp = 100;

async function grammars(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'grammars-'));
  const wasm = path.join(path.dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');
  for (const name of await readdir(wasm))
    if (/^tree-sitter-typescript.*\.wasm$/.test(name))
      await copyFile(path.join(wasm, name), path.join(folder, name));
  const runtime = require.resolve('web-tree-sitter/web-tree-sitter.wasm');
  await copyFile(runtime, path.join(folder, 'web-tree-sitter.wasm'));
  return folder;
}

function percentiles(name: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(2);
  console.log(`${name}: ${sorted.length} keys, p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms`);
}

const own = await readFile(path.join(path.dirname(require.resolve('commander')), 'lib/command.js'), 'utf8');
const wanted = Number(values.lines);
const copies = Math.ceil(wanted / own.split('\n').length);
const text = Array.from({ length: copies }, () => own)
  .join('')
  .split('\n')
  .slice(0, wanted)
  .join('\n');

const folder = await grammars();
try {
  const syntax = new TreeSitter(folder, (problem) => console.error(problem));
  await syntax.load('typescript');
  let ahead = '';
  const engine: CompletionEngine = {
    available: () => Promise.resolve({ kind: 'ready' }),
    complete: ({ id }, onDelta) => {
      const at = { selector: 'none', density: 1, densityPerLayer: [] } as const;
      onDelta({ id, text: ahead, tokens: [], verified: true });
      return Promise.resolve({
        text: ahead,
        outcome: 'shown',
        stopReason: 'stop-string',
        tokens: { prompt: 100, reused: 99, generated: 8 },
        timings: { loadMs: 0, prefillMs: 1, firstTokenMs: 1, decodeMs: 1, tokensPerSecond: 100 },
        sparsity: at,
        speculation: { drafted: 0, accepted: 0, verifies: 0, rollbacks: 0 },
        model: { id: 'none', path: '', sha256: '', architecture: '', quantisation: '' },
      });
    },
  };
  const clock = { now: () => performance.now(), sleep: () => Promise.resolve() };
  const pipeline = new CompletionPipeline({ engine, syntax, clock });
  const options = optionsFor('dense', 'none', 1);
  const all: number[] = [];
  const trie: number[] = [];
  const start = Math.floor(text.length / 2);
  for (let key = 0; key < Number(values.keys) + warmUp; key++) {
    const prefix = text.slice(0, start + key);
    const suffix = text.slice(text.indexOf('\n', start + key));
    ahead = text.slice(start + key, start + key + 24);
    const lines = (prefix + suffix).split('\n');
    const line = prefix.split('\n').length - 1;
    const character = prefix.length - prefix.lastIndexOf('\n') - 1;
    const from = performance.now();
    pipeline.edited({ fileKey: 'long.ts', prefix, suffix });
    const { outcome } = await pipeline.provide(
      {
        file: { key: 'long.ts', path: 'long.ts', languageId: 'typescript' },
        lines: { lineCount: lines.length, lineAt: (at) => lines[at] ?? '' },
        cursor: { line, character },
        trigger: 'automatic',
        options,
        gather: () => Promise.resolve([]),
      },
      new AbortController().signal,
    );
    const took = performance.now() - from;
    if (key < warmUp) continue;
    all.push(took);
    if (outcome === 'served-from-cache') trie.push(took);
  }
  percentiles('all', all);
  percentiles('trie', trie);
  pipeline.stop();
} finally {
  await rm(folder, { recursive: true });
}
