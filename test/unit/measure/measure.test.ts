import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress, SweepRequest } from '../../../src/contract/index.js';
import { Scheduler, type Task } from '../../../src/engine/generation/scheduler.js';
import { calibrate, splitCorpus } from '../../../src/engine/measure/calibrate.js';
import { sourceFiles, sourcesIn } from '../../../src/engine/measure/corpus.js';
import { logProbability, median, quartileRange } from '../../../src/engine/measure/statistics.js';
import { runSteps, type Steps } from '../../../src/engine/measure/steps.js';
import { settingsOf, sweep, type SweepSubject } from '../../../src/engine/measure/sweep.js';
import { FakeContext } from './fake-context.js';

const subject: SweepSubject = {
  id: 'm',
  threads: 2,
  weightBytes: 200,
  selectors: ['cats', 'griffin', 'exact-zero'],
  refused: [{ selector: 'teal', reason: 'no hook' }],
};
const text = Array.from({ length: 400 }, (_, index) => index % 4);
const never = new AbortController().signal;
const run = <T>(steps: Steps<T>) => runSteps(new Scheduler(), steps, never);

describe('sweep', () => {
  it('measures every available selector at every density, and what has no density once', () => {
    assert.deepEqual(settingsOf({ densities: [0.5, 0.3] }, subject), [
      { selector: 'cats', density: 0.5 },
      { selector: 'cats', density: 0.3 },
      { selector: 'griffin', density: 0.5 },
      { selector: 'griffin', density: 0.3 },
      { selector: 'exact-zero', density: 0.5 },
    ]);
    assert.deepEqual(settingsOf({ selectors: ['teal', 'none', 'cats'], densities: [0.5] }, subject), [
      { selector: 'cats', density: 0.5 },
    ]);
    assert.deepEqual(
      settingsOf({ selectors: ['cats', 'griffin'], densities: [0.5], variants: true }, subject),
      [
        { selector: 'cats', density: 0.5 },
        { selector: 'cats', density: 0.5, variant: 'published' },
        { selector: 'griffin', density: 0.5 },
      ],
    );
  });

  it('reports speed against dense, loss, bytes and the share of the ceiling', async () => {
    const report = await run(
      sweep(new FakeContext(), { selectors: ['griffin'], densities: [0.5] }, subject, text, () => undefined),
    );
    assert.equal(report.dense.tokensPerSecond, 50);
    assert.ok(Math.abs((report.dense.perplexity ?? 0) - 4) < 1e-6, 'four equal logits');
    const [row] = report.rows;
    assert.ok(row);
    assert.deepEqual(
      [row.form, row.ratio, row.tokensPerSecond, row.kl, row.top1, row.off],
      ['fixed', 2, 100, 0.5, 1, null],
    );
    assert.deepEqual([row.bytesPerToken, row.extraMemoryBytes], [150, 10]);
    assert.ok(Math.abs(row.ceilingShare - 2 / (200 / 150)) < 1e-9);
    assert.ok(Math.abs(row.perplexity - 4) < 1e-6, 'four equal logits');
  });

  it('turns off what gains less than 3%, with the reason', async () => {
    const report = await run(
      sweep(new FakeContext(), { selectors: ['cats'], densities: [0.99] }, subject, text, () => undefined),
    );
    assert.match(report.rows[0]?.off ?? '', /1\.01 times/);
  });

  it('does not trust a gain smaller than its spread', async () => {
    const context = new FakeContext();
    context.sparseTimes = [20, 5, 18, 40, 12, 30];
    const report = await run(
      sweep(context, { selectors: ['cats'], densities: [0.5], runs: 5 }, subject, text, () => undefined),
    );
    assert.match(report.rows[0]?.off ?? '', /not certain/);
  });

  it('tells the ratio to Dense, by which settings are off, and to upstream', async () => {
    const context = new FakeContext();
    const report = await run(
      sweep(context, { selectors: ['cats'], densities: [0.5], runs: 3 }, subject, text, () => undefined),
    );
    assert.equal(report.rows[0]?.ratio, 2);
    assert.equal(report.rows[0].stockRatio, 3);
    assert.equal(report.dense.tokensPerSecond, 50);
    assert.ok(Math.abs((report.stock?.tokensPerSecond ?? 0) - 1000 / 30) < 1e-9);
  });

  it('times all in turns and tells its progress without going back', async () => {
    const context = new FakeContext();
    const told: Progress[] = [];
    await run(
      sweep(context, { selectors: ['cats'], densities: [0.5, 0.3], runs: 2 }, subject, text, (progress) =>
        told.push(progress),
      ),
    );
    const timed = context.calls.filter((call) => call.endsWith(' 10'));
    assert.deepEqual(timed.slice(0, 6), [
      'decode stock 10',
      'decode dense 10',
      'decode sparse 10',
      'decode sparse 10',
      'decode dense 10',
      'decode stock 10',
    ]);
    told.reduce((before, { done, total }) => {
      assert.ok(done >= before && done <= total);
      return done;
    }, 0);
    assert.equal(told.at(-1)?.done, 2);
  });

  it('tells the selectors that did not run, and why', async () => {
    const sweepOf = (request: SweepRequest) =>
      run(sweep(new FakeContext(), { tokens: 16, runs: 1, ...request }, subject, text, () => undefined));
    const all = await sweepOf({ densities: [0.5] });
    assert.deepEqual(
      all.rows.map(({ selector }) => selector),
      ['cats', 'griffin'],
    );
    assert.deepEqual(all.refused, [
      { selector: 'teal', reason: 'no hook' },
      { selector: 'exact-zero', reason: 'not a ReLU' },
    ]);
    assert.deepEqual((await sweepOf({ selectors: ['cats'] })).refused, []);
  });

  it('measures quality alone without timings, and says so', async () => {
    const context = new FakeContext();
    const { dense, rows } = await run(
      sweep(context, { selectors: ['cats'], densities: [0.5], runs: 0 }, subject, text, () => undefined),
    );
    assert.deepEqual([dense.tokensPerSecond, rows[0]?.ratio, rows[0]?.kl], [0, 0, 0.5]);
    assert.match(rows[0]?.off ?? '', /not measured/);
    assert.ok(!context.calls.some((call) => call.startsWith('decode')));
  });

  it('rewrites the cells of all selectors where checks are asked for all', async () => {
    const learntWith = async (checks: 'rolling' | 'all') => {
      const context = new FakeContext();
      const request = { selectors: ['cats'], densities: [0.5], runs: 0, tokens: 64, checks } as const;
      await run(sweep(context, request, subject, text, () => undefined));
      return context.denseTokens;
    };
    assert.deepEqual([await learntWith('rolling'), await learntWith('all')], [64, 128]);
  });

  it('refuses a text that is too short', async () => {
    for (const [length, tokens] of [
      [70, undefined],
      [120, 64],
    ] as const)
      await assert.rejects(
        run(
          sweep(
            new FakeContext(),
            tokens === undefined ? {} : { tokens },
            subject,
            text.slice(0, length),
            () => undefined,
          ),
        ),
        RangeError,
      );
  });
});

