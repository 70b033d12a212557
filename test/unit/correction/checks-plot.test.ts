import assert from 'node:assert/strict';
import { checksPlot } from '../../../src/cli/bench-correction/checks-plot.js';
import type { ChecksReport } from '../../../src/cli/bench-correction/checks.js';
import { checksTable } from '../../../src/cli/bench-correction/table.js';

const point = (agreement: number, checksPer100: number) => ({
  tokens: 500,
  checksPer100,
  agreement,
  rollbacksPer100: 2,
  draftedPer100: 110,
});

const report: ChecksReport = {
  model: 'a <model>',
  threads: 2,
  sparsity: { selector: 'chess', density: 0.5 },
  acceptThreshold: 0.1,
  points: [
    { policy: { kind: 'fixed', period: 16 }, ...point(0.91, 7) },
    { policy: { kind: 'fixed', period: 8 }, ...point(0.94, 14) },
    { policy: { kind: 'risk', budget: 1, floor: 4, cap: 32 }, ...point(0.95, 8) },
  ],
};

describe('Agreement against checks', () => {
  it('is drawn as a line a kind of policy, more checks to the right, more agreement up', () => {
    const svg = checksPlot(report);
    const lines = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) =>
      points.split(' ').map((pair) => pair.split(',').map(Number)),
    );
    assert.deepEqual(
      lines.map((line) => line.length),
      [2, 1],
    );
    const [[sixteen, eight] = [], [risk] = []] = lines;
    assert.ok((sixteen?.[0] ?? 0) < (risk?.[0] ?? 0) && (risk?.[0] ?? 0) < (eight?.[0] ?? 0));
    assert.ok((sixteen?.[1] ?? 0) > (eight?.[1] ?? 0) && (eight?.[1] ?? 0) > (risk?.[1] ?? 0));
    assert.ok(svg.includes('a &#60;model&#62;') && !svg.includes('<model>') && !svg.includes('NaN'));
  });

  it('is printed as a line a policy', () => {
    const lines = checksTable(report).split('\n');
    assert.equal(lines.length, 4);
    assert.match(lines[1] ?? '', /^every 16 tokens +7\.0 +2\.0 +110 +0\.910$/);
    assert.match(lines[3] ?? '', /^risk 1, 4 to 32 tokens/);
  });
});
