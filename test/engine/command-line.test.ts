import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GenerateResult } from '../../src/contract/index.js';
import { exampleCode, loaderFlags, testModel } from './support.js';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in a process of its own, as a person does. */
async function sparsePilot(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [...loaderFlags, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

describe('Command line on the real model', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'command-line-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    const target = path.join(folder, name);
    writeFileSync(target, text);
    return target;
  };
  const flags = () => [
    '--model',
    testModel(),
    '--threads',
    '2',
    '--context-size',
    '2048',
    '--max-tokens',
    '12',
  ];

  it('completes a file and reports it as one JSON object', async () => {
    const source = file('sum.ts', `\ufeff${exampleCode.replaceAll('\n', '\r\n')}\r\n}\r\n`);
    const run = await sparsePilot('complete', source, '--at', '8:10', '--json', ...flags());
    assert.equal(run.code, 0, run.err);
    const result = JSON.parse(run.out) as GenerateResult;
    assert.equal(result.outcome, 'shown');
    assert.ok(result.text.length > 0);
    assert.deepEqual(
      [result.tokens.prompt > 30, result.tokens.reused, result.tokens.generated],
      [true, 0, 12],
    );
    const { loadMs, prefillMs, firstTokenMs, decodeMs, tokensPerSecond } = result.timings;
    assert.ok([loadMs, prefillMs, firstTokenMs, decodeMs, tokensPerSecond].every((value) => value > 0));
    assert.deepEqual(result.sparsity, { selector: 'none', density: 1, densityPerLayer: [] });
    const { drafted, accepted, verifies, rollbacks } = result.speculation;
    assert.deepEqual([drafted, accepted, verifies, rollbacks], [0, 0, 0, 0]);
    assert.equal(result.model.path, testModel());
    assert.match(result.model.sha256, /^[0-9a-f]{64}$/);
    assert.equal(result.model.architecture, 'llama');
    assert.doesNotMatch(run.err, /\{/);
  });

  it('runs sparse with a selector and a density', async () => {
    const source = file('sparse.ts', exampleCode);
    const run = await sparsePilot(
      ...['complete', source, '--at', '8:10', '--json', '--selector', 'cats', '--density', '0.5', ...flags()],
    );
    assert.equal(run.code, 0, run.err);
    const { sparsity } = JSON.parse(run.out) as GenerateResult;
    assert.equal(sparsity.selector, 'cats');
    assert.equal(sparsity.densityPerLayer.length, 30);
    assert.ok(sparsity.density < 0.8, String(sparsity.density));
  });

  it('continues a prompt file and prints text for people', async () => {
    const run = await sparsePilot(
      'generate',
      '--prompt-file',
      file('prompt.txt', 'The capital of France is'),
      ...flags(),
    );
    assert.equal(run.code, 0, run.err);
    assert.match(run.out, /Paris/);
    assert.match(run.err, /tokens\/s/);
  });

  it('fails with code 1 and one clear line on a model that is cut short', async () => {
    const cut = path.join(folder, 'cut.gguf');
    copyFileSync(testModel(), cut);
    truncateSync(cut, 40_000_000);
    const run = await sparsePilot('complete', file('a.ts', 'let a'), '--at', '1:6', '--model', cut);
    assert.equal(run.code, 1);
    assert.match(
      run.err.trim().split('\n').at(-1) ?? '',
      /^sparse-pilot: cut\.gguf is incomplete: 40000000 of/,
    );
    assert.equal(run.out, '');
  });

  it('fails with code 2 on a cursor outside the file', async () => {
    const run = await sparsePilot('complete', file('b.ts', 'let b'), '--at', '7:1', ...flags());
    assert.equal(run.code, 2);
    assert.match(run.err, /line 7 is past the end of the file \(1 lines\)/);
  });

  it('says what it found on this machine', async () => {
    const run = await sparsePilot('doctor', '--json');
    const findings = JSON.parse(run.out) as { readonly name: string; readonly state: string }[];
    const names = findings.map(({ name }) => name);
    for (const name of ['Node', 'Native build', 'GPU', 'Default model', 'Memory', 'Model folder'])
      assert.ok(names.includes(name), name);
    assert.equal(run.code, findings.some(({ state }) => state === 'missing') ? 1 : 0);
  });
});
