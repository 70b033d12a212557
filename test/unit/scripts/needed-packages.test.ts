import assert from 'node:assert/strict';
import { neededPackages } from '../../../scripts/package/needed.js';

describe('packages that are needed at run time', () => {
  const packages = {
    '': { dependencies: { engine: '1' }, devDependencies: { linter: '1' } },
    'node_modules/engine': {
      dependencies: { shared: '1', builder: '1' },
      optionalDependencies: { '@engine/linux': '1', '@engine/absent': '1' },
    },
    'node_modules/@engine/linux': {},
    'node_modules/builder': { dependencies: { shared: '1', unpacker: '1' } },
    'node_modules/unpacker': { dependencies: { streams: '1' } },
    'node_modules/streams': {},
    'node_modules/shared': { dependencies: { engine: '1', ink: '1' } },
    'node_modules/shared/node_modules/ink': { dependencies: { colours: '1' } },
    'node_modules/ink': {},
    'node_modules/colours': {},
    'node_modules/linter': { dependencies: { streams: '1' } },
  };

  it('are what the dependencies lead to, also from inside of a package', () => {
    assert.deepEqual(
      [...neededPackages(packages, new Set())].sort(),
      ['@engine/linux', 'builder', 'colours', 'engine', 'ink', 'shared', 'streams', 'unpacker'].sort(),
    );
  });

  it('are without those that only a left out one leads to', () => {
    assert.deepEqual([...neededPackages(packages, new Set(['builder']))].sort(), [
      '@engine/linux',
      'colours',
      'engine',
      'ink',
      'shared',
    ]);
  });
});
