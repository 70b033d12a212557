import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { modelVendor } from '../../src/contract/contributions/index.js';
import { prefix } from '../../src/contract/settings/index.js';
import type { ExtensionApi } from '../../src/editor/extension.js';

const prompt = [vscode.LanguageModelChatMessage.User('Say hello.')];

async function localModel(): Promise<vscode.LanguageModelChat> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const [model] = await vscode.lm.selectChatModels({ vendor: modelVendor });
    if (model) return model;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return assert.fail('the local model is not in VS Code’s list');
}

async function answers() {
  const found = vscode.extensions.getExtension<ExtensionApi>('sparse-pilot.sparse-pilot');
  assert.ok(found);
  return (await found.activate()).chatAnswers();
}

const question = 'Count from one to five hundred in words.';
/** So high that the model seldom comes to an end by itself. */
const ramblingTemperature = 2;

/**
 * The answer that is begun and cancelled has ended as cancelled, and the engine made no more than the tokens that were on their way.
 * One that the model ended before says nothing, and is begun again.
 */
async function stoppedAtOnce(beginAndCancel: () => Promise<void>, tries = 5): Promise<void> {
  await beginAndCancel();
  await until(async () => (await answers()).at(-1)?.result !== undefined);
  const { tokensWhenCancelled = 0, result } = (await answers()).at(-1) ?? assert.fail('no answer');
  if (result?.stopReason === 'eos' && tries > 1) return stoppedAtOnce(beginAndCancel, tries - 1);
  assert.equal(result?.stopReason, 'cancelled');
  const { generated } = result.tokens;
  assert.ok(
    tokensWhenCancelled >= 3 && generated <= tokensWhenCancelled + 8,
    `${tokensWhenCancelled}, then ${generated}`,
  );
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, 'it did not come about in a minute');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

describe('the local model in VS Code’s own list', function () {
  this.timeout(120_000);
  let model: vscode.LanguageModelChat;

  before(async () => {
    await vscode.extensions.getExtension('sparse-pilot.sparse-pilot')?.activate();
    model = await localModel();
  });

  it('says how much it takes in', () => {
    assert.equal(model.vendor, modelVendor);
    assert.ok(model.maxInputTokens >= 512, String(model.maxInputTokens));
  });

  it('counts tokens as the model’s own tokeniser does', async () => {
    assert.equal(await model.countTokens(''), 0);
    assert.equal(await model.countTokens('hello world'), 2);
    const code = 'for (let i = 0; i < 10; i++) {}';
    const counted = await model.countTokens(code);
    const message = await model.countTokens(vscode.LanguageModelChatMessage.User(code));
    assert.ok(message > counted && message < counted + 40, 'a message has the template’s tokens around it');
    assert.notEqual(counted, Math.ceil(code.length / 4), 'an estimate would say this');
    assert.equal((await model.countTokens('<|im_start|>')) > 1, true, 'text is never a special token');
  });

  it('answers in a stream', async () => {
    const pieces: string[] = [];
    const response = await model.sendRequest(prompt, { modelOptions: { temperature: 0, maxTokens: 24 } });
    for await (const piece of response.text) pieces.push(piece);
    assert.ok(pieces.length > 1, `${pieces.length} pieces`);
    assert.match(pieces.join(''), /\w/u);
  });

  it('takes in as much as a setting of the load says, without a reload', async () => {
    const configuration = vscode.workspace.getConfiguration(prefix);
    const before = model.maxInputTokens;
    await configuration.update('chat.contextSize', 1024, vscode.ConfigurationTarget.Global);
    try {
      await model.countTokens('x');
      await until(async () => {
        const [now] = await vscode.lm.selectChatModels({ vendor: modelVendor });
        return now !== undefined && now.maxInputTokens < before && now.maxInputTokens <= 1024;
      });
    } finally {
      await configuration.update('chat.contextSize', undefined, vscode.ConfigurationTarget.Global);
    }
    await until(async () => (await localModel()).maxInputTokens === before);
  });

  it('says so where there is no model, and answers when there is one again', async () => {
    const configuration = vscode.workspace.getConfiguration(prefix);
    await configuration.update('models.file', '/nowhere/gone.gguf', vscode.ConfigurationTarget.Global);
    try {
      const asked = async () => {
        const response = await model.sendRequest(prompt, { modelOptions: { maxTokens: 4 } });
        for await (const _piece of response.text);
      };
      await assert.rejects(asked, /gone\.gguf/u);
    } finally {
      await configuration.update('models.file', undefined, vscode.ConfigurationTarget.Global);
    }
    assert.equal(await model.countTokens('hello world'), 2);
  });

  it('says what to do about a question that is longer than the context', async () => {
    const configuration = vscode.workspace.getConfiguration(prefix);
    await configuration.update('chat.contextSize', 512, vscode.ConfigurationTarget.Global);
    try {
      const long = [vscode.LanguageModelChatMessage.User('one two three '.repeat(600))];
      const asked = async () => {
        const response = await model.sendRequest(long, { modelOptions: { maxTokens: 4 } });
        for await (const _piece of response.text);
      };
      await assert.rejects(asked, /does not fit into the context of \d+ tokens\. Attach less/u);
    } finally {
      await configuration.update('chat.contextSize', undefined, vscode.ConfigurationTarget.Global);
    }
    assert.equal(await model.countTokens('hello world'), 2);
  });

  it('frees the engine when cancelled, and answers the next request', async () => {
    await stoppedAtOnce(async () => {
      const cancel = new vscode.CancellationTokenSource();
      const response = await model.sendRequest(
        [vscode.LanguageModelChatMessage.User(question)],
        { modelOptions: { maxTokens: 1000, temperature: ramblingTemperature } },
        cancel.token,
      );
      let pieces = 0;
      const reading = (async () => {
        for await (const piece of response.text) {
          pieces += piece === '' ? 0 : 1;
          if (pieces === 3) cancel.cancel();
        }
      })();
      await reading.catch(() => undefined);
    });
    const next = await model.sendRequest(prompt, { modelOptions: { temperature: 0, maxTokens: 8 } });
    let text = '';
    for await (const piece of next.text) text += piece;
    assert.notEqual(text, '');
  });
});

