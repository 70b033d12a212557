import { bundle } from '../build/bundle.js';
import { packageVsix } from '../package/vsix.js';
import { fetchDefaultModel } from '../setup/model.js';
import { buildNativePart } from '../setup/native.js';
import { need } from '../setup/requirements.js';
import { installCodeServer } from './code-server/install.js';
import type { Suite } from './suite.js';

const minute = 60_000;

/** A whole editor, driven by keys and clicks, gets a second chance; the log tells which test took one. */
const editorRetries = 1;
/** Tests that kill processes and measure in the background, on a machine that may be busy. */
const engineRetries = 1;

const mocha = (timeoutMs: number | string, ...entries: readonly string[]): readonly string[] => [
  ...['--import', 'tsx', 'scripts/testing/run-mocha.ts', String(timeoutMs)],
  ...entries,
];

const engine = async (): Promise<void> => {
  await buildNativePart();
  await Promise.all([bundle(), fetchDefaultModel()]);
};

const editor = async (): Promise<void> => {
  await engine();
  if (process.env['VSCODE_PATH'] === undefined) await installCodeServer();
  await need('browser');
};

/** Every suite, in the order of `npm test`. */
export const suites: readonly Suite[] = [
  {
    name: 'unit',
    prepare: async () => Promise.resolve(),
    nodeArguments: mocha(10_000, 'test/unit', 'test/webview'),
    timeoutMs: 5 * minute,
  },
  {
    name: 'native',
    prepare: engine,
    nodeArguments: mocha(5 * minute, 'test/native'),
    timeoutMs: 40 * minute,
  },
  {
    name: 'cuda-compile',
    canWait: true,
    prepare: async () => {
      await need('cuda');
      await buildNativePart();
    },
    nodeArguments: mocha(30 * minute, 'test/cuda'),
    timeoutMs: 60 * minute,
  },
  {
    name: 'cpp',
    canWait: true,
    prepare: engine,
    nodeArguments: mocha(40 * minute, 'test/cpp'),
    timeoutMs: 80 * minute,
  },
  {
    name: 'engine',
    prepare: engine,
    nodeArguments: mocha(`${2 * minute}+${engineRetries}`, 'test/engine'),
    timeoutMs: 40 * minute,
  },
  {
    name: 'host',
    prepare: editor,
    nodeArguments: ['--import', 'tsx', 'scripts/testing/host/main.ts'],
    timeoutMs: 15 * minute,
  },
  {
    name: 'ui',
    prepare: async () => {
      await editor();
      await packageVsix();
    },
    nodeArguments: mocha(`${2 * minute}+${editorRetries}`, 'test/ui'),
    timeoutMs: 45 * minute,
  },
];
