import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exported, replayable } from '../../../src/editor/completion/core/records/export.js';
import {
  RecordLog,
  runsOf,
  type CompletionRecord,
} from '../../../src/editor/completion/core/records/record.js';
import { effectOf, leftAfter } from '../../../src/editor/completion/core/shown.js';
import { SharedStatistics } from '../../../src/editor/completion/core/shared-statistics.js';
import {
  keptShare,
  noStatistics,
  parseStatistics,
  withEvent,
  type StatisticsEvent,
} from '../../../src/editor/completion/core/statistics.js';
import { CompletionPipeline } from '../../../src/editor/completion/core/pipeline.js';
import { differences, repeat } from '../../../src/editor/completion/core/records/repeat.js';
import { noSyntax } from '../../../src/editor/completion/core/syntax/syntax.js';
import { askAt, never, options, result, ScriptedEngine } from './support.js';

const fail = () => assert.fail('nothing was recorded');

const askedRequest = {
  id: '1',
  path: 'a.ts',
  languageId: 'typescript',
  prefix: 'x',
  suffix: '',
  context: [],
  shape: { kind: 'line' },
} as const;

async function recorded(): Promise<CompletionRecord> {
  const pipeline = new CompletionPipeline({ engine: new ScriptedEngine(() => 'confidential();') });
  const gather = () =>
    Promise.resolve([
      { source: 'similar' as const, path: 'secret/path.ts', text: 'hidden words', priority: 1 },
    ]);
  const exact = { ...options, correction: { mode: 'exact' } } as const;
  await pipeline.provide(askAt('const private = |\nclassified();', { gather, options: exact }), never);
  const [record] = pipeline.records.all;
  assert.ok(record);
  return record;
}

describe('export of a request', () => {
  it('without source holds no text, no path and no answer', async () => {
    const record = await recorded();
    assert.ok(record.request?.file?.before.includes('private'), 'the file to look drafts up in is there');
    const text = JSON.stringify(exported(record, 'withheld'));
    for (const secret of ['private', 'confidential', 'classified', 'hidden words', 'secret/path', 'a.ts'])
      assert.ok(!text.includes(secret), secret);
    assert.match(text, /"characters":16/);
  });

  it('with source can be sent again as it was', async () => {
    const record = await recorded();
    const file: unknown = JSON.parse(JSON.stringify(exported(record, 'included')));
    const { request, said, shown } = replayable(file);
    assert.deepEqual(request, JSON.parse(JSON.stringify(record.request)));
    assert.deepEqual([said, shown], ['confidential();', 'confidential();']);
  });

  describe('sent again', () => {
    const again = async (say: string, marked = 'call(|)') => {
      const first = new CompletionPipeline({ engine: new ScriptedEngine(() => 'one, two))') });
      await first.provide(askAt(marked), never);
      const file: unknown = JSON.parse(JSON.stringify(exported(first.records.all[0] ?? fail(), 'included')));
      return await repeat(replayable(file), options, new ScriptedEngine(() => say), noSyntax);
    };

    it('goes through the same filters, and finds nothing different', async () => {
      const { made, differences } = await again('one, two))');
      assert.equal(made.kind === 'something' ? made.suggestion.text : '', 'one, two)');
      assert.deepEqual(differences, []);
    });

    it('tells what is different', async () => {
      const { differences } = await again('one, 2))');
      assert.deepEqual(differences, [
        'The model said "one, 2))" and not "one, two))".',
        'What is shown is "one, 2)" and not "one, two)".',
      ]);
    });

    it('compares model and tokens where they are recorded', () => {
      const made = { kind: 'nothing', outcome: 'empty', reason: '' } as const;
      const resultOf = (sha256: string, tokenIds: number[]) => {
        const base = result('x');
        return { ...base, tokenIds, model: { ...base.model, sha256 } };
      };
      const request = askedRequest;
      const end = (now: ReturnType<typeof resultOf>) =>
        ({ kind: 'text', text: 'x', rule: undefined, result: now }) as const;
      const recordedThen = { request, result: resultOf('aa', [1, 2, 3]) };
      assert.deepEqual(differences(recordedThen, end(resultOf('aa', [1, 2, 3])), made), []);
      assert.deepEqual(differences(recordedThen, end(resultOf('bb', [1, 2])), made), [
        'The model is another one: it was aa, it is bb.',
        'Token 3 differs: it was 3, it is none.',
      ]);
      assert.equal(differences(recordedThen, { kind: 'cancelled' }, made).length, 1);
    });
  });

  it('refuses what cannot be replayed, in words', async () => {
    const record = await recorded();
    const { request: _request, ...nothingAsked } = record;
    for (const [file, words] of [
      [null, /not an exported/],
      [{ version: 99, source: 'included', record }, /version 99/],
      [exported(record, 'withheld'), /without source/],
      [exported(nothingAsked, 'included'), /no request/],
      [{ version: 1, source: 'included', record: { request: { id: 'x' } } }, /no request/],
    ] as const)
      assert.throws(() => replayable(file), words);
  });

  it('whatever a file holds, the answer is a request or an error in words', () => {
    fc.assert(
      fc.property(fc.anything(), (file) => {
        assert.throws(() => replayable(file), Error);
      }),
    );
  });
});

