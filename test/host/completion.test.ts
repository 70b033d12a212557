import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/editor/extension.js';
import { prefix } from '../../src/contract/settings/index.js';

const isApi = (value: unknown): value is ExtensionApi =>
  typeof value === 'object' && value !== null && 'completionRecords' in value;

async function records() {
  const extension = vscode.extensions.getExtension('sparse-pilot.sparse-pilot');
  const api: unknown = await extension?.activate();
  assert.ok(isApi(api));
  return api.completionRecords();
}

/** Polls until `look` gives something; 90 seconds, for the model has to be loaded. */
async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + 90_000; Date.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Waited in vain for ${what}`);
}

const folder = () => {
  const uri = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(uri);
  return uri;
};

/** Writes a file into the workspace and opens it with the cursor at the `|`. */
async function open(name: string, marked: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.joinPath(folder(), name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(marked.replace('|', '')));
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  const position = editor.document.positionAt(marked.indexOf('|'));
  editor.selection = new vscode.Selection(position, position);
  return editor;
}

/** Asks for a suggestion by command and waits for the record of it. */
async function ask(path: string) {
  const before = new Set((await records()).map(({ id }) => id));
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  return await until(`a record for ${path}`, async () =>
    (await records()).find(
      (record) => !before.has(record.id) && record.path.endsWith(path) && record.outcome !== 'superseded',
    ),
  );
}

const code = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n\n';

describe('inline completion in a real extension host', function () {
  this.timeout(180_000);
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('inserts what the real model suggests', async () => {
    const editor = await open('accept.ts', `${code}export const sum = add(1, |\n`);
    const record = await ask('accept.ts');
    assert.equal(record.outcome, 'shown', record.detail);
    assert.ok((record.result?.tokens.generated ?? 0) > 0);
    const before = editor.document.getText();
    const inserted = await until('the text in the document', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      return editor.document.getText() === before ? undefined : editor.document.getText();
    });
    assert.ok(inserted.startsWith(`${code}export const sum = add(1, `));
    assert.ok(inserted.length > before.length);
  });

  it('completes CRLF files with emoji around the cursor, and sends newlines as \\n', async () => {
    const text = `// 🙂 smile\r\n${code.replaceAll('\n', '\r\n')}const smile = '🙂'; const total = add(|`;
    await open('crlf.ts', text);
    const record = await ask('crlf.ts');
    assert.notEqual(record.outcome, 'error', record.detail);
    assert.ok(record.request?.prefix.startsWith('// 🙂 smile\nexport'));
    assert.ok(!record.request?.prefix.includes('\r'));
  });

  it('never sends a file that holds secrets or that git ignores', async () => {
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(folder(), '.gitignore'),
      Buffer.from('generated/\n'),
    );
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(folder(), 'generated'));
    for (const name of ['.env', 'generated/code.ts']) {
      await open(name, 'TOKEN=|');
      const record = await ask(name);
      assert.equal(record.outcome, 'excluded-file', name);
      assert.equal(record.request, undefined);
    }
  });

  it('never sends what git ignores in a linked work tree, by its repository or by the user', async () => {
    const within = (...names: readonly string[]) => path.join(folder().fsPath, ...names);
    const git = (...words: readonly string[]) =>
      execFileSync('git', [
        '-C',
        within('repository'),
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@b',
        ...words,
      ]);
    await mkdir(within('repository'));
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '--message', 'begin');
    git('worktree', 'add', '--quiet', within('tree'));
    await mkdir(within('repository', '.git', 'info'), { recursive: true });
    await writeFile(within('repository', '.git', 'info', 'exclude'), 'by-repository.ts\n');
    await writeFile(within('everywhere'), 'by-user.ts\n');
    git('config', 'core.excludesFile', within('everywhere'));
    for (const name of ['tree/by-repository.ts', 'tree/by-user.ts']) {
      await open(name, 'const token = |');
      const record = await ask(name);
      assert.equal(record.outcome, 'excluded-file', name);
      assert.equal(record.request, undefined);
    }
    await open('tree/free.ts', `${code}export const sum = add(1, |`);
    assert.notEqual((await ask('tree/free.ts')).outcome, 'excluded-file');
  });

  it('takes what is open elsewhere as context, but not secrets', async () => {
    await open('.env.local', 'SECRET_TOKEN=abc add a b number|');
    await open(
      'helpers.ts',
      `${code}export function subtract(a: number, b: number): number {\n  return a - b;\n}\n|`,
    );
    await open(
      'user.ts',
      "import { add, subtract } from './helpers';\nexport const difference = subtract(add(1, 2), |",
    );
    const record = await ask('user.ts');
    const context = record.request?.context ?? [];
    assert.ok(
      context.some(({ path }) => path.endsWith('helpers.ts')),
      JSON.stringify(context),
    );
    assert.ok(!context.some(({ text }) => text.includes('SECRET_TOKEN')));
  });

  it('leaves a file out of the next prompt once git ignores it', async () => {
    await open(
      'soon-ignored.ts',
      `${code}export function divide(a: number, b: number): number {\n  return a / b;\n}\n|`,
    );
    const editor = await open('quotient.ts', 'export const quotient = divide(add(1, 2), |');
    const sent = async () => {
      // another place, so that it is the model that is asked
      await editor.edit((edit) => edit.insert(editor.selection.active, '1'));
      const { request } = await ask('quotient.ts');
      return request?.context.map(({ path }) => path);
    };
    const sends = (paths: readonly string[] | undefined) =>
      paths?.some((path) => path.endsWith('soon-ignored.ts'));
    await until('the file in a prompt', async () => (sends(await sent()) === true ? true : undefined));
    const rules = vscode.Uri.joinPath(folder(), '.gitignore');
    await vscode.workspace.fs.writeFile(rules, Buffer.from('generated/\nsoon-ignored.ts\n'));
    await until('a prompt without it', async () => (sends(await sent()) === false ? true : undefined));
  });

  it('has the prompt evaluated while the user pauses, so that the next request finds it in the cache', async () => {
    await open('ready.ts', `${code}|`);
    await ask('ready.ts');
    const seen: string[] = [];
    // A busy machine may not have been done in the pause; then it has another place to show it.
    for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
      const functions = Array.from({ length: 12 }, (_, index) => code.replace('add', `${name}${index}`));
      await open(`pause-${name}.ts`, `${functions.join('')}export const total = ${name}3(|`);
      await new Promise((resolve) => setTimeout(resolve, 8000));
      const { result } = await ask(`pause-${name}.ts`);
      const { prompt = 0, reused = 0 } = result?.tokens ?? {};
      if (prompt > 200 && reused >= prompt - 8) return;
      seen.push(`${reused} of ${prompt}`);
    }
    assert.fail(seen.join(', '));
  });

  it('is off where a setting says so, and on command even there', async () => {
    const configuration = vscode.workspace.getConfiguration(prefix, { languageId: 'typescript' });
    await configuration.update('completion.enabled', false, vscode.ConfigurationTarget.Global, true);
    try {
      await open('off.ts', `${code}|`);
      await vscode.commands.executeCommand('type', { text: 'const x = add(' });
      const record = await until('a refusal', async () =>
        (await records()).findLast((one) => one.path.endsWith('off.ts')),
      );
      assert.equal(record.outcome, 'disabled');
      assert.notEqual((await ask('off.ts')).outcome, 'disabled');
    } finally {
      await configuration.update('completion.enabled', undefined, vscode.ConfigurationTarget.Global, true);
    }
  });

  it('takes a workspace’s value over the user’s and a language’s over both, and what is cleared holds no more', async () => {
    const { Global, Workspace } = vscode.ConfigurationTarget;
    const configuration = () => vscode.workspace.getConfiguration(prefix, { languageId: 'typescript' });
    const set = (value: number | undefined, target: vscode.ConfigurationTarget, language = false) =>
      configuration().update('completion.maxTokens', value, target, language);
    await open('layers.ts', `${code}export const sum = add(|`);
    const asked = async () => {
      const { request } = await ask('layers.ts');
      // While it is on show the editor would not ask again.
      await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
      return request?.stop?.maxTokens;
    };
    try {
      await set(41, Global);
      assert.equal(await asked(), 41);
      await set(42, Workspace);
      assert.equal(await asked(), 42);
      await set(43, Workspace, true);
      assert.equal(await asked(), 43);
      await set(undefined, Workspace, true);
      assert.equal(await asked(), 42);
      await set(undefined, Workspace);
      assert.equal(await asked(), 41);
    } finally {
      await set(undefined, Workspace, true);
      for (const target of [Global, Workspace]) await set(undefined, target);
    }
    assert.equal(await asked(), 128);
  });

  it('answers a bad value of a setting with the default', async () => {
    const configuration = vscode.workspace.getConfiguration(prefix);
    await configuration.update('completion.maxTokens', 'many', vscode.ConfigurationTarget.Global);
    try {
      await open('bad.ts', `${code}export const sum = add(|`);
      assert.equal((await ask('bad.ts')).request?.stop?.maxTokens, 128);
    } finally {
      await configuration.update('completion.maxTokens', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('works in a file that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'python',
      content: 'def add(a, b):\n    return ',
    });
    const editor = await vscode.window.showTextDocument(document);
    const end = document.lineAt(1).range.end;
    editor.selection = new vscode.Selection(end, end);
    const before = (await records()).length;
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    const record = await until('an answer', async () =>
      (await records())
        .slice(before)
        .find(({ languageId, outcome }) => languageId === 'python' && outcome !== 'superseded'),
    );
    assert.notEqual(record.outcome, 'error', record.detail);
  });
});
