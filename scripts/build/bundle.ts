import { chmod, copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { fingerprint } from '../setup/fingerprint.js';
import { distFolder, root } from '../setup/paths.js';
import { runStep } from '../setup/step.js';
import { targets } from './targets.js';

/** Grammars that tell where a statement ends; loaded by the extension when it first needs one. */
const wasm = [
  'web-tree-sitter/web-tree-sitter.wasm',
  ...[
    'typescript',
    'tsx',
    'javascript',
    'python',
    'java',
    'go',
    'rust',
    'cpp',
    'c-sharp',
    'ruby',
    'php',
    'bash',
    'css',
  ].map((language) => `@vscode/tree-sitter-wasm/wasm/tree-sitter-${language}.wasm`),
];

/** Brings `dist/` up to date. */
export async function bundle(): Promise<void> {
  await runStep({
    name: 'bundle',
    inputs: () => fingerprint(['src', 'scripts/build', 'package-lock.json', 'package.json', 'tsconfig.json']),
    outputs: ['extension.cjs', 'engine.js', 'cli.js', 'webview'].map((name) => path.join(distFolder, name)),
    run: async () => {
      await Promise.all(targets.map((target) => build(target)));
      await finishBundle();
    },
  });
}

/** What esbuild leaves to be done. */
export async function finishBundle(): Promise<void> {
  await chmod(path.join(distFolder, 'cli.js'), 0o755);
  const folder = path.join(distFolder, 'wasm');
  await mkdir(folder, { recursive: true });
  for (const file of wasm) {
    await copyFile(path.join(root, 'node_modules', file), path.join(folder, path.basename(file)));
  }
}
