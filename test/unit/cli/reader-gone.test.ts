import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from '../../../scripts/setup/paths.js';

const cli = path.join(root, 'src', 'cli', 'main.ts');

describe('the command line', function () {
  this.timeout(30_000);

  it('ends quietly when nobody reads what it prints', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', cli, 'models'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(said, '');
    assert.equal(code, 0);
  });
});
