import * as vscode from 'vscode';
import { settings } from '../../../contract/settings/index.js';
import type { SettingsReader } from '../../settings/reader.js';
import { globTest, IgnoreRules } from '../core/context/ignore-rules.js';
import { holdsSecrets } from '../core/context/secrets.js';

const gitignore = '.gitignore';

async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

/** Which files never enter a prompt: secrets, what `.gitignore` names, and the user's own globs. */
export class Exclusion implements vscode.Disposable {
  private readonly rules = new Map<string, Promise<IgnoreRules>>();
  private readonly verdicts = new Map<string, Promise<boolean>>();
  private readonly subscriptions: readonly vscode.Disposable[];

  public constructor(private readonly settings: SettingsReader) {
    const forget = () => this.forget();
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${gitignore}`);
    watcher.onDidChange(forget);
    watcher.onDidCreate(forget);
    watcher.onDidDelete(forget);
    this.subscriptions = [
      watcher,
      settings.onChange([own.exclude], forget),
      vscode.workspace.onDidChangeWorkspaceFolders(forget),
    ];
  }

  /** Whether a file is excluded; quick after the first time. A file that nobody has saved yet is not. */
  public async excludes(uri: vscode.Uri): Promise<boolean> {
    if (uri.scheme === 'untitled') return false;
    const key = uri.toString();
    const known = this.verdicts.get(key);
    if (known !== undefined) return await known;
    const verdict = this.judge(uri);
    this.verdicts.set(key, verdict);
    return await verdict;
  }

  public dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async judge(uri: vscode.Uri): Promise<boolean> {
    if (holdsSecrets(uri.path)) return true;
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const path = vscode.workspace.asRelativePath(uri, false);
    if (globTest(this.settings.at(uri).get(own.exclude))(path)) return true;
    if (folder === undefined) return false;
    return (await this.rulesOf(folder, path)).ignores(path);
  }

  /** The rules of a folder with those of every folder on the way to a path. */
  private async rulesOf(folder: vscode.WorkspaceFolder, path: string): Promise<IgnoreRules> {
    const parts = path.split('/').slice(0, -1);
    const key = `${folder.uri.toString()} ${parts.join('/')}`;
    const known = this.rules.get(key);
    if (known !== undefined) return await known;
    const rules = this.read(folder, parts);
    this.rules.set(key, rules);
    return await rules;
  }

  private async read(folder: vscode.WorkspaceFolder, parts: readonly string[]): Promise<IgnoreRules> {
    const rules = new IgnoreRules();
    for (let depth = 0; depth <= parts.length; depth += 1) {
      const upper = parts.slice(0, depth);
      const text = await readText(vscode.Uri.joinPath(folder.uri, ...upper, gitignore));
      if (text !== undefined) rules.set(upper.map((part) => `${part}/`).join(''), text);
    }
    return rules;
  }

  private forget(): void {
    this.rules.clear();
    this.verdicts.clear();
  }
}

const own = settings.completion;
