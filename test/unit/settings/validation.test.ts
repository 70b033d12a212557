import assert from 'node:assert/strict';
import fc from 'fast-check';
import { allSettings, settings } from '../../../src/contract/settings/index.js';
import { valueOrDefault, type BadValue } from '../../../src/editor/settings/value.js';

describe('setting values', () => {
  it('every default passes its own validation', () => {
    for (const setting of allSettings)
      assert.deepEqual(setting.parse(setting.default), { ok: true, value: setting.default }, setting.id);
  });

  it('anything at all gives a value of the right kind, and a refusal unless it was good', () => {
    fc.assert(
      fc.property(fc.constantFrom(...allSettings), fc.anything(), (setting, raw) => {
        const refused: BadValue[] = [];
        const value = valueOrDefault(setting, raw, (bad) => refused.push(bad));
        assert.ok(setting.parse(value).ok);
        assert.equal(refused.length, raw === undefined || setting.parse(raw).ok ? 0 : 1);
      }),
      { numRuns: 2000 },
    );
  });

  for (const { name, setting, raw } of [
    { name: 'density above 1', setting: settings.sparsity.density, raw: 1.5 },
    { name: 'density that is no number', setting: settings.sparsity.density, raw: Number.NaN },
    { name: 'density as a text', setting: settings.sparsity.density, raw: '0.5' },
    { name: 'an unknown mode', setting: settings.mode, raw: 'turbo' },
    { name: 'a mode from the prototype', setting: settings.mode, raw: 'toString' },
    { name: 'a broken number of lines', setting: settings.completion.maxLines, raw: 2.5 },
    { name: 'a list that is none', setting: settings.completion.exclude, raw: '**/*.md' },
    { name: 'a list with a stranger', setting: settings.completion.contextSources, raw: ['similar', 'web'] },
    { name: 'a negative layer', setting: settings.sparsity.denseLayers, raw: [-1] },
  ])
    it(`refuses ${name} and uses the default`, () => {
      const refused: BadValue[] = [];
      assert.deepEqual(
        valueOrDefault<unknown>(setting, raw, (bad) => refused.push(bad)),
        setting.default,
      );
      assert.equal(refused[0]?.setting.id, setting.id);
      assert.ok((refused[0]?.expected.length ?? 0) > 0);
    });
});