describe('steps', () => {
  it('let something more urgent go first between any two', async () => {
    const scheduler = new Scheduler();
    const order: string[] = [];
    const urgent: Task = {
      priority: 'completion',
      step: () => {
        order.push('completion');
        return Promise.resolve('done');
      },
      pause: () => undefined,
    };
    async function* steps(): Steps<number> {
      for (let step = 0; step < 3; step++) {
        order.push(`step ${step}`);
        if (step === 0) void scheduler.run(urgent);
        yield;
      }
      return 42;
    }
    assert.equal(await runSteps(scheduler, steps(), never), 42);
    assert.deepEqual(order, ['step 0', 'completion', 'step 1', 'step 2']);
  });

  it('end within one step when cancelled, and pass errors on', async () => {
    const stop = new AbortController();
    let taken = 0;
    async function* endless(): Steps<number> {
      for (;;) {
        taken += 1;
        if (taken === 5) stop.abort();
        yield await Promise.resolve(undefined);
      }
    }
    await assert.rejects(runSteps(new Scheduler(), endless(), stop.signal));
    assert.equal(taken, 5);
    async function* broken(): Steps<number> {
      yield;
      throw new Error('broken');
    }
    await assert.rejects(run(broken()), /broken/);
  });

  it('tell the scheduler once that measuring goes on', async () => {
    const told: (string | null)[] = [];
    const scheduler = new Scheduler((running) => told.push(running));
    await runSteps(
      scheduler,
      sweep(new FakeContext(), { selectors: ['cats'] }, subject, text, () => undefined),
      never,
    );
    assert.deepEqual(told, ['measurement', null]);
  });
});

