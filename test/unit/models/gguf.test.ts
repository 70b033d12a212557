import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { EngineError } from '../../../src/engine/engine-error.js';
import { checkModelFile } from '../../../src/engine/models/gguf/check.js';
import { entry, gguf, tensor, text, tinyModel, u32, u64 } from './gguf-bytes.js';

describe('GGUF header check', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gguf-'));
  const file = path.join(folder, 'model.gguf');
  after(() => rmSync(folder, { recursive: true }));

  const check = (bytes: Buffer, architectures?: ReadonlySet<string>) => {
    writeFileSync(file, bytes);
    return checkModelFile(file, architectures);
  };
  const refuses = (bytes: Buffer, code: string, words: RegExp, architectures?: ReadonlySet<string>): void =>
    assert.throws(
      () => check(bytes, architectures),
      (error) => error instanceof EngineError && error.code === code && words.test(error.message),
    );

  it('reads a good file', () => {
    const header = check(tinyModel());
    assert.equal(header.architecture, 'llama');
    assert.equal(header.name, 'tiny');
    assert.equal(header.parameters, 8);
    assert.equal(header.claimedSize, header.fileSize);
  });

  it('counts the bytes of linears', () => {
    const names = [
      'blk.0.attn_q.weight',
      'blk.0.ffn_up.weight',
      'blk.11.ffn_down.weight',
      'blk.0.ffn_norm.weight',
    ];
    const tensors = names.map((name, index) => tensor({ name, values: 8, type: 0, offset: 32 * index }));
    const entries = [entry('general.architecture', 'llama')];
    const { linears } = check(gguf({ entries, tensors, dataBytes: 128 }));
    assert.deepEqual(linears, { feedForward: 64, all: 96 });
  });

  it('refuses a missing file, a folder and an empty file', () => {
    assert.throws(
      () => checkModelFile(path.join(folder, 'nothing.gguf')),
      (error) => error instanceof EngineError && error.code === 'model-not-found',
    );
    assert.throws(
      () => checkModelFile(folder),
      (error) => error instanceof EngineError && error.code === 'model-not-found',
    );
    refuses(Buffer.alloc(0), 'model-not-gguf', /is empty/);
  });

  it('refuses other formats and versions', () => {
    refuses(
      Buffer.from('PK\u0003\u0004 this is a zip file, not a model'),
      'model-not-gguf',
      /does not start as/,
    );
    refuses(gguf({ magic: 'PWRI' }), 'model-not-gguf', /does not start as/);
    refuses(gguf({ version: 1 }), 'model-not-gguf', /version 1/);
    refuses(gguf({ version: 77 }), 'model-not-gguf', /version 77/);
  });

  it('says how much of a cut file is there', () => {
    const whole = tinyModel();
    refuses(whole.subarray(0, whole.length - 5), 'model-truncated', /is incomplete: \d+ of \d+ bytes/);
    refuses(whole.subarray(0, 60), 'model-truncated', /ends inside its header/);
  });

  it('refuses impossible counts and lengths without reading that much', () => {
    refuses(gguf({ tensorCount: 2n ** 63n }), 'model-not-gguf', /impossibly large/);
    refuses(gguf({ tensorCount: 2 ** 40 }), 'model-not-gguf', /claims \d+ tensors/);
    refuses(gguf({ entryCount: 2 ** 40 }), 'model-not-gguf', /metadata entries/);
    refuses(
      gguf({ entryCount: 1, entries: [Buffer.concat([u64(2 ** 45), Buffer.alloc(64)])] }),
      'model-not-gguf',
      /claims \d+ bytes/,
    );
    const array = Buffer.concat([text('a'), u32(9), u32(4), u64(2 ** 50)]);
    refuses(gguf({ entries: [array] }), 'model-truncated', /ends inside/);
  });

  it('refuses unknown types and architectures by name', () => {
    const entries = [entry('general.architecture', 'llama')];
    refuses(
      gguf({ entries, tensors: [tensor({ name: 'w', values: 8, type: 99, offset: 0 })], dataBytes: 32 }),
      'model-not-gguf',
      /unknown type/,
    );
    refuses(tinyModel('future-arch'), 'model-unsupported', /"future-arch"/, new Set(['llama']));
    refuses(gguf({ entries }), 'model-unsupported', /holds no model/);
  });

  it('answers any damage with a coded error', () => {
    const good = tinyModel();
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(good.length - 1), value: fc.nat(255) }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = Buffer.from(good);
          for (const { at, value } of changes) bytes[at] = value;
          try {
            check(bytes.subarray(0, length));
          } catch (error) {
            assert.ok(error instanceof EngineError, String(error));
            assert.match(error.code, /^model-/);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
