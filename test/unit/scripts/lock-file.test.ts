import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../../scripts/setup/paths.js';

interface Entry {
  readonly version?: string;
  readonly os?: readonly string[];
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('package-lock.json', () => {
  let packages: Readonly<Record<string, Entry>>;
  before(async () => {
    const text = await readFile(path.join(root, 'package-lock.json'), 'utf8');
    packages = (JSON.parse(text) as { packages: Record<string, Entry> }).packages;
  });

  // npm ci refuses a lock file without them; an npm that cannot reach a platform's package leaves its entry out.
  it('names the binaries of node-llama-cpp for every platform', () => {
    const wanted = packages['node_modules/node-llama-cpp']?.optionalDependencies ?? {};
    assert.ok(Object.keys(wanted).length > 10);
    for (const [name, version] of Object.entries(wanted)) {
      const entry = packages[`node_modules/${name}`];
      assert.equal(entry?.version, version, name);
      assert.equal(entry?.optional, true, name);
      assert.equal(entry?.os?.length, 1, name);
    }
  });

  it('pins node-llama-cpp, whose insides the engine reaches', () => {
    assert.equal(packages['node_modules/node-llama-cpp']?.version, '3.22.1');
  });
});