describe('calibrate', () => {
  it('reads every token, shows both curves, and writes the measured one into the profile', async () => {
    const learning = new FakeContext();
    const corpus = { files: [text.slice(0, 70), text], heldOut: text };
    const result = await run(calibrate(learning, new FakeContext(), corpus, '/p', 100, () => undefined));
    assert.deepEqual([result.files, result.tokens, learning.learnt], [2, 470, 470]);
    assert.deepEqual(
      result.before.map(({ density }) => density),
      [0.7, 0.5, 0.3],
    );
    result.before.forEach(({ kl }, index) =>
      assert.ok(Math.abs((result.after[index]?.kl ?? 0) - kl / 2) < 1e-6),
    );
    const sensitivities = [1 / 3, -1, 1 / 3].map((share) => (share < 0 ? -1 : Math.fround(share / 4)));
    assert.equal(result.layers, 'even', 'the fake loses as much by sensitivity as evenly');
    assert.deepEqual(learning.calls, [
      'write /p: 0 points, sensitivities none',
      `write /p: 0 points, sensitivities ${sensitivities.join(' ')}`,
      'write /p: 3 points, sensitivities none',
    ]);
  });

  it('keeps the layers’ costs where densities by them lose less', async () => {
    const learning = new FakeContext();
    const curves = new FakeContext();
    curves.allocationGain = 0.9;
    const corpus = { files: [text], heldOut: text };
    const { layers, after, before } = await run(
      calibrate(learning, curves, corpus, '/p', 100, () => undefined),
    );
    assert.equal(layers, 'by-sensitivity');
    assert.ok((after[0]?.kl ?? 1) < (before[0]?.kl ?? 0) * 0.46);
    assert.match(learning.calls.at(-1) ?? '', /3 points, sensitivities 0\./);
  });

  it('learns nothing from what it measures on', () => {
    const files = Array.from({ length: 12 }, (_, file) => Array.from({ length: 100 }, () => file));
    const { files: kept, heldOut } = splitCorpus(files, 500);
    const learnt = new Set(kept.flat());
    assert.ok(heldOut.length >= 256 && heldOut.every((file) => !learnt.has(file)));
    assert.equal(kept.flat().length, 500);
  });

  it('splits a single file in two', () => {
    const single = Array.from({ length: 1000 }, (_, index) => index);
    const { files, heldOut } = splitCorpus([single], 5000);
    assert.deepEqual([...heldOut, ...files.flat()], single);
  });
});

