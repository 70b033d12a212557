import * as vscode from 'vscode';
import { settings } from '../../../contract/settings/index.js';
import type { SettingsReader } from '../../settings/reader.js';
import { holdsSecrets } from '../../secret-files.js';
import { rulesOnTheWay, withoutRoot } from '../core/context/ignore-files.js';
import { globTest, type IgnoreRules } from '../core/context/ignore-rules.js';
import { fileOf, isOnDisk } from '../document.js';
import { globalExcludes } from './global-excludes.js';

/** Files whose change may change what git ignores. */
const ruleFiles = '**/{.gitignore,.git/info/exclude}';

async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

/** A file below a root, or named from the root of its disk. */
function fileSeenFrom(root: vscode.Uri, path: string): vscode.Uri {
  const fromDiskRoot = /^(?:[a-zA-Z]:)?\//.test(path);
  return vscode.Uri.joinPath(fromDiskRoot ? root.with({ path: '/' }) : root, path);
}

const exists = (uri: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );

/** How far above an opened folder its repository is looked for. */
const mostLevels = 16;

/** The repository that a folder is part of: the nearest one above that holds `.git`, otherwise the folder itself. */
async function repositoryOf(folder: vscode.Uri): Promise<vscode.Uri> {
  if (!isOnDisk(folder)) return folder;
  let at = folder;
  for (let level = 0; level < mostLevels && at.path !== '/'; level += 1) {
    if (await exists(vscode.Uri.joinPath(at, '.git'))) return at;
    at = vscode.Uri.joinPath(at, '..');
  }
  return folder;
}

/** Which files never enter a prompt: secrets, what git ignores (by the repository or by the user), and the user's own globs. */
export class Exclusion implements vscode.Disposable {
  private readonly rules = new Map<string, Promise<IgnoreRules>>();
  private readonly verdicts = new Map<string, Promise<boolean>>();
  private readonly repositories = new Map<string, Promise<vscode.Uri>>();
  /** What git ignores everywhere, by repository. */
  private readonly global = new Map<string, Promise<string>>();
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly subscriptions: readonly vscode.Disposable[];
  /** Other files may be excluded now than a moment ago. */
  public readonly onChange = this.changes.event;

  public constructor(private readonly settings: SettingsReader) {
    const change = () => {
      this.forget();
      this.changes.fire();
    };
    const watcher = vscode.workspace.createFileSystemWatcher(ruleFiles);
    watcher.onDidChange(change);
    watcher.onDidCreate(change);
    watcher.onDidDelete(change);
    this.subscriptions = [
      watcher,
      this.changes,
      settings.onChange([own.exclude], change),
      // The user's own excludes file, and what a linked work tree shares, lie outside of the folders that are watched.
      vscode.window.onDidChangeWindowState(({ focused }) => (focused ? this.forget() : undefined)),
      vscode.workspace.onDidChangeWorkspaceFolders(change),
    ];
  }

  /** Whether a file is excluded; quick after the first time. A file that nobody has saved yet is not; a cell is as its notebook. */
  public async excludes(document: vscode.Uri): Promise<boolean> {
    const uri = fileOf(document);
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
    const path = withoutRoot(vscode.workspace.asRelativePath(uri, false));
    if (globTest(this.settings.at(uri).get(own.exclude))(path)) return true;
    // A file from elsewhere may be open beside the workspace's.
    const beside = isOnDisk(uri) ? vscode.Uri.joinPath(uri, '..') : undefined;
    const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri ?? beside;
    if (folder === undefined) return false;
    const root = await this.rootOf(folder);
    const below = withoutRoot(uri.path.slice(root.path.length));
    return (await this.rulesOf(root, below.split('/').slice(0, -1))).ignores(below);
  }

  private async rootOf(folder: vscode.Uri): Promise<vscode.Uri> {
    const key = folder.toString();
    const root = this.repositories.get(key) ?? repositoryOf(folder);
    this.repositories.set(key, root);
    return await root;
  }

  private async rulesOf(root: vscode.Uri, folders: readonly string[]): Promise<IgnoreRules> {
    const key = `${root.toString()} ${folders.join('/')}`;
    const known = this.rules.get(key);
    if (known !== undefined) return await known;
    const rules = rulesOnTheWay(
      folders,
      (path) => readText(fileSeenFrom(root, path)),
      (below) => this.everywhere(vscode.Uri.joinPath(root, below)),
    );
    this.rules.set(key, rules);
    return await rules;
  }

  private async everywhere(repository: vscode.Uri): Promise<string> {
    if (!isOnDisk(repository)) return '';
    const key = repository.toString();
    const text = this.global.get(key) ?? globalExcludes(repository.fsPath);
    this.global.set(key, text);
    return await text;
  }

  private forget(): void {
    this.rules.clear();
    this.global.clear();
    this.verdicts.clear();
    this.repositories.clear();
  }
}

const own = settings.completion;
