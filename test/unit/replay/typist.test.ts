import assert from 'node:assert/strict';
import type { Contestant, Moment, Reply } from '../../../src/cli/replay/contestants/contestant.js';
import { summarise } from '../../../src/cli/replay/report/summary.js';
import type { Session } from '../../../src/cli/replay/typing/session.js';
import { typeSession } from '../../../src/cli/replay/typing/typist.js';

const session: Session = {
  path: 'a.ts',
  languageId: 'typescript',
  before: '',
  after: '\n',
  truth: 'abcd',
  keys: Array.from('abcd', (text, index) => ({ text, gapMs: 5, looks: index === 1 })),
};

class Scripted implements Contestant {
  public readonly name = 'scripted';
  public readonly asked: string[] = [];
  public constructor(private readonly answer: (moment: Moment) => string | null) {}
  public edited(): void {
    // Nothing to learn from a key.
  }
  public suggest(moment: Moment): Promise<Reply | null> {
    this.asked.push(moment.prefix);
    const text = this.answer(moment);
    return Promise.resolve(text === null ? null : { text, fromCache: false });
  }
  public rest(): Promise<void> {
    return Promise.resolve();
  }
  public work() {
    return { started: 4, cancelled: 0, fromTrie: 0, evaluated: [3, 1], busyAfterCancelMs: [] };
  }
  public dispose(): Promise<void> {
    return Promise.resolve();
  }
}

describe('typist', () => {
  it('asks at every key, looks where the session says, and finds a steady suggestion calm', async () => {
    const contestant = new Scripted(({ typed }) => 'abcd'.slice(typed));
    const typed = await typeSession(session, contestant);
    assert.deepEqual(contestant.asked, ['a', 'ab', 'abc', 'abcd']);
    assert.equal(typed.flicker, 0);
    const [look] = typed.looks;
    assert.equal(look?.shown, 'cd');
    assert.equal(look?.truth, 'cd');
    assert.ok((look?.latencyMs ?? -1) >= 0);
    const summary = summarise([typed], contestant.work());
    assert.equal(summary.exactMatch, 1);
    assert.equal(summary.agreesWithDense, null);
    assert.equal(summarise([typed], contestant.work(), [typed]).agreesWithDense, 1);
    const other = await typeSession(session, new Scripted(() => 'else'));
    assert.equal(summarise([other], contestant.work(), [typed]).agreesWithDense, 0);
    const silent = await typeSession(session, new Scripted(() => null));
    assert.equal(summarise([silent], contestant.work(), [typed]).agreesWithDense, 0);
    assert.equal(summarise([silent], contestant.work(), [silent]).agreesWithDense, null);
    assert.equal(summarise([silent], contestant.work()).p50AllLooks, null);
    assert.ok((summary.p50AllLooks ?? -1) >= 0);
    assert.equal(summary.charactersSaved, 2);
    assert.equal(summary.reevaluatedMedian, 1);
    assert.equal(summary.reevaluatedPerRequest, 3);
  });

  it('counts a suggestion that says something else within half a second as flicker', async () => {
    const typed = await typeSession(session, new Scripted(({ typed: n }) => `other${n}`));
    assert.equal(typed.flicker, 3);
  });

  it('takes no answer for no answer', async () => {
    const quiet = new Scripted(() => null);
    const typed = await typeSession(session, quiet);
    assert.equal(typed.looks[0]?.latencyMs, null);
    assert.equal(summarise([typed], quiet.work()).answered, 0);
  });
});
