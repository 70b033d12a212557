import assert from 'node:assert/strict';
import { createProgram } from '../../../src/cli/program.js';
import { runProgram } from '../../../src/cli/run-program.js';
import { hardlyLossyWords } from '../../../src/cli/bench/agreement.js';
import { benchPlot } from '../../../src/cli/bench/plot.js';
import { benchTable } from '../../../src/cli/bench/table.js';
import { needsLayouts, settingsOf } from '../../../src/cli/generation-options.js';
import { parseLayers } from '../../../src/cli/list-options.js';
import type { BenchReport, BenchRow } from '../../../src/contract/index.js';

/** Runs a command line and returns its exit code and what it wrote to standard error. */
async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly words: string }> {
  let words = '';
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = (chunk: string | Uint8Array) => {
    words += String(chunk);
    return true;
  };
  try {
    return { code: await runProgram(createProgram(), ['node', 'sparse-pilot', ...args]), words };
  } finally {
    process.stderr.write = write;
  }
}

describe('Command line', () => {
  it('answers bad usage with code 2 and one line that says what', async () => {
    const cases: readonly (readonly [args: readonly string[], words: RegExp])[] = [
      [['no-such-command'], /unknown command/],
      [['complete'], /missing required argument 'file'/],
      [['complete', 'package.json'], /needs --at/],
      [['complete', 'package.json', '--at', 'x'], /LINE:COLUMN/],
      [['complete', 'package.json', '--at', '99999:1'], /past the end of the file/],
      [['complete', 'no-such-file.ts', '--at', '1:1'], /cannot be read/],
      [['complete', 'package.json', '--at', '1:1', '--mode', 'turbo'], /Allowed choices are dense/],
      [['complete', 'package.json', '--at', '1:1', '--density', '0'], /from 0.01 to 1/],
      [['complete', 'package.json', '--at', '1:1', '--threads', '1.5'], /whole number/],
      [['generate'], /needs --prompt-file/],
      [['models', 'download', 'no-such-model'], /no model "no-such-model"/],
      [['bench', '--selectors', 'cats,dogs'], /Selectors are/],
      [['calibrate', 'package.json'], /not a folder/],
    ];
    for (const [args, words] of cases) {
      const result = await run(...args);
      assert.equal(result.code, 2, `${args.join(' ')}: ${result.words}`);
      assert.match(result.words, words);
      assert.equal(result.words.trim().split('\n').length, 1, result.words);
    }
  });

  it('answers a missing model with code 1 and the command that brings it', async () => {
    const before = process.env['SPARSE_PILOT_MODELS'];
    process.env['SPARSE_PILOT_MODELS'] = '/nonexistent/models';
    try {
      const { code, words } = await run('complete', 'package.json', '--at', '1:1');
      assert.equal(code, 1);
      assert.match(words, /sparse-pilot models download smollm2/);
    } finally {
      if (before === undefined) delete process.env['SPARSE_PILOT_MODELS'];
      else process.env['SPARSE_PILOT_MODELS'] = before;
    }
  });

  it('turns flags into a request', () => {
    assert.deepEqual(
      settingsOf({ maxTokens: 8, selector: 'chess', density: 0.3, mode: 'balanced', seed: 4 }),
      {
        sampling: { seed: 4 },
        stop: { maxTokens: 8 },
        sparsity: { selector: 'chess', density: 0.3 },
        correction: { mode: 'balanced' },
      },
    );
    assert.deepEqual(settingsOf({ maxTokens: 8 }), { sampling: {}, stop: { maxTokens: 8 } });
    const balanced = settingsOf({ maxTokens: 8, mode: 'balanced' });
    assert.deepEqual(balanced.sparsity, { selector: 'rolling', density: 0.5 });
    const exact = settingsOf({ maxTokens: 8, mode: 'exact' });
    assert.deepEqual(exact.sparsity, balanced.sparsity, 'layouts that are built are drafted with');
    assert.equal(settingsOf({ maxTokens: 8, mode: 'dense' }).sparsity, undefined);
    assert.deepEqual(
      settingsOf({ maxTokens: 8, mode: 'balanced', period: 8, acceptThreshold: 0.2 }).correction,
      {
        mode: 'balanced',
        check: { kind: 'fixed', period: 8 },
        acceptThreshold: 0.2,
      },
    );
    assert.deepEqual(settingsOf({ maxTokens: 8, mode: 'balanced', treeWidth: 4 }).correction, {
      mode: 'balanced',
      treeWidth: 4,
    });
    assert.deepEqual(settingsOf({ maxTokens: 8, drafter: 'ngram', maxDraft: 3 }).correction, {
      mode: 'exact',
      drafter: 'ngram',
      maxDraft: 3,
    });
    assert.deepEqual(
      settingsOf({ maxTokens: 8, selector: 'cats', denseLayers: [0, 2], denseFirst: 4 }).sparsity,
      {
        selector: 'cats',
        density: 0.5,
        denseLayers: [0, 2],
        denseFirstTokens: 4,
      },
    );
    assert.deepEqual(parseLayers('0, 29'), [0, 29]);
    assert.throws(() => parseLayers('0,x'), /whole numbers/);
    assert.equal(needsLayouts({ maxTokens: 8 }), false);
    assert.equal(needsLayouts({ maxTokens: 8, density: 0.5 }), true);
    assert.equal(needsLayouts({ maxTokens: 8, mode: 'dense', selector: 'none' }), false);
  });

  const report: BenchReport = {
    model: 'tiny <&>',
    threads: 2,
    dense: { tokensPerSecond: 50, perplexity: 4.5 },
    stock: { tokensPerSecond: 40 },
    refused: [{ selector: 'exact-zero', reason: 'not a ReLU' }],
    rows: [0.7, 0.5].map((density) => ({
      selector: 'cats',
      form: 'token',
      density,
      tokensPerSecond: 60,
      ratio: 1.2,
      ratioSpread: 0.02,
      stockRatio: 1.8,
      bytesPerToken: 80e6,
      ceilingShare: 0.9,
      kl: 0.01,
      top1: 0.97,
      perplexity: 5,
      extraMemoryBytes: 53e6,
      off: density === 0.7 ? 'too slow' : null,
    })),
  };

  it('says what hardly loses and gains, or why nothing does', () => {
    const [off, on] = report.rows;
    assert.ok(off && on);
    const wordsOf = (...rows: readonly BenchRow[]) => hardlyLossyWords({ ...report, rows });
    assert.match(wordsOf(off, { ...on, ratio: 1.5 }), /density 0\.5 is fastest, 1\.50 times/);
    assert.match(wordsOf(off, { ...on, top1: 0.9 }), /: off\. The fastest is cats at density 0\.7: too slow/);
    assert.match(wordsOf({ ...on, top1: 0.94 }), /no setting measured/);
  });

  it('prints a bench as a table and as a plot', () => {
    const lines = benchTable(report).split('\n');
    assert.match(
      lines[0] ?? '',
      /tiny <&>, 2 threads, Dense 50\.0 tokens\/s \(stock llama\.cpp 40\.0: 1\.25 times as fast\), perplexity 4\.50/,
    );
    assert.equal(lines.length, 8);
    assert.match(lines[3] ?? '', /^cats\s+token\s+0\.70\s+60\.0\s+1\.80\s+1\.20.*too slow$/);
    assert.equal(lines[6], 'exact-zero does not run: not a ReLU');
    assert.match(lines[7] ?? '', /^Top-1 agreement >= 0\.95: cats at density 0\.5 is fastest, 1\.20 times/);
    const plot = benchPlot(report);
    assert.match(plot, /^<svg /);
    assert.equal(plot.match(/<circle /g)?.length, 3);
    assert.match(plot, /tiny &#60;&#38;&#62;/);
    assert.doesNotMatch(plot, /NaN|Infinity/);
    assert.doesNotMatch(benchPlot({ ...report, rows: [] }), /NaN|Infinity/);
  });
});
