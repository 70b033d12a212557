import assert from 'node:assert/strict';
import { settings, type Setting } from '../../../src/contract/settings/index.js';
import type { SettingsHere } from '../../../src/editor/settings/reader.js';
import { bestSelector, correctionRequest, sparsityRequest } from '../../../src/editor/settings/requests.js';

/** Defaults, with some settings changed. */
function here(changed: ReadonlyMap<Setting<unknown>, unknown> = new Map()): SettingsHere {
  return {
    get: <T>(setting: Setting<T>) => (changed.has(setting) ? (changed.get(setting) as T) : setting.default),
  };
}

describe('requests made of settings', () => {
  it('auto takes the selector that was measured fastest', () => {
    const known = [
      { selector: 'cats', available: true, measuredRatio: 1.1 },
      { selector: 'rolling', available: true, measuredRatio: 1.4 },
      { selector: 'teal', available: false, measuredRatio: 2 },
    ] as const;
    assert.equal(bestSelector(known), 'rolling');
    assert.equal(sparsityRequest(here(), known).selector, 'rolling');
  });

  it('auto takes the one that loses less of two that are as fast', () => {
    const ratios = (griffin: number, rolling: number) =>
      [
        { selector: 'griffin', available: true, measuredRatio: griffin },
        { selector: 'rolling', available: true, measuredRatio: rolling },
      ] as const;
    assert.equal(bestSelector(ratios(1.42, 1.38)), 'rolling');
    assert.equal(bestSelector(ratios(1.42, 1.2)), 'griffin');
  });

  it('auto stays dense where nothing gains 3%', () => {
    assert.equal(bestSelector([{ selector: 'cats', available: true, measuredRatio: 1.02 }]), 'none');
    assert.equal(bestSelector([{ selector: 'cats', available: true }]), 'none');
    assert.equal(bestSelector([]), 'none');
  });

  it('a chosen selector is asked for even where it is slow', () => {
    const chosen = here(new Map<Setting<unknown>, unknown>([[settings.sparsity.selector, 'cats']]));
    assert.equal(sparsityRequest(chosen, []).selector, 'cats');
  });

  it('turns the check settings into one policy', () => {
    assert.deepEqual(correctionRequest(here()).check, { kind: 'auto', budget: 2, floor: 4 });
    const risk = here(new Map<Setting<unknown>, unknown>([[settings.correction.check, 'risk']]));
    assert.deepEqual(correctionRequest(risk).check, { kind: 'risk', budget: 2, floor: 4, cap: 32 });
    const fixed = here(
      new Map<Setting<unknown>, unknown>([
        [settings.correction.check, 'fixed'],
        [settings.correction.period, 8],
      ]),
    );
    assert.deepEqual(correctionRequest(fixed).check, { kind: 'fixed', period: 8 });
  });

  it('leaves the draft length to the controller at 0', () => {
    assert.equal('maxDraft' in correctionRequest(here()), false);
  });
});
