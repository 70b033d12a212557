import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { catalogue, type SelectorAvailability } from '../../../src/contract/index.js';
import { findProfile, profileFile } from '../../../src/engine/host/profile-file.js';
import { tooLarge } from '../../../src/engine/host/layout-memory.js';
import { offByRatio, withRatios } from '../../../src/engine/host/selector-ratios.js';
import { readGgufHeader } from '../../../src/engine/models/gguf/header.js';

describe('Profiles that come with the extension', () => {
  for (const id of ['smollm2-135m-instruct-q4_1', 'gemma-3-270m-q4_k_m'])
    it(`are there for ${id}, small and of that very file`, () => {
      const model = catalogue.find((entry) => entry.id === id);
      assert.ok(model?.sha256);
      const profile = findProfile('/nowhere', model.sha256);
      assert.ok(profile);
      assert.ok(statSync(profile).size <= 0.02 * model.size);
      const { metadata, architecture } = readGgufHeader(profile);
      assert.equal(architecture, 'sparse-pilot-profile');
      assert.equal(metadata.get('sparse-pilot.profile.model-sha256'), model.sha256);
      assert.equal(metadata.get('sparse-pilot.profile.version'), 1);
    });

  it('give way to the user’s own, and are not there for other models', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'profiles-'));
    try {
      const sha256 = catalogue[0]?.sha256 ?? '';
      const own = profileFile(path.join(folder, 'own'), sha256);
      assert.notEqual(findProfile(path.dirname(own), sha256), own);
      mkdirSync(path.dirname(own));
      writeFileSync(own, '');
      assert.equal(findProfile(path.dirname(own), sha256), own);
      assert.equal(findProfile(folder, '0'.repeat(64)), null);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('Ratios of selectors', () => {
  const known: readonly SelectorAvailability[] = [
    { selector: 'cats', available: true },
    { selector: 'chess', available: true },
    { selector: 'teal', available: false, reason: 'no' },
  ];

  it('are told with the reason where a gain is not worth a loss', () => {
    const ratios = new Map([
      ['cats', 1.02],
      ['chess', 1.4],
      ['teal', 0.5],
    ] as const);
    const [cats, chess, teal] = withRatios(known, ratios);
    assert.match(cats?.reason ?? '', /1\.02 times/);
    assert.deepEqual(chess, { selector: 'chess', available: true, measuredRatio: 1.4 });
    assert.equal(teal?.reason, 'no');
  });

  it('switch a request off that cannot gain 3%, and leave one alone that may', () => {
    const off = (density: number, ratio?: number) => offByRatio({ selector: 'cats', density }, ratio);
    assert.match(off(0.5, 0.85) ?? '', /Measured 0\.85 times the speed of Dense/);
    assert.notEqual(off(0.9, 1.02), null);
    assert.equal(off(0.5, 1.03), null);
    assert.equal(off(0.3, 0.85), null, 'it keeps less than what was measured');
    assert.notEqual(off(0.45, 0.85), null, 'not even if time went with the density');
    assert.equal(off(0.5), null, 'nothing was measured');
    assert.notEqual(offByRatio({ selector: 'exact-zero', density: 0.1 }, 0.9), null, 'it has no density');
  });
});

describe('Memory for sparse layouts', () => {
  it('is asked for only where it is there, with something to spare', () => {
    const megabyte = 1024 ** 2;
    assert.equal(tooLarge(1000 * megabyte, 2000 * megabyte), null);
    assert.equal(
      tooLarge(1000 * megabyte, 1100 * megabyte),
      'The sparse layouts need 1000 MB of memory and 1100 MB are free: everything runs dense.',
    );
    assert.equal(tooLarge(0), null, 'this machine has some');
  });
});
