import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { outputs } from '../../../scripts/manifest/outputs.js';
import { manifest } from '../../../scripts/manifest/manifest.js';
import { allSettings, settings, type Setting } from '../../../src/contract/settings/index.js';
import { commandId, contributions } from '../../../src/contract/contributions/index.js';

const root = new URL('../../../', import.meta.url);

describe('manifest', function () {
  this.timeout(30_000);
  it('is up to date: `npm run manifest` would change nothing', async () => {
    for (const { path, text } of await outputs(root))
      assert.equal(await readFile(new URL(path, root), 'utf8'), text, `${path} is stale: npm run manifest`);
  });

  type Node = Setting<unknown> | Readonly<Record<string, Setting<unknown>>>;
  const isSetting = (node: Node): node is Setting<unknown> => typeof node['parse'] === 'function';
  const paths = Object.entries<Node>(settings).flatMap(([name, node]) =>
    isSetting(node)
      ? [{ path: name, setting: node }]
      : Object.entries(node).map(([key, setting]) => ({ path: `${name}.${key}`, setting })),
  );

  it('lists every setting of the tree once', () => {
    const inTree = paths.map(({ setting }) => setting.id);
    assert.deepEqual(allSettings.map((setting) => setting.id).sort(), inTree.sort());
    assert.equal(new Set(inTree).size, inTree.length);
  });

  it('gives each setting the id of its path in the tree', () => {
    for (const { path, setting } of paths) assert.equal(setting.id, path);
  });

  it('keeps paths and binaries out of reach of a workspace', () => {
    for (const setting of [
      settings.models.model,
      settings.models.file,
      settings.models.folder,
      settings.engine.binaries,
    ])
      assert.equal(setting.scope, 'machine', setting.id);
  });

  it('names no command twice', () => {
    const ids = contributions.flatMap((part) => (part.commands ?? []).map(commandId));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('has English for every key it refers to', () => {
    const { parts, english } = manifest();
    const keys = [...JSON.stringify(parts).matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? '');
    assert.ok(keys.length > 100);
    for (const key of keys) assert.ok(english[key], key);
  });
});
