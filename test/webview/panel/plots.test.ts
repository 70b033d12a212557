import assert from 'node:assert/strict';
import { JSDOM } from 'jsdom';
import fc from 'fast-check';
import { liveWindowMs } from '../../../src/contract/index.js';
import { full, liveSamples, measurement, ready } from '../../ui/panel/states.js';

// The modules read the page's language when they are loaded.
Object.assign(globalThis, {
  document: new JSDOM('<html lang="en"><body><div id="root"></div>').window.document,
});
const { linearScale, rootScale, roundTicks } = await import('../../../src/webview/panel/measure/scale.js');
const { placeInForce } = await import('../../../src/webview/panel/measure/place.js');
const { fastestWithin } = await import('../../../src/webview/panel/measure/within.js');
const { toColumns, withSample } = await import('../../../src/webview/panel/live/window.js');
const { meanChange } = await import('../../../src/webview/panel/calibrate/curves.js');
const { relativeTime } = await import('../../../src/webview/shared/words/times.js');

describe('axes', () => {
  it('have few, round, rising ticks within the range', () => {
    const finite = { noNaN: true, noDefaultInfinity: true, min: 0, max: 1e6 };
    fc.assert(
      fc.property(fc.double(finite), fc.double({ ...finite, min: 1e-3 }), (low, span) => {
        const ticks = roundTicks(low, low + span, 5);
        assert.ok(ticks.length >= 1 && ticks.length <= 12, `${ticks.length}`);
        ticks.reduce((before, tick) => {
          assert.ok(tick > before);
          return tick;
        }, -Infinity);
      }),
    );
  });

  it('map their ends to their ends', () => {
    const line = linearScale(10, 20, 100, 0, 5);
    assert.deepEqual([line.toPixel(10), line.toPixel(20), line.toPixel(15)], [100, 0, 50]);
    const root = rootScale(4, 0, 100);
    assert.deepEqual([root.toPixel(0), root.toPixel(1), root.toPixel(4)], [0, 50, 100]);
  });

  it('stand a measurement without loss', () => {
    assert.equal(rootScale(0, 0, 100).toPixel(0), 0);
  });
});

describe('place of the setting in force', () => {
  const fast = { ...ready.knobs, mode: 'fast', selectorInForce: 'griffin' } as const;

  it('is dense where nothing is skipped, and unknown where checks were not measured', () => {
    const dense = { tokensPerSecond: 41.2, loss: 0 };
    assert.deepEqual(placeInForce(measurement, { ...fast, mode: 'dense' }, 'kl'), dense);
    assert.deepEqual(placeInForce(measurement, { ...fast, selectorInForce: 'none' }, 'kl'), dense);
    for (const mode of ['exact', 'balanced'] as const)
      assert.equal(placeInForce(measurement, { ...fast, mode }, 'kl'), null);
  });

  it('is a measured point at its density and between two at others', () => {
    const at = (density: number) => placeInForce(measurement, { ...fast, density }, 'kl');
    const point = measurement.points.find(
      ({ selector, density }) => selector === 'griffin' && density === 0.5,
    );
    assert.deepEqual(at(0.5), { tokensPerSecond: point?.tokensPerSecond, loss: point?.kl });
    const [below, middle, above] = [at(0.5), at(0.55), at(0.6)];
    assert.ok(below && middle && above);
    assert.ok(Math.abs(middle.tokensPerSecond - (below.tokensPerSecond + above.tokensPerSecond) / 2) < 1e-9);
  });

  it('goes to dense above the densest point and stays at the sparsest below it', () => {
    assert.deepEqual(placeInForce(measurement, { ...fast, density: 1 }, 'kl'), {
      tokensPerSecond: 41.2,
      loss: 0,
    });
    const lowest = placeInForce(measurement, { ...fast, density: 0.3 }, 'disagreement');
    assert.deepEqual(placeInForce(measurement, { ...fast, density: 0.1 }, 'disagreement'), lowest);
  });

  it('is unknown for a selector that was not measured', () => {
    assert.equal(placeInForce(measurement, { ...fast, selectorInForce: 'predictor' }, 'kl'), null);
  });
});

describe('the setting for a limit', () => {
  const within = (limit: number, points = measurement.points) =>
    fastestWithin(points, { metric: 'kl', limit });

  it('is the fastest point that loses no more', () => {
    const best = within(0.05);
    assert.ok(best !== undefined && best.kl <= 0.05);
    for (const { kl, off, tokensPerSecond } of measurement.points)
      if (kl <= 0.05 && off === null) assert.ok(tokensPerSecond <= best.tokensPerSecond);
  });

  it('is none where everything within the limit is off, or nothing is within it', () => {
    assert.equal(within(1e-6), undefined);
    assert.equal(
      within(
        10,
        measurement.points.map((point) => ({ ...point, off: 'slower' })),
      ),
      undefined,
    );
  });
});

describe('live window', () => {
  it('forgets what is older than five minutes', () => {
    const [sample] = liveSamples(0);
    assert.ok(sample);
    let samples: ReturnType<typeof withSample> = [];
    for (let time = 0; time <= 2 * liveWindowMs; time += 5000)
      samples = withSample(samples, { ...sample, time });
    assert.equal(samples[0]?.time, liveWindowMs);
  });

  it('draws no line across a pause', () => {
    const now = 1_000_000;
    const { seconds, series } = toColumns(liveSamples(now), [({ tokensPerSecond }) => tokensPerSecond], now);
    assert.equal(series[0]?.filter((value) => value === null).length, 1);
    assert.ok(seconds.every((second, index) => index === 0 || second > (seconds[index - 1] ?? 0)));
  });
});

describe('calibration curve', () => {
  it('tells the mean change over shared densities', () => {
    assert.ok(full.calibration);
    assert.ok(Math.abs((meanChange(full.calibration.before, full.calibration.after) ?? 0) + 0.25) < 1e-9);
    assert.equal(meanChange([{ density: 0.3, kl: 1 }], [{ density: 0.4, kl: 1 }]), null);
  });
});

describe('how long ago something was', () => {
  it('is told in its largest unit', () => {
    const minute = 60_000;
    const day = 24 * 60 * minute;
    const now = Date.UTC(2026, 10, 22);
    const told = (ago: number): string => relativeTime(now - ago, now);
    assert.deepEqual(
      [0, minute, 59 * minute, 59.6 * minute, 23 * 60 * minute, day, 29 * day, 61 * day, 400 * day].map(told),
      [
        ...['this minute', '1 minute ago', '59 minutes ago', '1 hour ago', '23 hours ago'],
        ...['yesterday', '29 days ago', '2 months ago', 'last year'],
      ],
    );
  });
});
