import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SelectorId } from '../../../src/contract/index.js';
import { SpeedCache } from '../../../src/engine/host/speed-cache.js';
import { firstUse } from '../../../src/engine/measure/first-use.js';
import type { Measuring } from '../../../src/engine/measure/measuring-context.js';

const selectors: readonly SelectorId[] = ['none', 'cats', 'rolling', 'topk'];
const text = Array.from({ length: 64 }, (_, index) => index);

/** A context on a clock of its own: dense tokens take 10 ms, sparse ones what the selector's entry says. */
function fakeContext(sparseMs: Partial<Record<SelectorId, number>>) {
  let time = 0;
  let selector: SelectorId = 'none';
  const context: Partial<Measuring> = {
    begin: (request) => {
      selector = request.selector;
      return Promise.resolve();
    },
    logits: () => Promise.resolve(new Float32Array()),
    counters: () => {
      const zero = Float64Array.of(0);
      const passes = Float64Array.of(selector === 'exact-zero' ? 0 : 1);
      return Promise.resolve({
        passes,
        density: zero,
        bytes: zero,
        denseBytes: zero,
        skippedEnergy: zero,
        denseReasons: [null],
        risk: 0,
        gpuBytes: 0,
      });
    },
    decode: (_position, _token, count, pass) => {
      const each = pass === 'sparse' ? (sparseMs[selector] ?? 10) : 10;
      time += each * count;
      return Promise.resolve(each);
    },
  };
  return { context: context as Measuring, now: () => time };
}

async function ratiosOf(sparseMs: Partial<Record<SelectorId, number>>, budgetMs: number) {
  const { context, now } = fakeContext(sparseMs);
  const steps = firstUse(context, { selectors, text, budgetMs, now });
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return { ratios: step.value, took: now() };
  }
}

describe('First-use probe', () => {
  it('measures what each selector gains, within its time', async () => {
    const { ratios, took } = await ratiosOf({ cats: 8, rolling: 5, topk: 20 }, 3000);
    assert.deepEqual(
      [...ratios],
      [
        ['rolling', 2],
        ['cats', 1.25],
        ['topk', 0.5],
      ],
    );
    assert.ok(took < 3300, String(took));
  });

  it('leaves out what a slow machine has no time for', async () => {
    const { ratios } = await ratiosOf({ rolling: 5, cats: 5, topk: 5 }, 100);
    assert.deepEqual([...ratios.keys()], ['rolling']);
  });

  it('leaves out what makes no sparse pass on this model', async () => {
    const { context, now } = fakeContext({ 'exact-zero': 5, cats: 5 });
    const steps = firstUse(context, { selectors: ['exact-zero', 'cats'], text, budgetMs: 1000, now });
    let step = await steps.next();
    while (step.done !== true) step = await steps.next();
    assert.deepEqual([...step.value], [['cats', 2]]);
  });

  it('says nothing without text', async () => {
    const { context, now } = fakeContext({});
    const step = await firstUse(context, { selectors, text: [1, 2], now }).next();
    assert.equal(step.done, true);
    assert.equal(step.value?.size, 0);
  });
});

describe('Cache of speeds', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'speeds-'));
  const file = path.join(folder, 'deep', 'speeds.json');
  after(() => rmSync(folder, { recursive: true }));

  const cats = (ratio: number): ReadonlyMap<SelectorId, number> => new Map([['cats', ratio]]);

  it('keeps ratios by key and survives damage', async () => {
    const cache = new SpeedCache(file);
    assert.equal(await cache.find('a'), null);
    await cache.add('a', cats(1.5));
    await cache.add('b', new Map([['rolling', 0.9]]));
    assert.deepEqual((await new SpeedCache(file).find('a'))?.ratios, cats(1.5));
    writeFileSync(file, JSON.stringify({ a: { cats: 'fast', rolling: -1, topk: 2 }, c: 7 }));
    assert.deepEqual((await cache.find('a'))?.ratios, new Map([['topk', 2]]));
    assert.deepEqual(await cache.find('c'), { ratios: new Map(), settled: false });
    writeFileSync(file, '{');
    assert.equal(await cache.find('a'), null);
  });

  it('lets a poor first look be outvoted, and is settled after three', async () => {
    const cache = new SpeedCache(file);
    const poor = await cache.add('d', cats(0.7));
    assert.deepEqual(poor, { ratios: cats(0.7), settled: false });
    assert.equal((await cache.add('d', cats(1.4))).settled, false);
    const third = await cache.add('d', cats(1.3));
    assert.deepEqual(third, { ratios: cats(1.3), settled: true });
  });

  it('remembers in memory, and says so once, where nothing can be written', async () => {
    const occupied = path.join(folder, 'occupied');
    writeFileSync(occupied, '');
    const told: string[] = [];
    const cache = new SpeedCache(path.join(occupied, 'speeds.json'), (why) => told.push(why));
    assert.deepEqual((await cache.add('a', cats(1.2))).ratios, cats(1.2));
    await cache.add('a', cats(1.4));
    assert.deepEqual(await cache.add('a', cats(1.3)), { ratios: cats(1.3), settled: true });
    assert.deepEqual((await cache.find('a'))?.ratios, cats(1.3));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /occupied/);
  });

  it('takes a long measurement for settled at once', async () => {
    const cache = new SpeedCache(file);
    await cache.add('e', cats(0.7));
    assert.deepEqual(await cache.settle('e', cats(1.2)), { ratios: cats(1.2), settled: true });
  });
});
