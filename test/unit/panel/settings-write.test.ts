import assert from 'node:assert/strict';
import { settings } from '../../../src/contract/index.js';
import { valueOrDefault, writeOf } from '../../../src/editor/settings/value.js';

describe('writing a setting', () => {
  const { mode, chat } = settings;

  it('goes to where the setting is set already, otherwise to the user', () => {
    const unset = { workspace: undefined, user: undefined };
    assert.deepEqual(writeOf(mode, 'fast', unset), { target: 'user', value: 'fast' });
    const both = { workspace: 'balanced', user: 'fast' };
    assert.deepEqual(writeOf(mode, 'dense', both), { target: 'workspace', value: 'dense' });
    assert.deepEqual(writeOf(chat.contextSize, 0, both), { target: 'user', value: 0 });
  });

  it('writes the default out where the user’s value would come into force', () => {
    const both = { workspace: 'balanced', user: 'fast' };
    assert.deepEqual(writeOf(mode, undefined, both), { target: 'workspace', value: 'exact' });
    const one = { workspace: 'balanced', user: undefined };
    assert.deepEqual(writeOf(mode, undefined, one), { target: 'workspace', value: undefined });
  });

  it('answers a bad value with what it must be and the default', () => {
    const refused: string[] = [];
    const value = valueOrDefault(chat.temperature, 'hot', ({ expected }) => refused.push(expected));
    assert.deepEqual([value, refused], [0.2, ['a number from 0 to 2']]);
  });
});
