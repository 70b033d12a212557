import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { catalogue, type SelectorAvailability } from '../../../src/contract/index.js';
import { findProfile, profileFile } from '../../../src/engine/host/profile-file.js';
import { withRatios } from '../../../src/engine/host/selector-ratios.js';
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

  it('are told with the reason where a gain is not worth a loss, and stay until they are measured anew', () => {
    const first = withRatios(
      known,
      known,
      new Map([
        ['cats', 1.02],
        ['chess', 1.4],
        ['teal', 0.5],
      ] as const),
    );
    const [cats, chess, teal] = first;
    assert.match(cats?.reason ?? '', /1\.02 times/);
    assert.deepEqual(chess, { selector: 'chess', available: true, measuredRatio: 1.4 });
    assert.equal(teal?.reason, 'no');
    const second = withRatios(known, first, new Map([['cats', 1.5]] as const));
    assert.deepEqual(
      second.map(({ measuredRatio, reason }) => [measuredRatio, reason]),
      [
        [1.5, undefined],
        [1.4, undefined],
        [0.5, 'no'],
      ],
    );
  });
});
