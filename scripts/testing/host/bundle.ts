import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from '../../setup/paths.js';
import { hostTestFolder } from './paths.js';

/** Bundles `test/host` for the extension host and returns the module to load. @throws Error when there is no test */
export async function bundleHostTests(): Promise<string> {
  const folder = path.join(root, 'test', 'host');
  const names = await readdir(folder, { recursive: true });
  const tests = names.filter((name) => name.endsWith('.test.ts')).map((name) => path.join(folder, name));
  if (tests.length === 0) throw new Error('There is no test in test/host');
  await rm(hostTestFolder, { recursive: true, force: true });
  await mkdir(hostTestFolder, { recursive: true });
  await build({
    entryPoints: {
      index: path.join(import.meta.dirname, 'entry.ts'),
      ...Object.fromEntries(
        tests.map((file) => [
          path.relative(folder, file).replaceAll(path.sep, '-').replace(/\.ts$/, ''),
          file,
        ]),
      ),
    },
    outdir: hostTestFolder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(hostTestFolder, 'index.cjs');
}
