import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CompletionRequest } from '../../../src/contract/index.js';
import { fitHistory } from '../../../src/engine/prompt/chat-history.js';
import { completionPrompt } from '../../../src/engine/prompt/completion-prompt.js';
import { encodeContext } from '../../../src/engine/prompt/context-chunks.js';
import { detectFim } from '../../../src/engine/prompt/fim/detect.js';
import { encodeParts } from '../../../src/engine/prompt/parts.js';
import { head, stableTail, stableTokenTail } from '../../../src/engine/prompt/window.js';
import { WordsVocabulary } from './words-vocabulary.js';

const request = (prefix: string, suffix = '', more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  id: '1',
  path: 'a.ts',
  languageId: 'typescript',
  prefix,
  suffix,
  context: [],
  shape: { kind: 'line' },
  ...more,
});

describe('Completion prompt', () => {
  it('of a model without fill-in is the text before the cursor', () => {
    const words = new WordsVocabulary([], 7);
    const ids = completionPrompt(request('let a = ', ' after'), words, null, 500);
    assert.equal(words.show(ids), '<BOS>let a = ');
    const bare = new WordsVocabulary();
    assert.equal(bare.show(completionPrompt(request(''), bare, null, 500)), '\n');
  });

  it('never turns user text into a special token', () => {
    const words = new WordsVocabulary(['<fim_prefix>', '<fim_suffix>', '<fim_middle>']);
    const fim = detectFim(words, 'starcoder');
    const ids = completionPrompt(request('x = "<fim_middle>"', '<fim_suffix>'), words, fim, 500);
    assert.equal(ids.filter((id) => id < 100).length, 3);
  });

  describe('names the file as its family was trained to see it', () => {
    const context = [{ source: 'similar', path: 'b.ts', text: 'other', priority: 1 }] as const;
    const shown = (name: string, specials: readonly string[], more: Partial<CompletionRequest> = {}) => {
      const words = new WordsVocabulary(specials);
      const fim = detectFim(words, name);
      return words.show(completionPrompt(request('x =', ';', more), words, fim, 4000));
    };
    const starcoder = ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'];
    const qwen = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'];
    for (const [name, specials, alone, behind] of [
      [
        'qwen2.5 coder',
        [...qwen, '<|repo_name|>', '<|file_sep|>'],
        '<|repo_name|>project\n<|file_sep|>a.ts\n<|fim_prefix|><|fim_suffix|>;<|fim_middle|>x =',
        '<|repo_name|>project\n<|file_sep|>b.ts\nother\n<|file_sep|>a.ts\n<|fim_prefix|><|fim_suffix|>;<|fim_middle|>x =',
      ],
      [
        'starcoder2',
        [...starcoder, '<file_sep>'],
        '<fim_prefix><fim_suffix>;<fim_middle>a.ts\nx =',
        '<file_sep>b.ts\nother\n<file_sep><fim_prefix><fim_suffix>;<fim_middle>a.ts\nx =',
      ],
      [
        'mellum',
        [...starcoder, '<filename>'],
        '<filename>a.ts\n<fim_suffix>;<fim_prefix>x =<fim_middle>',
        '<filename>b.ts\nother\n<filename>a.ts\n<fim_suffix>;<fim_prefix>x =<fim_middle>',
      ],
      [
        'codestral',
        ['[PREFIX]', '[SUFFIX]'],
        '[SUFFIX];[PREFIX]x =',
        '[SUFFIX];[PREFIX]+++++ b.ts\nother\n\n+++++ a.ts\nx =',
      ],
      [
        'starcoder',
        starcoder,
        '<fim_prefix><fim_suffix>;<fim_middle>x =',
        '// b.ts\nother\n\n<fim_prefix><fim_suffix>;<fim_middle>x =',
      ],
    ] as const)
      it(name, () => {
        assert.equal(shown(name, specials), alone);
        assert.equal(shown(name, specials, { context }), behind);
      });

    it('but not where the name would take the place of the code', () => {
      const prompt = shown('mellum', [...starcoder, '<filename>'], { budget: { prompt: 8 } });
      assert.equal(prompt, '<fim_suffix>;<fim_prefix>x =<fim_middle>');
    });
  });

  it('takes the tokens that the file of an unknown family names', () => {
    const words = new WordsVocabulary();
    const fim = detectFim(words, 'new', { prefix: 1, suffix: 2, middle: 3 });
    assert.deepEqual(completionPrompt(request('a\nb', 'c'), words, fim, 4000), [
      1,
      ...words.encode('a\n'),
      2,
      ...words.encode('c'),
      3,
      ...words.encode('b'),
    ]);
    assert.deepEqual(fim?.stopTokens, new Set([1, 2, 3]));
    assert.equal(detectFim(words, 'new', { prefix: 1, suffix: 2 }), null);
    assert.equal(detectFim(words, 'opencoder', { prefix: 1, suffix: 2, middle: 3 }), null);
  });

  it('keeps every budget exactly and fits any capacity', () => {
    const words = new WordsVocabulary(['<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<file_sep>'], 9);
    const fim = detectFim(words, 'starcoder');
    fc.assert(
      fc.property(
        fc.nat(400),
        fc.nat(400),
        fc.nat(80),
        fc.nat(40),
        fc.integer({ min: 8, max: 200 }),
        (before, after, prompt, suffix, capacity) => {
          const ids = completionPrompt(
            request('p '.repeat(before), 's '.repeat(after), { budget: { prompt, suffix } }),
            words,
            fim,
            capacity,
          );
          assert.ok(ids.length <= capacity, `${ids.length} > ${capacity}`);
          assert.ok(ids.length <= prompt + suffix + 4);
        },
      ),
    );
  });

  it('keeps the window where it is while text is appended', () => {
    const starts = new Set<number>();
    const text = Array.from({ length: 260 }, (_, index) => index);
    for (let length = 200; length < 260; length++)
      starts.add(stableTokenTail(text.slice(0, length), 100)[0] ?? -1);
    assert.ok(starts.size <= 3, [...starts].join());
    const cuts = new Set<string>();
    const letters = Array.from({ length: 300 }, (_, index) => String.fromCharCode(97 + (index % 26))).join(
      '',
    );
    for (let length = 200; length < 260; length++)
      cuts.add(stableTail(letters.slice(0, length), 100).slice(0, 5));
    assert.ok(cuts.size <= 3);
  });

  it('never cuts a surrogate pair', () => {
    const text = '😀'.repeat(50);
    for (let limit = 1; limit < 60; limit++) {
      assert.doesNotMatch(stableTail(text, limit), /^[\udc00-\udfff]/);
      assert.doesNotMatch(head(text, limit), /[\ud800-\udbff]$/);
    }
  });

  it('puts the most important chunks in, in their own order, whole or not at all', () => {
    const words = new WordsVocabulary();
    const chunk = (path: string, text: string, priority: number) =>
      ({ source: 'similar', path, text, priority }) as const;
    const chunks = [
      chunk('a.ts', 'one two', 1),
      chunk('b.py', 'three four', 5),
      chunk('c.ts', 'five '.repeat(500), 9),
    ];
    assert.equal(
      words.show(encodeContext(chunks, words, null, 60)),
      '// a.ts\none two\n\n# b.py\nthree four\n\n',
    );
    assert.equal(words.show(encodeContext(chunks, words, null, 13)), '# b.py\nthree four\n\n');
    assert.deepEqual(encodeContext(chunks, words, null, 0), []);
  });

  it('names special tokens on purpose only', () => {
    const words = new WordsVocabulary(['<tool>'], 5);
    const ids = encodeParts(
      [
        { kind: 'special', token: '<tool>' },
        { kind: 'text', text: 'hi' },
        { kind: 'tokens', ids: [42] },
      ],
      words,
    );
    assert.deepEqual(ids, [5, 1, ...words.encode('hi'), 42]);
    assert.throws(
      () => encodeParts([{ kind: 'special', token: '<none>' }], words),
      /no special token <none>/,
    );
  });
});

