import assert from 'node:assert/strict';
import { LlamaLogLevel } from 'node-llama-cpp';
import { NativeLog } from '../../../src/engine/host/native-log.js';

describe('log of the native part', () => {
  const logged: [string, string][] = [];
  const log = new NativeLog((level, message) => logged.push([level, message]));

  beforeEach(() => {
    logged.length = 0;
    log.begin();
  });

  it('takes a decode that was cancelled for no complaint', () => {
    for (const line of [
      'graph_compute: ggml_backend_sched_graph_compute_async failed with error 1',
      'process_ubatch: failed to compute graph, compute status: 1',
      'decode: removing memory module entries for seq_id = 0, pos = [604, +inf)',
      'llama_decode: failed to decode, ret = 2',
    ])
      log.write(LlamaLogLevel.error, line);
    assert.deepEqual(new Set(logged.map(([level]) => level)), new Set(['debug']));
    assert.equal(log.words(), '');
  });

  it('passes real failures on, keeps their words, and holds its chatter back from the ordinary log', () => {
    log.write(LlamaLogLevel.error, 'llama_decode: failed to decode, ret = -3\n');
    log.write(LlamaLogLevel.info, 'hello');
    assert.deepEqual(logged, [
      ['error', 'llama_decode: failed to decode, ret = -3'],
      ['debug', 'hello'],
    ]);
    assert.match(log.words(), /ret = -3/);
  });
});
