import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EngineProcess } from '../../../src/engine/client/engine-process.js';

describe('an engine process', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-process-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function start(name: string, script: string): Promise<EngineProcess> {
    const entry = path.join(folder, `${name}.mjs`);
    await writeFile(entry, script);
    return new EngineProcess({ entry }, () => undefined);
  }

  // In node 20 a child whose parent disconnected never emits 'close'; the command line ended with code 13 over it.
  it('is seen to end when it leaves because its channel was closed', async () => {
    const engine = await start('polite', "process.on('disconnect', () => process.exit(0));\n");
    assert.equal((await engine.stop()).code, 0);
  });

  it('that does not leave is killed', async () => {
    const engine = await start(
      'stubborn',
      "process.on('disconnect', () => undefined); setInterval(() => {}, 1000);\n",
    );
    assert.equal((await engine.stop()).signal, 'SIGKILL');
  }).timeout(10_000);

  it('tells its last words', async () => {
    const engine = await start('broken', "process.stderr.write('out of cheese\\n'); process.exit(7);\n");
    const exit = await engine.exited;
    assert.equal(exit.code, 7);
    assert.match(exit.lastWords, /out of cheese/);
  });
});
