import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { root } from '../../../scripts/setup/paths.js';
import { readReason, reasons } from '../../../src/contract/reasons/index.js';
import { reasonWords } from '../../../src/contract/reasons/words.js';
import { errorsOf, nativeSentencesOf, sentencesOf } from './said-in.js';

/** Folders whose reasons reach people, and files in them that give none. */
const speaking = {
  'src/engine/host': ['architecture-lists.ts'],
  'src/engine/native': [],
  'src/engine/gpu': [],
  'src/engine/generation/stock': [],
  'src/editor/completion/core/filters': [],
} as const;
const speakingFiles = [
  'src/engine/client/recovery.ts',
  'src/engine/measure/sweep.ts',
  'src/editor/completion/core/gate.ts',
  'src/editor/completion/core/pipeline.ts',
  'src/editor/completion/core/in-flight.ts',
  'src/editor/completion/engine.ts',
];
/** Files whose errors people meet: an engine that stops, a model file that is no good, what does not fit. */
const failingFiles = [
  'client/session.ts',
  'client/supervisor.ts',
  'host/check-file.ts',
  'host/load-model.ts',
  'host/open-backend.ts',
  'models/download/file-errors.ts',
  'models/download/free-space.ts',
  'models/gguf/check.ts',
  'server/handlers/chat.ts',
];
const nativeFolders = ['native/sparse', 'native/context', 'native/loop'];

const read = (file: string) => readFile(path.join(root, file), 'utf8');
const isKnown = (sentence: string) => readReason(sentence.replaceAll('{}', 'x')) !== undefined;
const japanese = async () => {
  const bundle = new Map(
    Object.entries(JSON.parse(await read('l10n/bundle.l10n.ja.json')) as Record<string, string>),
  );
  return (english: string) => bundle.get(english) ?? english;
};

describe('reasons given in English', () => {
  it('are all in the contract, those of the engine and of the completion core', async () => {
    const files = [...speakingFiles];
    for (const [folder, silent] of Object.entries(speaking))
      for (const name of await readdir(path.join(root, folder)))
        if (name.endsWith('.ts') && !silent.some((other) => other === name)) files.push(`${folder}/${name}`);
    const said: string[] = [];
    for (const file of files) said.push(...sentencesOf(await read(file)));
    assert.ok(said.length > 40, `${said.length} sentences`);
    // What a person sees as the name of a GPU, and stands inside of other sentences.
    assert.deepEqual(
      said.filter((sentence) => !isKnown(sentence) && sentence !== 'an NVIDIA GPU'),
      [],
    );
  });

  it('are all in the contract, those of errors that people meet', async () => {
    const said: string[] = [];
    for (const file of failingFiles) said.push(...errorsOf(await read(`src/engine/${file}`)));
    assert.ok(said.length > 15, `${said.length} errors`);
    assert.deepEqual(
      said.filter((sentence) => !isKnown(sentence)),
      [],
    );
  });

  it('are all in the contract, those of the native part', async () => {
    const said: string[] = [];
    for (const folder of nativeFolders)
      for (const name of await readdir(path.join(root, folder), { recursive: true }))
        if (name.endsWith('.cpp') && !name.startsWith('test'))
          said.push(...nativeSentencesOf(await read(`${folder}/${name}`)));
    assert.ok(said.length > 20, `${said.length} sentences`);
    assert.deepEqual(
      said.filter((sentence) => !isKnown(sentence)),
      [],
    );
  });

  it('are found again with what was put into them', () => {
    assert.deepEqual(readReason('the GPU has too little memory: only 12 of 30 layers run on it'), {
      reason: 'the GPU has too little memory: only {0} of {1} layers run on it',
      values: ['12', '30'],
    });
    assert.equal(readReason('EACCES: permission denied'), undefined);
    // Values that hold the words around them do not lead astray.
    const most = Math.max(...reasons.map((reason) => reason.match(/\{\d\}/gu)?.length ?? 0));
    fc.assert(
      fc.property(
        fc.constantFrom(...reasons),
        fc.array(fc.stringMatching(/^[a-z0-9 ]{1,12}$/u), { minLength: most, maxLength: most }),
        (reason, values) => {
          const sentence = reason.replace(
            /\{(\d)\}/gu,
            (_whole, index: string) => values[Number(index)] ?? '',
          );
          assert.equal(
            reasonWords(sentence, (english) => english),
            sentence,
          );
          assert.notEqual(readReason(sentence), undefined);
        },
      ),
    );
  });

  it('are Japanese in Japanese, with what is inside of them', async () => {
    const translate = await japanese();
    const inJapanese = (sentence: string) => reasonWords(sentence, translate);
    assert.equal(
      inJapanese('The stock native build is loaded (no sparse-pilot build for win32-arm64): dense only.'),
      '標準のネイティブビルドが読み込まれています (win32-arm64 用の Sparse Pilot ビルドがありません)。Dense のみです。',
    );
    assert.equal(
      inJapanese('no NVIDIA driver was found; the model runs on the processor'),
      'NVIDIA ドライバーが見つかりません。モデルは CPU で動作します',
    );
    assert.equal(
      inJapanese('breaks-parse: breaks the syntax (2 more errors)'),
      'breaks-parse: 構文が壊れます (エラーが 2 個増えます)',
    );
    assert.equal(
      inJapanese('The engine stopped (signal SIGKILL). It is started again in 0.5 s.'),
      'エンジンが停止しました (signal SIGKILL)。0.5 秒後に再起動します。',
    );
    assert.equal(inJapanese('ENOSPC: no space left on device'), 'ENOSPC: no space left on device');
  });
});
