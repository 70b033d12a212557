import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Flavour } from '../native/configure.js';
import { bundle } from '../build/bundle.js';
import { run } from '../process/run.js';
import { fingerprint } from '../setup/fingerprint.js';
import { logFolder, platform, root } from '../setup/paths.js';
import { runStep, say } from '../setup/step.js';
import { buildNativePart } from '../setup/native.js';
import { vsixFile } from './paths.js';
import { stage } from './stage.js';

/** Makes the VSIX of this platform, with a native build of the given flavour, and returns its path. */
export async function packageVsix(flavour: Flavour = 'development'): Promise<string> {
  await Promise.all([buildNativePart(flavour), bundle()]);
  await runStep({
    name: 'vsix',
    inputs: async () => {
      const binaries = await stat(path.join(root, 'native', 'bins', platform, 'sparse-pilot-build.json'));
      return fingerprint(
        [
          'src',
          'media',
          'l10n',
          'package.json',
          'package.nls.json',
          'package.nls.ja.json',
          'package-lock.json',
          'README.md',
          'CHANGELOG.md',
          'LICENSE',
          'scripts/package',
          'scripts/build',
        ],
        [String(binaries.mtimeMs)],
      );
    },
    outputs: [vsixFile],
    run: async () => {
      const cwd = await stage();
      const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
      const args = [
        'package',
        '--target',
        platform,
        '--no-dependencies',
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
      ];
      await run(process.execPath, [vsce, ...args, '-o', vsixFile], {
        cwd,
        logFile: path.join(logFolder, 'vsix.log'),
      });
    },
  });
  say('vsix', `${path.basename(vsixFile)}, ${((await stat(vsixFile)).size / 1e6).toFixed(1)} MB`);
  return vsixFile;
}
