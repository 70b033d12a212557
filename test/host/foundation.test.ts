import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { allSettings, prefix } from '../../src/contract/settings/index.js';

const id = 'sparse-pilot.sparse-pilot';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  assert.ok(found, `${id} is not installed`);
  return found;
}

describe('the extension in a real extension host', () => {
  before(async () => {
    await extension().activate();
  });

  it('is active', () => {
    assert.equal(extension().isActive, true);
  });

  it('registers every command that its manifest promises', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const { contributes } = extension().packageJSON as Manifest;
    assert.ok(contributes.commands.length > 0);
    const missing = contributes.commands
      .map(({ command }) => command)
      .filter((name) => !registered.has(name));
    assert.deepEqual(missing, []);
  });

  it('gives every setting of the contract its default', () => {
    const configuration = vscode.workspace.getConfiguration(prefix);
    for (const setting of allSettings) {
      const seen = configuration.inspect(setting.id);
      assert.ok(seen, `${setting.id} is not in the manifest`);
      assert.deepEqual(seen.defaultValue, setting.default, setting.id);
    }
  });

  it('does not take paths and binaries from a workspace', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, '.vscode', 'settings.json');
    const hostile = {
      [`${prefix}.engine.binaries`]: '/evil',
      [`${prefix}.models.file`]: '/evil.gguf',
    };
    await vscode.workspace.fs.writeFile(file, Buffer.from(JSON.stringify(hostile)));
    try {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const configuration = vscode.workspace.getConfiguration(prefix, folder.uri);
      assert.equal(configuration.get('engine.binaries'), '');
      assert.equal(configuration.get('models.file'), '');
    } finally {
      await vscode.workspace.fs.delete(file);
    }
  });

  it('turns suggestions off and on again by command', async () => {
    const enabled = () => vscode.workspace.getConfiguration(prefix).get('completion.enabled');
    assert.equal(enabled(), true);
    await vscode.commands.executeCommand(`${prefix}.completion.toggle`);
    assert.equal(enabled(), false);
    await vscode.commands.executeCommand(`${prefix}.completion.toggle`);
    assert.equal(enabled(), true);
  });
});
