import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { countLine, readCounts, sum } from '../../../scripts/testing/counts.js';
import { HeldOutput } from '../../../scripts/testing/held-output.js';
import { runSuites, type SuiteResult } from '../../../scripts/testing/run-suites.js';
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

/** Keeps what goes to standard output from it. */
function recordOutput(): { readonly text: () => string; readonly stop: () => void } {
  const written = process.stdout.write.bind(process.stdout);
  let text = '';
  process.stdout.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  return { text: () => text, stop: () => void (process.stdout.write = written) };
}

describe('what a suite beside others prints', () => {
  it('comes whole, and as it is printed once nothing else is', () => {
    const recorded = recordOutput();
    const steps: string[] = [];
    try {
      const output = new HeldOutput();
      output.write('one ');
      output.show();
      steps.push(recorded.text());
      output.write('ends\n');
      output.close();
      output.write('two ');
      output.show();
      steps.push(recorded.text());
      output.showFromNowOn();
      steps.push(recorded.text());
      output.write('ends\n');
    } finally {
      recorded.stop();
    }
    assert.deepEqual(
      [...steps, recorded.text()],
      ['', 'one ends\n', 'one ends\ntwo ', 'one ends\ntwo ends\n'],
    );
  });
});

describe('suites', () => {
  const printed = async (...some: readonly Suite[]): Promise<{ text: string; results: SuiteResult[] }> => {
    const recorded = recordOutput();
    try {
      return { results: await runSuites(some), text: recorded.text() };
    } finally {
      recorded.stop();
    }
  };
  const passing = (name: string): Suite => ({
    ...suite(`console.log('begins ${name}'); console.log('1 passed, 0 failed, 0 skipped')`),
    name,
  });
  const names = (text: string): string[] =>
    [...text.matchAll(/^(?:== |begins )(.*)$/gm)].map(([line]) => line);

  it('run one after the other, and those that can wait beside them', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'suites-'));
    const sign = path.join(folder, 'sign');
    // Each of these two waits for the other.
    const front = suite(`
      const { existsSync } = require('node:fs');
      const timer = setInterval(() => {
        if (!existsSync(${JSON.stringify(sign)})) return;
        clearInterval(timer);
        console.log('2 passed, 0 failed, 0 skipped');
      }, 20);`);
    const beside = suite(`
      require('node:fs').writeFileSync(${JSON.stringify(sign)}, '');
      console.log('1 passed, 1 failed, 0 skipped');
      process.exitCode = 1;`);
    const { results } = await printed({ ...beside, name: 'beside', canWait: true }, front);
    rmSync(folder, { recursive: true });
    assert.deepEqual(
      results.map(({ name, counts }) => [name, counts]),
      [
        ['beside', { passed: 1, failed: 1, skipped: 0 }],
        ['sample', { passed: 2, failed: 0, skipped: 0 }],
      ],
    );
  });

  it('run as they come where all can wait', async () => {
    const { results, text } = await printed(
      { ...passing('one'), canWait: true },
      { ...passing('two'), canWait: true },
    );
    assert.deepEqual(
      results.map(({ name }) => name),
      ['one', 'two'],
    );
    assert.deepEqual(names(text), ['== one', 'begins one', '== two', 'begins two']);
  });

  it('take the time that others leave where they run beside them', async () => {
    const tells = suite(`
      console.log('priority', require('node:os').getPriority());
      console.log('1 passed, 0 failed, 0 skipped');`);
    const { text } = await printed({ ...tells, name: 'beside', canWait: true }, tells);
    const [inFront, beside] = [...text.matchAll(/^priority (.*)$/gm)].map(([, value]) => Number(value));
    assert.deepEqual([inFront, beside], [getPriority(), constants.priority.PRIORITY_LOW]);
  });
});