describe('record log', () => {
  it('keeps the last ones, oldest first', async () => {
    const record = await recorded();
    const log = new RecordLog(3);
    for (const id of ['1', '2', '3', '4']) log.add({ ...record, id });
    assert.deepEqual(
      log.all.map(({ id }) => id),
      ['2', '3', '4'],
    );
  });

  it('typing on pushes out nothing that tells why, and counts as one', async () => {
    const record = await recorded();
    const log = new RecordLog(3);
    log.add({ ...record, id: 'why', outcome: 'filtered' });
    for (const id of ['1', '2', '3', '4']) log.add({ ...record, id, outcome: 'superseded' });
    assert.deepEqual(
      log.all.map(({ id }) => id),
      ['why', '3', '4'],
    );
    log.add({ ...record, id: '5' });
    assert.deepEqual(
      runsOf([...log.all, { ...record, id: '6' }]).map(({ record: { id }, times }) => [id, times]),
      [
        ['why', 1],
        ['4', 1],
        ['5', 1],
        ['6', 1],
      ],
    );
    const two = ['7', '8'].map((id) => ({ ...record, id, outcome: 'superseded' as const }));
    assert.deepEqual(
      runsOf(two).map(({ record: { id }, times }) => [id, times]),
      [['8', 2]],
    );
  });
});

describe('what an edit does to a shown text', () => {
  for (const { inserted, kind } of [
    { inserted: 'a', kind: 'typed-on' },
    { inserted: 'add(', kind: 'took-part' },
    { inserted: 'add(1, 2)', kind: 'took-all' },
    { inserted: 'x', kind: 'parted' },
    { inserted: '', kind: 'parted' },
    { inserted: 'add()', kind: 'took-part' },
    { inserted: 'a}', kind: 'typed-on' },
    { inserted: ')', kind: 'parted' },
  ] as const)
    it(`${JSON.stringify(inserted)}: ${kind}`, () =>
      assert.equal(effectOf('add(1, 2)', inserted).kind, kind));
});

describe('shown texts after an edit', () => {
  const shown = ['add(1, 2)', 'add(3)', 'sub()'].map((text) => ({
    suggestion: { id: text, text, before: 0, after: 0 },
    missing: text,
  }));
  const ids = (inserted: string) => leftAfter(shown, inserted).shown.map(({ suggestion }) => suggestion.id);

  it('are those that go with it', () => {
    assert.deepEqual(ids('a'), ['add(1, 2)', 'add(3)']);
    assert.deepEqual(ids('x'), []);
  });

  it('an alternative that was taken is still there when its acceptance is told', () => {
    assert.deepEqual(ids('sub()'), ['sub()']);
    assert.equal(leftAfter(shown, 'sub()').tookPart, undefined);
    assert.equal(leftAfter(shown, 'add(3)').tookPart, undefined);
    assert.equal(leftAfter(shown, 'add').tookPart, 3);
  });
});

describe('statistics', () => {
  const events: readonly StatisticsEvent[] = [
    { kind: 'shown' },
    { kind: 'shown' },
    { kind: 'accepted', characters: 10 },
    { kind: 'partly-accepted', characters: 4 },
    { kind: 'judged', share: 0.5 },
  ];
  const counted = events.reduce((all, event) => withEvent(all, 'go', event), noStatistics(7));

  it('counts by language', () => {
    assert.deepEqual(counted, {
      since: 7,
      byLanguage: {
        go: { shown: 2, accepted: 1, partlyAccepted: 1, characters: 14, judged: 1, keptSum: 0.5 },
      },
    });
  });

  it('survive storage; anything else there counts as nothing', () => {
    assert.deepEqual(parseStatistics(JSON.parse(JSON.stringify(counted)), 0), counted);
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        const { byLanguage } = parseStatistics(raw, 1);
        for (const counts of Object.values(byLanguage)) assert.ok(counts.shown >= 0);
      }),
    );
  });

  it('of two windows add up', () => {
    let stored: unknown;
    const memory = { read: () => stored, write: (value: unknown) => void (stored = value) };
    const [one, other] = [new SharedStatistics(memory, () => 7), new SharedStatistics(memory, () => 8)];
    for (const window of [one, other, one]) {
      window.count('go', { kind: 'shown' });
      window.write();
    }
    other.count('go', { kind: 'accepted', characters: 3 });
    assert.equal(other.current.byLanguage['go']?.shown, 3);
    assert.equal(one.current.byLanguage['go']?.accepted, 0);
    other.write();
    assert.equal(one.current.byLanguage['go']?.accepted, 1);
    one.count('go', { kind: 'shown' });
    one.erase();
    other.write();
    assert.deepEqual(other.current.byLanguage, {});
  });

  it('kept share: lines still there', () => {
    assert.equal(keptShare('a();\nb();', 'x\n  a();\n  b();\ny'), 1);
    assert.equal(keptShare('a();\nb();', 'x\n  a();\ny'), 0.5);
    assert.equal(keptShare('left + right', 'return left + right;'), 1);
    assert.equal(keptShare('gone', 'nothing'), 0);
    assert.equal(keptShare('\n ', 'nothing'), 0);
  });
});
