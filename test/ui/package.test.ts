import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import * as yauzl from 'yauzl';
import { vsixFile } from '../../scripts/package/paths.js';
import { platform } from '../../scripts/setup/paths.js';

const largest = 60_000_000;

describe('the packaged extension', function () {
  this.timeout(60_000);
  const vsix = process.env['SPARSE_PILOT_VSIX'] ?? vsixFile;
  const names: string[] = [];
  const texts = new Map<string, string>();
  const read = ['extension/package.json', 'extension/THIRD-PARTY-NOTICES.md'];

  before(async () => {
    const zip = await yauzl.openPromise(vsix);
    for await (const entry of zip.eachEntry()) {
      names.push(entry.fileName);
      if (!read.includes(entry.fileName)) continue;
      texts.set(entry.fileName, (await buffer(await zip.openReadStreamPromise(entry))).toString('utf8'));
    }
  });

  const bins = `extension/native/bins/${platform}/`;

  it('holds the bundles, the native build of this platform and the way out to the stock one', () => {
    const wanted = [
      ...['dist/extension.cjs', 'dist/engine.js', 'dist/cli.js', 'l10n/bundle.l10n.ja.json', 'LICENSE.txt'],
      `native/bins/${platform}/llama-addon.node`,
      `native/bins/${platform}/sparse-pilot-build.json`,
      'dist/node_modules/node-llama-cpp/package.json',
    ].map((name) => `extension/${name}`);
    assert.deepEqual(
      wanted.filter((name) => !names.includes(name)),
      [],
    );
    assert.ok(
      names.some((name) => name.startsWith(`extension/dist/node_modules/@node-llama-cpp/${platform}/`)),
    );
  });

  it('holds binaries of no other platform', () => {
    const others = names.filter(
      (name) =>
        (name.includes('/native/bins/') && !name.startsWith(bins)) ||
        (name.includes('/@node-llama-cpp/') && !name.includes(`/@node-llama-cpp/${platform}/`)),
    );
    assert.deepEqual(others, []);
  });

  it('holds no source, no leftovers of a build and nothing that only a checkout needs', () => {
    const stray =
      /\.bundle$|\.work\/|\.map$|\/(?:cmake-js|node-addon-api|node-api-headers)\/|^extension\/(?!dist\/node_modules\/).*\.(?:c|cc|cpp|cu|h|hpp)$|^extension\/(?:src|test|scripts|node_modules)\//u;
    assert.deepEqual(
      names.filter((name) => stray.test(name)),
      [],
    );
    const manifest = JSON.parse(texts.get('extension/package.json') ?? '{}') as Record<string, unknown>;
    assert.equal(manifest['devDependencies'], undefined);
    assert.equal(manifest['scripts'], undefined);
  });

  it('carries the notices of what it ships', () => {
    const notices = texts.get('extension/THIRD-PARTY-NOTICES.md') ?? '';
    for (const name of ['llama.cpp', 'undici', 'lit', 'web-tree-sitter'])
      assert.match(notices, new RegExp(`^## ${name}`, 'mu'), name);
    assert.equal(/^## libgomp/mu.test(notices), names.includes(`${bins}libgomp.so.1`));
  });

  it(`is smaller than ${largest / 1e6} MB`, async () => {
    const { size } = await stat(vsix);
    assert.ok(size < largest, `${size} bytes`);
  });
});
