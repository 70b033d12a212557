import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { requests, type EngineState } from '../../src/contract/index.js';
import {
  completion,
  complete,
  exampleCode,
  firstDelta,
  hasCode,
  loadRequest,
  longChat,
  newClient,
} from './support.js';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function untilGone(pid: number): Promise<void> {
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await delay(50);
  assert.equal(isAlive(pid), false, `process ${pid} is gone`);
}

describe('Engine process', () => {
  it('comes back after kill -9 in the middle of a generation, with its model', async () => {
    const client = newClient();
    const states: EngineState['kind'][] = [];
    client.onState((state) => states.push(state.kind));
    try {
      await client.loadModel(loadRequest());
      const clean = await complete(client, exampleCode);
      const pid = client.info?.pid ?? 0;
      const { seen, onDelta } = firstDelta();
      const running = client.stream(requests.chat, longChat(1500), onDelta);
      await seen;
      process.kill(pid, 'SIGKILL');
      await assert.rejects(running, hasCode('engine-down', /SIGKILL/));
      const again = await complete(client, exampleCode);
      assert.equal(again.text, clean.text);
      assert.notEqual(client.info?.pid, pid);
      assert.ok(
        states.includes('error') && states.lastIndexOf('starting') > states.indexOf('ready'),
        states.join(),
      );
    } finally {
      await client.dispose();
    }
  });

  it('survives being killed again and again, each time with the next request answered', async () => {
    const client = newClient({ backOff: { firstMs: 10 } });
    try {
      await client.loadModel(loadRequest());
      for (let round = 0; round < 3; round++) {
        process.kill(client.info?.pid ?? 0, 'SIGKILL');
        await delay(20);
        assert.ok((await complete(client, exampleCode, { stop: { maxTokens: 2 } })).tokens.generated > 0);
      }
    } finally {
      await client.dispose();
    }
  });

  it('gives up after too many crashes in a row, in words, until it is asked to restart', async () => {
    const client = newClient({
      entry: fileURLToPath(new URL('./no-such-entry.ts', import.meta.url)),
      backOff: { firstMs: 5, maxAttempts: 2 },
    });
    const messages: string[] = [];
    client.onState((state) => state.kind === 'error' && messages.push(state.message));
    await assert.rejects(client.start(), hasCode('engine-down'));
    for (let tries = 0; tries < 200 && !/not started again/.test(messages.at(-1) ?? ''); tries++)
      await delay(50);
    await assert.rejects(client.start(), hasCode('engine-down', /was not started again/));
    assert.match(messages.at(-1) ?? '', /not started again/);
    await client.dispose();
  });

  it('leaves when its parent is killed', async () => {
    const script = `
      import { newClient, loadRequest, longChat } from ${JSON.stringify(new URL('./support.ts', import.meta.url).href)};
      import { requests } from ${JSON.stringify(new URL('../../src/contract/index.ts', import.meta.url).href)};
      const client = newClient();
      await client.loadModel(loadRequest());
      client.stream(requests.chat, longChat(1500), () => console.log('pid', client.info.pid));
    `;
    const parent = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(/pid (\d+)/.exec(line.toString())?.[1]);
    assert.ok(isAlive(pid));
    parent.kill('SIGKILL');
    await untilGone(pid);
  });

  it('is gone after dispose, which later requests are told', async () => {
    const client = newClient();
    const { pid } = await client.start();
    await client.dispose();
    await untilGone(pid);
    await assert.rejects(client.request(requests.state, null), hasCode('engine-down', /shut down/));
  });

  it('runs dense on the stock build, and says why', async () => {
    const client = newClient({ env: { SPARSE_PILOT_NATIVE: 'stock' } });
    try {
      const { native } = await client.start();
      assert.equal(native.kind, 'stock');
      const model = await client.loadModel(loadRequest({ sparseLayouts: true }));
      assert.deepEqual(
        model.selectors.filter(({ available }) => available).map(({ selector }) => selector),
        ['none'],
      );
      const result = await client.request(
        requests.complete,
        completion(exampleCode, {
          sparsity: { selector: 'cats', density: 0.5 },
          correction: { mode: 'exact' },
        }),
      );
      assert.ok(result.text.length > 0);
      assert.match(result.sparsity.off ?? '', /stock native build/);
      assert.match(result.speculation.off ?? '', /dense/);
      const next = await complete(client, `${exampleCode}s`);
      assert.ok(next.tokens.reused > 0, 'the stock build reuses its prompt as well');
    } finally {
      await client.dispose();
    }
  });
});
