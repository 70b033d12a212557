/**
 * `npm run test:exact`: 200 prompts, every drafter, both real models, each token against Dense. Takes about a quarter of an hour;
 * the engine suite runs a part of it. `SPARSE_PILOT_EXACT_PROMPTS` and `SPARSE_PILOT_EXACT_LONG_PROMPTS` change the counts.
 */
import { spawnSync } from 'node:child_process';
import { modelFolder } from '../../src/engine/models/folder.js';
import { ModelStore } from '../../src/engine/models/store.js';
import { root } from '../setup/paths.js';

const models = ['smollm2-135m-instruct-q4_1', 'gemma-3-270m-q4_k_m'];
const test = 'test/engine/correction/exact.test.ts';
const timeoutMs = 120_000;

const store = new ModelStore(modelFolder(process.env));
for (const id of process.argv.length > 2 ? process.argv.slice(2) : models) {
  const file = await store.find(id);
  if (file === null) throw new Error(`${id} is missing: npx sparse-pilot models download ${id}`);
  process.stdout.write(`${id}\n`);
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/testing/run-mocha.ts', String(timeoutMs), test],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        SPARSE_PILOT_EXACT_PROMPTS: '200',
        SPARSE_PILOT_EXACT_LONG_PROMPTS: '8',
        ...process.env,
        SPARSE_PILOT_EXACT_DRAFTERS: 'all',
        SPARSE_PILOT_TEST_MODEL: file,
      },
    },
  );
  if (status !== 0) process.exitCode = 1;
}
