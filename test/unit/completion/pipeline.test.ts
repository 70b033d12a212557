import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { placesAfter } from '../../../src/editor/completion/core/inserted.js';
import { CompletionPipeline } from '../../../src/editor/completion/core/pipeline.js';
import { askAt, never, options, ScriptedEngine } from './support.js';

const texts = (answer: { readonly suggestions: readonly { readonly text: string }[] }) =>
  answer.suggestions.map((suggestion) => suggestion.text);

describe('completion pipeline', () => {
  it('shows what the model says at the cursor', async () => {
    const engine = new ScriptedEngine(() => 'a + b;');
    const pipeline = new CompletionPipeline({ engine });
    const answer = await pipeline.provide(askAt('const sum = |\nprint(sum);'), never);
    assert.equal(answer.outcome, 'shown');
    assert.deepEqual(texts(answer), ['a + b;']);
    assert.equal(engine.requests[0]?.prefix, 'const sum = ');
    assert.equal(engine.requests[0]?.suffix, '\nprint(sum);');
  });

  it('stops the engine as soon as a line is complete', async () => {
    const engine = new ScriptedEngine(() => 'a + b;\nconst more = 1;\nconst evenMore = 2;\n'.repeat(20), 1);
    const pipeline = new CompletionPipeline({ engine });
    assert.deepEqual(texts(await pipeline.provide(askAt('const sum = |'), never)), ['a + b;']);
    await delay(10);
    assert.equal(engine.cancelled, 1);
  });

  it('answers from the trie while the user types what was suggested, without model work', async () => {
    const engine = new ScriptedEngine(() => 'alpha + beta;');
    const pipeline = new CompletionPipeline({ engine });
    await pipeline.provide(askAt('x = |'), never);
    for (const [typed, left] of [
      ['al', 'pha + beta;'],
      ['alpha + b', 'eta;'],
    ] as const) {
      const answer = await pipeline.provide(askAt(`x = ${typed}|`), never);
      assert.equal(answer.outcome, 'served-from-cache');
      assert.deepEqual(texts(answer), [left]);
    }
    assert.equal(engine.requests.length, 1);
  });

  it('does not answer from the trie when something else was typed or the text below changed', async () => {
    const engine = new ScriptedEngine(() => 'alpha + beta;');
    const pipeline = new CompletionPipeline({ engine });
    await pipeline.provide(askAt('x = |\nfoo();'), never);
    await pipeline.provide(askAt('x = b|\nfoo();'), never);
    await pipeline.provide(askAt('x = |\nbar();'), never);
    assert.equal(engine.requests.length, 3);
  });

  it('joins a running request when what is typed fits it', async () => {
    const engine = new ScriptedEngine(() => 'alpha + beta;', 5);
    const pipeline = new CompletionPipeline({ engine });
    const first = new AbortController();
    const superseded = pipeline.provide(askAt('x = |'), first.signal);
    await delay(8);
    first.abort();
    pipeline.edited({ fileKey: 'file:///a.ts', prefix: 'x = al', suffix: '' });
    const answer = await pipeline.provide(askAt('x = al|'), never);
    assert.deepEqual(texts(answer), ['pha + beta;']);
    assert.equal((await superseded).outcome, 'superseded');
    assert.equal(engine.requests.length, 1);
  });

  it('stops a running request at once when something else is typed', async () => {
    const engine = new ScriptedEngine(() => 'alpha + beta;'.repeat(100), 2);
    const pipeline = new CompletionPipeline({ engine });
    const first = new AbortController();
    const superseded = pipeline.provide(askAt('x = |'), first.signal);
    await delay(12);
    pipeline.edited({ fileKey: 'file:///a.ts', prefix: 'x = q', suffix: '' });
    await delay(6);
    assert.equal(engine.cancelled, 1);
    first.abort();
    await superseded;
  });

  it('stops a joined request when it parts from what was typed, and asks again', async () => {
    let calls = 0;
    const engine = new ScriptedEngine(() => (calls++ === 0 ? 'alpha + beta + gamma;' : '7;'), 4, 1);
    const pipeline = new CompletionPipeline({ engine });
    const first = new AbortController();
    const superseded = pipeline.provide(askAt('x = |'), first.signal);
    await delay(6);
    first.abort();
    const answer = await pipeline.provide(askAt('x = alphabet|'), never);
    assert.deepEqual(texts(answer), ['7;']);
    assert.equal(engine.cancelled, 1);
    await superseded;
  });

  it('ends a request that nobody waits for', async () => {
    const engine = new ScriptedEngine(() => 'alpha '.repeat(1000), 2);
    const pipeline = new CompletionPipeline({ engine });
    const gone = new AbortController();
    const answer = pipeline.provide(askAt('x = |'), gone.signal);
    await delay(10);
    gone.abort();
    assert.equal((await answer).outcome, 'superseded');
    await delay(300);
    assert.equal(engine.cancelled, 1);
  });

  it('a wait that is cut short costs no request', async () => {
    const engine = new ScriptedEngine(() => 'a');
    const pipeline = new CompletionPipeline({ engine });
    const gone = new AbortController();
    const answer = pipeline.provide(
      askAt('x = |', { options: { ...options, eagerness: 'calm' } }),
      gone.signal,
    );
    gone.abort();
    assert.equal((await answer).outcome, 'superseded');
    assert.equal(engine.requests.length, 0);
  });

  it('does not replace a text at once that the user types against', async () => {
    const shownAfter = async (typed: string): Promise<number> => {
      let now = 0;
      const sleep = (ms: number): Promise<void> => ((now += ms), Promise.resolve());
      const engine = new ScriptedEngine(({ prefix }) => (prefix === 'x = ' ? 'alpha' : '?'));
      const pipeline = new CompletionPipeline({ engine, clock: { now: () => now, sleep } });
      const balanced = { options: { ...options, eagerness: 'balanced' } } as const;
      await pipeline.provide(askAt('x = |', balanced), never);
      const first = now;
      pipeline.edited({ fileKey: 'file:///a.ts', prefix: `x = ${typed}`, suffix: '' });
      assert.deepEqual(texts(await pipeline.provide(askAt(`x = ${typed}.b|`, balanced), never)), ['?']);
      return now - first;
    };
    assert.ok((await shownAfter('alpha')) < 400);
    assert.equal(await shownAfter('b'), 520);
  });

  it('gathers context while it waits, not after', async () => {
    const engine = new ScriptedEngine(() => 'a');
    let gathering = (): void => undefined;
    const gatheringStarted = new Promise<void>((resolve) => (gathering = resolve));
    const clock = { now: () => 0, sleep: () => gatheringStarted };
    const pipeline = new CompletionPipeline({ engine, clock });
    const ask = askAt('x = |', {
      gather: () => {
        gathering();
        return Promise.resolve([{ source: 'similar', path: 'b.ts', text: 'let y;', priority: 1 }]);
      },
    });
    await pipeline.provide(ask, never);
    assert.equal(engine.requests[0]?.context[0]?.text, 'let y;');
  });

  it('begins with the selected IntelliSense item and replaces what was typed of it', async () => {
    const engine = new ScriptedEngine(() => '(1);');
    const pipeline = new CompletionPipeline({ engine });
    const answer = await pipeline.provide(
      askAt('console.lo|', { selected: { text: 'log', before: 2 } }),
      never,
    );
    assert.equal(engine.requests[0]?.prefix, 'console.log');
    assert.deepEqual(
      answer.suggestions.map(({ text, before, after }) => ({ text, before, after })),
      [{ text: 'log(1);', before: 2, after: 0 }],
    );
  });

  it('goes on with a request for a selected IntelliSense item while the item is typed', async () => {
    const engine = new ScriptedEngine(() => '(first, second);', 4);
    const pipeline = new CompletionPipeline({ engine });
    const first = new AbortController();
    const superseded = pipeline.provide(
      askAt('console.l|', { selected: { text: 'log', before: 1 } }),
      first.signal,
    );
    await delay(6);
    first.abort();
    pipeline.edited({ fileKey: 'file:///a.ts', prefix: 'console.lo', suffix: '' });
    const answer = await pipeline.provide(
      askAt('console.lo|', { selected: { text: 'log', before: 2 } }),
      never,
    );
    assert.deepEqual(texts(answer), ['log(first, second);']);
    assert.equal(engine.requests.length, 1);
    assert.equal(engine.cancelled, 0);
    await superseded;
  });

  it('goes on with a request when the editor closes the bracket that was typed of it', async () => {
    const engine = new ScriptedEngine(() => '(first, second)', 4);
    const pipeline = new CompletionPipeline({ engine });
    const first = new AbortController();
    const superseded = pipeline.provide(askAt('call|'), first.signal);
    await delay(6);
    first.abort();
    pipeline.edited(...placesAfter({ fileKey: 'file:///a.ts', prefix: 'call()', suffix: '' }, '()'));
    const answer = await pipeline.provide(askAt('call(|)'), never);
    assert.deepEqual(
      answer.suggestions.map(({ text, after }) => ({ text, after })),
      [{ text: 'first, second)', after: 1 }],
    );
    assert.equal(engine.requests.length, 1);
    assert.equal(engine.cancelled, 0);
    await superseded;
  });

  it('keeps what is shown as the first alternative', async () => {
    const said = ['one();', 'two();', 'three();'];
    const engine = new ScriptedEngine(() => said.shift() ?? '');
    const pipeline = new CompletionPipeline({ engine });
    await pipeline.provide(askAt('x = |'), never);
    const more = { trigger: 'invoked', options: { ...options, alternatives: 3 } } as const;
    const answer = await pipeline.provide(askAt('x = o|', more), never);
    assert.deepEqual(texts(answer), ['ne();', 'two();', 'three();']);
    assert.equal(engine.requests.length, 3);
    const one = { trigger: 'invoked', options: { ...options, alternatives: 1 } } as const;
    assert.deepEqual(texts(await pipeline.provide(askAt('x = on|', one), never)), ['e();']);
    assert.equal(engine.requests.length, 3, 'what is remembered is enough where one is wanted');
  });

  it('makes different alternatives on command, and each only once', async () => {
    const said = ['one();', 'two();', 'one();', 'three();'];
    const engine = new ScriptedEngine(() => said.shift() ?? '');
    const pipeline = new CompletionPipeline({ engine });
    const answer = await pipeline.provide(
      askAt('x = |', { trigger: 'invoked', options: { ...options, alternatives: 4 } }),
      never,
    );
    assert.deepEqual(texts(answer), ['one();', 'two();', 'three();']);
    assert.deepEqual(
      engine.requests.map((request) => request.sampling?.temperature),
      [0, 0.7, 0.7, 0.7],
    );
  });

  it('prepares what follows a shown text, and has it when that is taken', async () => {
    const engine = new ScriptedEngine(({ prefix }) =>
      prefix.endsWith('= ') ? 'first();' : '\nsecond();\n\nother',
    );
    const pipeline = new CompletionPipeline({ engine });
    const ahead = { options: { ...options, prepareNext: true, multiline: 'always' as const } };
    await pipeline.provide(askAt('x = |\nrest();', ahead), never);
    await delay(20);
    assert.equal(engine.requests[1]?.prefix, 'x = first();');
    const taken = await pipeline.provide(askAt('x = first();|\nrest();', ahead), never);
    assert.equal(taken.outcome, 'served-from-cache');
    assert.deepEqual(texts(taken), ['\nsecond();']);
  });

  it('what is prepared goes on while the shown text is typed, and ends when something else is', async () => {
    const engine = new ScriptedEngine(
      ({ prefix }) => (prefix.endsWith('= ') ? 'first();' : 'x'.repeat(4000)),
      1,
    );
    const pipeline = new CompletionPipeline({ engine });
    await pipeline.provide(askAt('x = |', { options: { ...options, prepareNext: true } }), never);
    await delay(5);
    pipeline.edited({ fileKey: 'file:///a.ts', prefix: 'x = fi', suffix: '' });
    await delay(5);
    assert.equal(engine.cancelled, 0);
    pipeline.edited({ fileKey: 'file:///a.ts', prefix: 'x = 7', suffix: '' });
    await delay(5);
    assert.equal(engine.cancelled, 1);
  });

  for (const { name, next } of [
    { name: 'nothing', next: '' },
    { name: 'something not good enough', next: '   ' },
  ])
    it(`does not prepare again what came to ${name}, key after key`, async () => {
      const engine = new ScriptedEngine(({ prefix }) => (prefix.endsWith(';') ? next : 'first();'));
      const pipeline = new CompletionPipeline({ engine });
      const ahead = { options: { ...options, prepareNext: true } };
      await pipeline.provide(askAt('x = |', ahead), never);
      for (const typed of ['f', 'fi', 'fir', 'firs', 'first(']) {
        await delay(5);
        const answer = await pipeline.provide(askAt(`x = ${typed}|`, ahead), never);
        assert.equal(answer.outcome, 'served-from-cache');
      }
      await delay(5);
      assert.equal(engine.requests.length, 2);
    });

  it('prepares the lines after a one-line text, so that Enter finds them', async () => {
    const engine = new ScriptedEngine(({ prefix }) =>
      prefix.endsWith('= ') ? 'first();' : '\nsecond();\nthird();\n',
    );
    const pipeline = new CompletionPipeline({ engine });
    const ahead = { options: { ...options, prepareNext: true } };
    await pipeline.provide(askAt('x = |', ahead), never);
    await delay(20);
    assert.deepEqual(engine.requests[1]?.shape, { kind: 'block', maxLines: 4 });
    const entered = await pipeline.provide(askAt('x = first();\n|', { options }), never);
    assert.equal(entered.outcome, 'served-from-cache');
    assert.deepEqual(texts(entered), ['second();\nthird();']);
  });

  for (const marked of ['if (|) {', 'list.map((|) => {', '<div>|</div>'])
    it(`asks at ${marked}`, async () => {
      const engine = new ScriptedEngine(() => 'value');
      const pipeline = new CompletionPipeline({ engine });
      assert.deepEqual(texts(await pipeline.provide(askAt(marked), never)), ['value']);
    });

  it('replaces the bracket that the editor closed by itself', async () => {
    const engine = new ScriptedEngine(() => 'value)');
    const pipeline = new CompletionPipeline({ engine });
    const answer = await pipeline.provide(askAt('call(|)'), never);
    assert.deepEqual(
      answer.suggestions.map(({ text, after }) => ({ text, after })),
      [{ text: 'value)', after: 1 }],
    );
  });

  for (const { name, ask, outcome } of [
    { name: 'switched off', ask: askAt('x|', { refusal: 'disabled' }), outcome: 'disabled' },
    { name: 'code right of the cursor', ask: askAt('x|yz = 1'), outcome: 'inside-code' },
    { name: 'binary data', ask: askAt('\u0000|'), outcome: 'binary-file' },
    { name: 'a line of a megabyte', ask: askAt(`${'x'.repeat(1 << 20)}|`), outcome: 'too-large' },
  ] as const)
    it(`${name}: ${outcome}, and the engine is not asked`, async () => {
      const engine = new ScriptedEngine(() => 'a');
      const pipeline = new CompletionPipeline({ engine });
      assert.equal((await pipeline.provide(ask, never)).outcome, outcome);
      assert.equal(engine.requests.length, 0);
      assert.equal(pipeline.records.all.at(-1)?.outcome, outcome);
    });

  it('a line of a megabyte can be completed on command; the prompt stays small', async () => {
    const engine = new ScriptedEngine(() => 'a');
    const pipeline = new CompletionPipeline({ engine });
    await pipeline.provide(askAt(`${'x'.repeat(1 << 20)}|`, { trigger: 'invoked' }), never);
    assert.ok((engine.requests[0]?.prefix.length ?? Infinity) < 6000);
  });

  for (const { stopReason, outcome } of [
    { stopReason: 'context-full', outcome: 'context-full' },
    { stopReason: 'time', outcome: 'timeout' },
    { stopReason: 'eos', outcome: 'empty' },
  ] as const)
    it(`nothing said before ${stopReason}: ${outcome}`, async () => {
      const engine = new ScriptedEngine(() => '');
      engine.stopReason = stopReason;
      const pipeline = new CompletionPipeline({ engine });
      assert.equal((await pipeline.provide(askAt('x = |'), never)).outcome, outcome);
    });

  it('survives a cursor that does not exist', async () => {
    const engine = new ScriptedEngine(() => 'a');
    const pipeline = new CompletionPipeline({ engine });
    for (const cursor of [
      { line: 1e9, character: 1e9 },
      { line: -5, character: -5 },
      { line: Number.NaN, character: Number.NaN },
    ])
      assert.notEqual((await pipeline.provide(askAt('a\nb|', { cursor }), never)).outcome, 'error');
  });

  it('no model: says so', async () => {
    const engine = new ScriptedEngine(() => 'a');
    engine.availability = { kind: 'unavailable', outcome: 'no-model', message: 'none chosen' };
    const pipeline = new CompletionPipeline({ engine });
    assert.equal((await pipeline.provide(askAt('x = |'), never)).outcome, 'no-model');
    assert.equal(pipeline.records.all[0]?.detail, 'none chosen');
  });

  it('an engine that fails: one outcome, no rejection, the next request works', async () => {
    let broken = true;
    const engine = new ScriptedEngine(() => {
      if (broken) throw new Error('out of order');
      return 'fine;';
    });
    const pipeline = new CompletionPipeline({ engine });
    assert.equal((await pipeline.provide(askAt('x = |'), never)).outcome, 'error');
    assert.match(pipeline.records.all[0]?.detail ?? '', /out of order/);
    broken = false;
    assert.equal((await pipeline.provide(askAt('x = |'), never)).outcome, 'shown');
  });

  it('a guess that the model finds unlikely is not shown, and the record says why', async () => {
    const engine = new ScriptedEngine(() => 'gibberish');
    engine.meanLogProb = Math.log(0.05);
    const pipeline = new CompletionPipeline({ engine });
    assert.equal((await pipeline.provide(askAt('x = |'), never)).outcome, 'filtered');
    assert.match(pipeline.records.all[0]?.detail ?? '', /low-confidence/);
  });

  it('every ask ends in exactly one record', async () => {
    const engine = new ScriptedEngine(() => 'abc;', 1);
    const pipeline = new CompletionPipeline({ engine });
    const gone = new AbortController();
    const all = ['x = |', 'y = |', 'y = a|', '\u0000|'].map((text) =>
      pipeline.provide(askAt(text), gone.signal),
    );
    gone.abort();
    await Promise.all(all);
    assert.equal(pipeline.records.all.length, 4);
  });
});