describe('source files', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'corpus-'));
    await mkdir(join(folder, 'src', 'made'), { recursive: true });
    await mkdir(join(folder, '.git'));
    await mkdir(join(folder, 'node_modules'));
    for (const name of [
      'src/a.ts',
      'src/made/b.ts',
      'src/kept.py',
      '.git/c.ts',
      'node_modules/d.ts',
      '.env.ts',
      'src/secrets.ts',
    ])
      await writeFile(join(folder, name), 'x = 1');
    await writeFile(join(folder, '.gitignore'), 'made/\n');
    await writeFile(join(folder, 'src', '.gitignore'), 'a.ts\n');
    await writeFile(join(folder, 'src', 'binary.c'), 'a\0b');
    await writeFile(join(folder, 'src', 'huge.c'), 'x'.repeat(2 << 20));
    await symlink(folder, join(folder, 'src', 'loop'));
  });
  after(() => rm(folder, { recursive: true }));

  it('leaves out what git ignores, secrets, binaries, build outputs, links and huge files', async () => {
    const found: string[] = [];
    for await (const { path } of sourceFiles(folder, never)) found.push(path);
    assert.deepEqual(found, ['src/kept.py']);
  });

  it('are counted as they are read, and a folder that is not there as empty', async () => {
    const { files, sample } = await sourcesIn(folder, never);
    assert.deepEqual([files, sample], [2, 'x = 1'], 'a binary is known by reading it only');
    assert.deepEqual(await sourcesIn(join(folder, 'gone'), never), { files: 0, bytes: 0, sample: '' });
    await assert.rejects(sourcesIn(folder, AbortSignal.abort()));
  });

  it('leaves secrets out whatever a .gitignore allows, and heeds those above the folder', async () => {
    const repository = await mkdtemp(join(tmpdir(), 'repository-'));
    await mkdir(join(repository, '.git'));
    await mkdir(join(repository, 'part', 'deep'), { recursive: true });
    await writeFile(join(repository, '.gitignore'), '!secrets.ts\npart/deep/made.ts\n*.gen.ts\n');
    for (const name of ['secrets.ts', 'made.ts', 'a.gen.ts', 'kept.ts'])
      await writeFile(join(repository, 'part', 'deep', name), 'x = 1');
    const read = async (below: string) => {
      const found: string[] = [];
      for await (const { path } of sourceFiles(join(repository, below), never)) found.push(path);
      return found;
    };
    assert.deepEqual(await read(''), ['part/deep/kept.ts']);
    assert.deepEqual(await read('part'), ['deep/kept.ts']);
    assert.deepEqual(await read('part/deep'), ['kept.ts']);
    await rm(repository, { recursive: true });
  });

  it('goes on where a file is deleted meanwhile', async () => {
    const left = join(folder, 'left');
    await mkdir(left);
    for (let file = 0; file < 6; file++) await writeFile(join(left, `${file}.py`), 'x = 1');
    const found: string[] = [];
    for await (const { path } of sourceFiles(left, never)) {
      found.push(path);
      for (let file = 0; file < 6; file++)
        if (path !== `${file}.py`) await rm(join(left, `${file}.py`), { force: true });
    }
    assert.equal(found.length, 1);
    await rm(left, { recursive: true });
  });

  it('come in an order that mixes folders, the same every time', async () => {
    const wide = join(folder, 'wide');
    for (const part of ['a', 'b', 'c', 'd']) {
      await mkdir(join(wide, part), { recursive: true });
      for (let file = 0; file < 10; file++) await writeFile(join(wide, part, `${file}.py`), 'x = 1');
    }
    await writeFile(join(wide, 'notes.md'), 'prose');
    const read = async (kind: 'code' | 'prose') => {
      const found: string[] = [];
      for await (const { path } of sourceFiles(wide, never, kind)) found.push(path);
      return found;
    };
    const first = await read('code');
    assert.equal(first.length, 40);
    assert.deepEqual(new Set(first.slice(0, 20).map((name) => name[0])), new Set(['a', 'b', 'c', 'd']));
    assert.deepEqual(await read('code'), first);
    assert.deepEqual(await read('prose'), ['notes.md']);
    await rm(wide, { recursive: true });
  });
});

describe('statistics', () => {
  it('are those of the definition', () => {
    assert.deepEqual([median([3, 1, 2]), median([1, 2]), quartileRange([1, 2, 3, 4, 5])], [2, 1.5, 2]);
    assert.ok(Math.abs(logProbability(Float32Array.of(0, Math.log(3)), 1) - Math.log(0.75)) < 1e-6);
    assert.ok(
      Math.abs(logProbability(Float32Array.of(1000, 1000), 0) - Math.log(0.5)) < 1e-6,
      'large logits do not overflow',
    );
  });
});
