import assert from 'node:assert/strict';
import { ResponseError } from 'vscode-jsonrpc/node.js';
import { fromResponseError, toResponseError } from '../../../src/engine/client/rpc-errors.js';
import { EngineError } from '../../../src/engine/engine-error.js';
import { checkSettings } from '../../../src/engine/generation/request-checks.js';
import { fileError } from '../../../src/engine/models/download/file-errors.js';

describe('Errors', () => {
  it('cross the wire with code and next step', () => {
    const sent = new EngineError('disk-full', 'The disk is full.', 'Free some space.');
    const received = fromResponseError(toResponseError(sent));
    assert.deepEqual(
      [received.code, received.message, received.nextStep],
      ['disk-full', sent.message, sent.nextStep],
    );
    assert.equal(fromResponseError(toResponseError(new TypeError('odd'))).code, 'internal');
    assert.equal(fromResponseError(new ResponseError(-1, 'x', { code: 'no such code' })).code, 'internal');
    assert.equal(fromResponseError(new ResponseError(-32800, 'cancelled')).code, 'cancelled');
  });

  it('of the file system become words', () => {
    const code = (name: string): unknown =>
      fileError(Object.assign(new Error(name), { code: name }), '/models');
    assert.ok(code('ENOSPC') instanceof EngineError);
    assert.match(String(code('ENOSPC')), /full/);
    assert.match(String(code('EROFS')), /cannot be written/);
    assert.equal((code('EIO') as Error).message, 'EIO');
  });

  it('name the setting that makes no sense', () => {
    const refuses = (settings: Parameters<typeof checkSettings>[0], words: RegExp): void =>
      assert.throws(
        () => checkSettings(settings, 2),
        (error) => error instanceof EngineError && words.test(error.message),
      );
    refuses({ sampling: { topP: 2 } }, /topP/);
    refuses({ stop: { maxTokens: Number.NaN } }, /maxTokens/);
    refuses({ sparsity: { selector: 'cats', density: 1.5 } }, /Density/);
    const rolling = { selector: 'rolling', density: 0.5 } as const;
    refuses({ sparsity: { ...rolling, decay: 0 } }, /Decay/);
    refuses({ sparsity: { ...rolling, layerDensity: [0.5] } }, /each of the 2 layers, not 1/);
    refuses({ sparsity: { ...rolling, layerDensity: [0.5, 2] } }, /layer's density.* not 2/);
    refuses({ correction: { mode: 'exact', maxDraft: 65 } }, /maxDraft/);
    refuses({ correction: { mode: 'exact', treeWidth: 9 } }, /treeWidth/);
    refuses({ correction: { mode: 'balanced', check: { kind: 'fixed', period: 0 } } }, /period/);
    assert.doesNotThrow(() => checkSettings({ sampling: { temperature: 0 }, stop: { maxTokens: 0 } }, 2));
    assert.doesNotThrow(() =>
      checkSettings({ sparsity: { ...rolling, decay: 1, layerDensity: [0.5, 1] } }, 2),
    );
  });
});
