import assert from 'node:assert/strict';
import { settings } from '../../../src/contract/index.js';
import {
  allProfiles,
  builtInProfiles,
  checkProfile,
  profileInForce,
  valuesInForce,
} from '../../../src/editor/profiles/profile.js';
import { tunables } from '../../../src/editor/profiles/tunables.js';
import { MemorySettings } from './settings.js';

async function apply(memory: MemorySettings, name: string, own = {}): Promise<void> {
  const profile = allProfiles(own).find((candidate) => candidate.name === name);
  assert.ok(profile);
  for (const { setting, value } of checkProfile(profile).values) await memory.set(setting, value);
}

const inForce = (memory: MemorySettings, own = {}) =>
  profileInForce(allProfiles(own), (setting) => memory.get(setting))?.name;

describe('settings profiles', () => {
  it('are in force after a switch, from any to any', async () => {
    const memory = new MemorySettings();
    for (const from of builtInProfiles)
      for (const to of builtInProfiles) {
        await apply(memory, from.name);
        await apply(memory, to.name);
        assert.equal(inForce(memory), to.name);
      }
  });

  it('hold only values that their settings accept', () => {
    for (const profile of builtInProfiles) assert.deepEqual(checkProfile(profile).refused, [], profile.name);
  });

  it('are left by turning a knob', async () => {
    const memory = new MemorySettings();
    await apply(memory, 'battery');
    await memory.set(settings.sparsity.density, 0.8);
    assert.equal(inForce(memory), undefined);
  });

  it('of the user come back as they were saved', async () => {
    const memory = new MemorySettings();
    await memory.set(settings.sparsity.density, 0.7);
    await memory.set(settings.mode, 'balanced');
    const own = { train: valuesInForce((setting) => memory.get(setting)) };
    await apply(memory, 'quality', own);
    await apply(memory, 'train', own);
    assert.equal(memory.get(settings.sparsity.density), 0.7);
    assert.equal(inForce(memory, own), 'train');
  });

  it('cannot set paths, models or anything bad, and name what was refused', () => {
    const values = {
      'models.file': '/etc/passwd',
      'engine.binaries': '/tmp',
      mode: 'warp',
      'sparsity.density': 0.6,
    };
    const { refused, values: written } = checkProfile({ name: 'x', builtIn: false, values });
    assert.deepEqual([...refused].sort(), ['engine.binaries', 'mode', 'models.file']);
    assert.ok(written.every(({ setting }) => tunables.includes(setting)));
    assert.equal(written.find(({ setting }) => setting.id === 'mode')?.value, undefined);
    assert.equal(written.find(({ setting }) => setting.id === 'sparsity.density')?.value, 0.6);
  });

  it('refuse a setting that is no table of profiles', () => {
    for (const raw of [null, [], 'x', { a: 1 }, { a: null }])
      assert.equal(settings.profiles.parse(raw).ok, false);
    assert.equal(settings.profiles.parse({ a: { mode: 'fast' } }).ok, true);
  });

  it('take nothing from a prototype', () => {
    const { values } = checkProfile({
      name: 'x',
      builtIn: false,
      values: Object.create({ mode: 'fast' }) as object as never,
    });
    assert.equal(values.find(({ setting }) => setting.id === 'mode')?.value, undefined);
  });
});
