import assert from 'node:assert/strict';
import { countLine, readCounts, sum } from '../../../scripts/testing/counts.js';
import { runSuite, type Suite } from '../../../scripts/testing/suite.js';

const suite = (script: string, timeoutMs = 20_000): Suite => ({
  name: 'sample',
  prepare: async () => undefined,
  nodeArguments: ['-e', script],
  timeoutMs,
});
const quietly = async (sample: Suite) => {
  const written = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  try {
    return await runSuite(sample);
  } finally {
    process.stdout.write = written;
  }
};

describe('counts of a suite', () => {
  it('are read back from the line that is written', () => {
    const counts = { passed: 12, failed: 3, skipped: 4 };
    assert.deepEqual(readCounts(`noise\n${countLine(counts)}\n`), counts);
  });

  it('are those of the last such line, alone on its line', () => {
    const output =
      '1 passed, 0 failed, 0 skipped\nsaid "9 passed, 9 failed, 9 skipped"\n2 passed, 1 failed, 0 skipped\n';
    assert.deepEqual(readCounts(output), { passed: 2, failed: 1, skipped: 0 });
  });

  it('are null when there is no such line', () => {
    assert.equal(readCounts('all fine\n'), null);
  });

  it('add up', () => {
    const one = { passed: 1, failed: 2, skipped: 3 };
    assert.deepEqual(sum([one, one]), { passed: 2, failed: 4, skipped: 6 });
  });
});

describe('a suite that', () => {
  it('passes is counted as it says', async () => {
    const counts = await quietly(suite("console.log('3 passed, 0 failed, 1 skipped')"));
    assert.deepEqual(counts, { passed: 3, failed: 0, skipped: 1 });
  });

  it('ran no test has failed', async () => {
    assert.equal((await quietly(suite("console.log('0 passed, 0 failed, 0 skipped')"))).failed, 1);
    assert.equal((await quietly(suite("console.log('nothing to do')"))).failed, 1);
  });

  it('ends with another code than 0 has failed, whatever it counted', async () => {
    const counts = await quietly(suite("console.log('3 passed, 0 failed, 0 skipped'); process.exitCode = 3"));
    assert.deepEqual(counts, { passed: 3, failed: 1, skipped: 0 });
  });

  it('hangs is ended, with everything it started, and has failed', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      setInterval(() => {}, 1000);`;
    assert.equal((await quietly(suite(script, 1000))).failed, 1);
  });

  it('leaves a process behind does not hold the run up', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log('1 passed, 0 failed, 0 skipped');
      process.exit(0);`;
    assert.deepEqual(await quietly(suite(script)), { passed: 1, failed: 0, skipped: 0 });
  });
});
