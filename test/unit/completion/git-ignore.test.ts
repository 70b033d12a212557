import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { rulesOnTheWay } from '../../../src/editor/completion/core/context/ignore-files.js';
import { globalExcludes } from '../../../src/editor/completion/context/global-excludes.js';

/** A home, a repository in it with a linked work tree and a submodule, made by git itself. */
describe('what git ignores, as git sees it', function () {
  this.timeout(60_000);
  let home: string;
  let environment: NodeJS.ProcessEnv;
  const at = (...names: readonly string[]) => path.join(home, ...names);

  function git(folder: string, ...words: readonly string[]): string {
    const options = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always'];
    return execFileSync('git', ['-C', folder, ...options, ...words], {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async function write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(at(file)), { recursive: true });
    await writeFile(at(file), text);
  }

  async function repository(name: string, ignored: string): Promise<void> {
    await write(`${name}/.gitignore`, ignored);
    git(home, 'init', '--quiet', at(name));
    git(at(name), 'add', '.');
    git(at(name), 'commit', '--quiet', '--message', 'begin');
  }

  const asked = ['a.ts', 'a.log', 'shown.log', 'mine.ts', 'deep/mine.ts', 'deep/own.ts', 'everywhere.ts'];
  const more = ['other-place.ts', 'deep/kept.ts', 'deep/a.ts', 'lib-only.ts', 'both.ts', 'drafts/a.ts'];
  const paths = [...asked, ...more];

  function ignoredByGit(folder: string): readonly string[] {
    const words = ['check-ignore', '--no-index', ...paths];
    return git(folder, ...words)
      .trim()
      .split('\n');
  }

  async function ignoredByUs(folder: string): Promise<readonly string[]> {
    const everywhere = (below: string) => globalExcludes(path.join(folder, below), environment);
    const read = (file: string) => readFile(path.resolve(folder, file), 'utf8').catch(() => undefined);
    const ignored: string[] = [];
    for (const one of paths) {
      const rules = await rulesOnTheWay(one.split('/').slice(0, -1), read, everywhere);
      if (rules.ignores(one)) ignored.push(one);
    }
    return ignored;
  }

  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-git-'));
    environment = { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: at('.config') };
    await write('.config/git/ignore', 'everywhere.ts\nboth.ts\n*.log\n');
    await repository('lib', 'lib-only.ts\n');
    await repository('app', '!both.ts\ndrafts/\n!shown.log\n');
    await write('app/deep/.gitignore', 'own.ts\n!kept.ts\n');
    await write('app/.git/info/exclude', 'mine.ts\nkept.ts\n');
    git(at('app'), 'submodule', '--quiet', 'add', at('lib'), 'lib');
    await write('app/.git/modules/lib/info/exclude', 'mine.ts\n');
    git(at('app'), 'add', '.');
    git(at('app'), 'commit', '--quiet', '--message', 'deep');
    git(at('app'), 'worktree', 'add', '--quiet', at('elsewhere', 'tree'));
  });
  after(() => rm(home, { recursive: true, force: true }));

  for (const place of ['app', 'elsewhere/tree', 'app/lib'])
    it(`in ${place}`, async () => {
      const expected = ignoredByGit(at(place));
      assert.ok(
        expected.includes('mine.ts') && expected.includes('everywhere.ts'),
        'the test tells something',
      );
      assert.deepEqual(await ignoredByUs(at(place)), expected);
    });

  it('with an excludes file that the user names, for one repository too', async () => {
    await write('named', 'other-place.ts\n');
    git(home, 'config', '--global', 'core.excludesFile', '~/named');
    assert.equal(await globalExcludes(at('app'), environment), 'other-place.ts\n');
    assert.deepEqual(await ignoredByUs(at('elsewhere', 'tree')), ignoredByGit(at('elsewhere', 'tree')));
    await write('for-lib', 'a.ts\n');
    git(at('lib'), 'config', 'core.excludesFile', at('for-lib'));
    assert.equal(await globalExcludes(at('lib'), environment), 'a.ts\n');
    git(home, 'config', '--global', 'core.excludesFile', '');
    assert.equal(await globalExcludes(at('app'), environment), '');
    git(home, 'config', '--global', '--unset', 'core.excludesFile');
  });

  it('without git on this machine: what lies in the usual place', async () => {
    const withoutGit = { ...environment, PATH: at('nowhere') };
    assert.match(await globalExcludes(at('app'), withoutGit), /^everywhere\.ts$/mu);
    assert.equal(await globalExcludes(at('app'), { ...withoutGit, XDG_CONFIG_HOME: at('nothing') }), '');
  });
});
