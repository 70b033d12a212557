import path from 'node:path';
import type { BuildOptions } from 'esbuild';
import { distFolder, root } from '../setup/paths.js';

const source = (...parts: string[]): string => path.join(root, 'src', ...parts);

const common: BuildOptions = {
  bundle: true,
  sourcemap: true,
  logLevel: 'warning',
  legalComments: 'none',
  absWorkingDir: root,
};

const node: BuildOptions = {
  ...common,
  platform: 'node',
  target: 'node20',
  external: ['vscode', 'node-llama-cpp'],
};

// Bundled CommonJS packages call require, which an ES module does not have.
const requireShim = [
  "import { createRequire as makeRequire } from 'node:module';",
  'const require = makeRequire(import.meta.url);',
].join(' ');

/** The extension, the engine process, the command line and the two webviews, as esbuild makes them. */
export const targets: readonly BuildOptions[] = [
  {
    ...node,
    entryPoints: [source('editor', 'extension.ts')],
    outfile: path.join(distFolder, 'extension.cjs'),
    format: 'cjs',
    // Its ES module asks for import.meta.url, which a CommonJS bundle does not have.
    alias: { 'web-tree-sitter': path.join(root, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.cjs') },
  },
  {
    ...node,
    entryPoints: [source('engine', 'main.ts')],
    outfile: path.join(distFolder, 'engine.js'),
    format: 'esm',
    banner: { js: requireShim },
  },
  {
    ...node,
    entryPoints: [source('cli', 'main.ts')],
    outfile: path.join(distFolder, 'cli.js'),
    format: 'esm',
    banner: { js: requireShim },
  },
  {
    ...common,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    minify: true,
    entryPoints: {
      chat: source('webview', 'chat', 'main.ts'),
      panel: source('webview', 'panel', 'main.ts'),
      codicon: source('webview', 'codicon.css'),
    },
    outdir: path.join(distFolder, 'webview'),
    assetNames: '[name]',
    // Files, not data: the pages' content security policy loads fonts from the extension's folder only.
    loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.svg': 'file' },
  },
];