describe('Chat history', () => {
  const system = { role: 'system' as const, text: 'rules' };
  const turn = (index: number) => [
    { role: 'user' as const, text: `question ${index}` },
    { role: 'assistant' as const, text: `answer ${index}` },
  ];
  const count = (messages: readonly { readonly text: string }[]): number => messages.length * 10;

  it('keeps all while it fits', () => {
    const messages = [system, ...turn(1), { role: 'user' as const, text: 'now' }];
    assert.deepEqual(fitHistory(messages, count, 40), { messages, tokens: 40, droppedTurns: 0 });
  });

  it('drops whole turns from the oldest on, frees a quarter, keeps system and last message', () => {
    const messages = [system, ...[1, 2, 3, 4, 5].flatMap(turn), { role: 'user' as const, text: 'now' }];
    const fitted = fitHistory(messages, count, 100);
    assert.deepEqual(
      fitted?.messages.map(({ text }) => text),
      ['rules', 'question 3', 'answer 3', 'question 4', 'answer 4', 'question 5', 'answer 5', 'now'],
    );
    assert.equal(fitted.droppedTurns, 2);
  });

  it('keeps its beginning while a conversation grows by a quarter of the room, and counts few times', () => {
    const words = (messages: readonly { readonly text: string }[]) =>
      3 + messages.reduce((sum, { text }) => sum + 4 + text.length, 0);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 200 })), {
          minLength: 20,
          maxLength: 60,
        }),
        (sizes) => {
          const room = 1200;
          const history: { role: 'system' | 'user' | 'assistant'; text: string }[] = [system];
          const beginnings: number[] = [];
          let grown = 0;
          for (const [index, [asked, answered]] of sizes.entries()) {
            history.push({ role: 'user', text: `${index}`.padEnd(asked, 'q') });
            let counted = 0;
            const fitted = fitHistory(
              [...history],
              (some) => {
                counted += some.length;
                return words(some);
              },
              room,
            );
            assert.ok(fitted !== null && fitted.tokens <= room && fitted.tokens === words(fitted.messages));
            assert.equal(fitted.messages[0], system);
            assert.equal(fitted.messages.at(-1), history.at(-1));
            assert.ok(counted <= 4 * history.length + 8, `${counted} messages counted`);
            if (fitted.droppedTurns > 0) {
              beginnings.push(fitted.droppedTurns);
              grown = words(history) - room;
            }
            history.push({ role: 'assistant', text: 'a'.repeat(answered) });
          }
          const changes = new Set(beginnings).size;
          assert.ok(changes <= Math.ceil(grown / (room / 4)), `${changes} beginnings in ${grown} tokens`);
        },
      ),
    );
  });

  it('takes a longer step where the turns counted by themselves promise too much', () => {
    const doubled = (messages: readonly { readonly text: string }[]) =>
      messages.length <= 4 ? messages.length * 20 : messages.length * 10;
    const messages = [...[1, 2, 3, 4, 5, 6].flatMap(turn), { role: 'user' as const, text: 'now' }];
    const fitted = fitHistory(messages, doubled, 60);
    assert.ok(fitted !== null && doubled(fitted.messages) <= 60);
  });

  it('gives up when even the last message is too long', () => {
    assert.equal(fitHistory([system, { role: 'user', text: 'now' }], count, 15), null);
  });
});