interface Answered {
  readonly errorDetails?: { readonly message: string };
  readonly metadata?: { readonly tokensPerSecond?: unknown; readonly promptTokens?: number };
}

describe('@sparse in VS Code’s chat', function () {
  this.timeout(120_000);
  const configuration = () => vscode.workspace.getConfiguration(prefix);

  before(() => configuration().update('chat.maxTokens', 24, vscode.ConfigurationTarget.Global));
  after(() => configuration().update('chat.maxTokens', undefined, vscode.ConfigurationTarget.Global));
  beforeEach(() => vscode.commands.executeCommand('workbench.action.chat.newChat'));

  async function ask(text: string, attachFiles: readonly vscode.Uri[] = []): Promise<Answered> {
    return await vscode.commands.executeCommand('workbench.action.chat.open', {
      query: `@sparse ${text}`,
      isPartialQuery: false,
      blockOnResponse: true,
      attachFiles,
      // As a person picks it in the list; VS Code asks for some model even where the participant brings its own.
      modelSelector: { vendor: modelVendor },
    });
  }
  const promptOf = ({ metadata }: Answered): number => metadata?.promptTokens ?? assert.fail('no answer');

  it('answers with the local model', async () => {
    const { errorDetails, metadata } = await ask('Say hello.');
    assert.equal(errorDetails, undefined);
    assert.ok(typeof metadata?.tokensPerSecond === 'number', JSON.stringify(metadata));
  });

  it('reads what was said before, and the files that are attached', async () => {
    const alone = promptOf(await ask('Say hello.'));
    const second = promptOf(await ask('Say hello.'));
    assert.ok(second > alone + 8, `${alone}, then ${second}`);
    await vscode.commands.executeCommand('workbench.action.chat.newChat');
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, 'contract', 'modes.ts');
    const attached = promptOf(await ask('Say hello.', [file]));
    assert.ok(attached > alone + 300, `${alone} without, ${attached} with the file`);
  });

  it('leaves out a file that holds secrets', async () => {
    const alone = promptOf(await ask('Say hello.'));
    await vscode.commands.executeCommand('workbench.action.chat.newChat');
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, '.env');
    await vscode.workspace.fs.writeFile(file, Buffer.from('TOKEN=abc def ghi\n'.repeat(40)));
    try {
      assert.equal(promptOf(await ask('Say hello.', [file])), alone);
    } finally {
      await vscode.workspace.fs.delete(file);
    }
  });

  it('frees the engine when it is stopped, and answers the next question', async () => {
    const use = (maxTokens: number, temperature: number | undefined) =>
      Promise.all([
        configuration().update('chat.maxTokens', maxTokens, vscode.ConfigurationTarget.Global),
        configuration().update('chat.temperature', temperature, vscode.ConfigurationTarget.Global),
      ]);
    await use(1000, ramblingTemperature);
    try {
      await stoppedAtOnce(async () => {
        const before = (await answers()).at(-1);
        const asking = ask(question);
        await until(async () => {
          const last = (await answers()).at(-1);
          return last !== before && (last?.tokens ?? 0) >= 3;
        });
        await vscode.commands.executeCommand('workbench.action.chat.cancel');
        await asking;
      });
    } finally {
      await use(24, undefined);
    }
    assert.equal((await ask('Say hello.')).errorDetails, undefined);
  });

  it('says why there is no answer where there is no model', async () => {
    await configuration().update('models.file', '/nowhere/gone.gguf', vscode.ConfigurationTarget.Global);
    try {
      assert.match((await ask('Say hello.')).errorDetails?.message ?? '', /gone\.gguf/u);
    } finally {
      await configuration().update('models.file', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

describe('the chat’s code actions', () => {
  async function actionsAt(document: vscode.TextDocument, range: vscode.Range): Promise<readonly string[]> {
    const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
    );
    return found.map(({ title }) => title).filter((title) => title.includes('Sparse Pilot'));
  }

  it('offer explain, fix, document and test on a selection, and nothing without one', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'plaintext',
      content: 'one\ntwo\n',
    });
    assert.deepEqual(await actionsAt(document, new vscode.Range(0, 0, 1, 3)), [
      'Explain With Sparse Pilot',
      'Fix With Sparse Pilot',
      'Document With Sparse Pilot',
      'Write a Test With Sparse Pilot',
    ]);
    assert.deepEqual(await actionsAt(document, new vscode.Range(0, 0, 0, 0)), []);
  });

  it('offer a fix as a quick fix where a problem is reported', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: 'broken\n' });
    const problems = vscode.languages.createDiagnosticCollection('test');
    const range = new vscode.Range(0, 0, 0, 6);
    problems.set(document.uri, [new vscode.Diagnostic(range, 'It is broken.')]);
    try {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(0, 2, 0, 2),
        vscode.CodeActionKind.QuickFix.value,
      );
      assert.ok(found.some(({ title }) => title === 'Fix With Sparse Pilot'));
    } finally {
      problems.dispose();
    }
  });
});
