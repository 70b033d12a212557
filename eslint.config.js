import tseslint from 'typescript-eslint';

/** Import rules of the folders: who may know whom. */
const fromSource = (files, ...patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const vscode = { regex: '^vscode$', message: 'Only src/editor and the host tests know VS Code.' };
const llama = { regex: '^node-llama-cpp', message: 'Only src/engine knows node-llama-cpp.' };
const node = { regex: '^node:', message: 'This code runs in a browser or holds only types.' };
const folder = (names, message) => ({ regex: `/(${names})/`, message });
const commandLine = folder('cli', 'The editor reaches the engine through its client.');
// `src/editor` has an `engine` folder of its own, so the way up and out of `src/editor` counts.
const engineInside = (up) => ({
  regex: `^${up.replaceAll('.', '\\.')}engine/(?!client/)`,
  message: 'The engine is another process: reach it through src/engine/client.',
});

export default tseslint.config(
  { ignores: ['dist', 'out', '.cache', 'native', 'test-artifacts', 'media', '.vscode-test', '**/*.cjs'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/webview/tsconfig.json', './test/ui/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 500 }],
      'no-console': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // A suite may print what it measured.
      'no-console': 'off',
      // mocha's describe and it return nothing to wait for.
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['describe', 'it'] }],
    },
  },
  {
    // The one file that reaches node-llama-cpp's insides.
    files: ['src/engine/native/internals.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['scripts/**/*.ts'], rules: { 'no-console': 'off' } },
  fromSource(
    ['src/contract/**'],
    vscode,
    llama,
    node,
    folder('engine|editor|cli|webview|border', 'The contract imports nothing.'),
  ),
  fromSource(
    ['src/border/**'],
    vscode,
    llama,
    node,
    folder('engine|editor|cli|webview', 'The border knows the contract only.'),
  ),
  fromSource(['src/engine/**'], vscode, folder('editor|cli|webview', 'The engine knows the contract only.')),
  fromSource(
    ['src/cli/**'],
    vscode,
    llama,
    folder(
      'editor(?!/completion/core/)|webview',
      'The command line knows contract, engine and the pure core of completion, which it replays.',
    ),
  ),
  fromSource(
    ['src/webview/**'],
    vscode,
    llama,
    node,
    folder('engine|editor|cli', 'The webviews know contract and border.'),
  ),
  fromSource(['src/editor/*.ts'], llama, commandLine, engineInside('../')),
  fromSource(['src/editor/*/*.ts'], llama, commandLine, engineInside('../../')),
  fromSource(['src/editor/*/*/*.ts'], llama, commandLine, engineInside('../../../')),
);
