import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { installCommand, managers } from '../../../scripts/setup/package-managers.js';
import { requirements } from '../../../scripts/setup/requirements.js';
import { freePort } from '../../../scripts/testing/code-server/ports.js';

describe('what set-up asks a person for', () => {
  it('is one line in the words of their system', () => {
    const native = requirements.native.map(({ brings }) => brings);
    assert.deepEqual(
      Object.fromEntries(managers.map((manager) => [manager, installCommand(manager, native)])),
      {
        apt: 'sudo apt-get update && sudo apt-get install -y g++ git cmake ninja-build ccache',
        dnf: 'sudo dnf install -y gcc-c++ git cmake ninja-build ccache',
        pacman: 'sudo pacman -S --needed gcc git cmake ninja ccache',
        zypper: 'sudo zypper install -y gcc-c++ git cmake ninja ccache',
        brew: 'xcode-select --install && brew install cmake ninja ccache',
        winget: 'winget install LLVM.LLVM Git.Git Kitware.CMake Ninja-build.Ninja Ccache.Ccache',
      },
    );
    assert.match(installCommand(null, native), /package manager: g\+\+ git/);
    assert.equal(installCommand('brew', ['g++']), 'xcode-select --install');
  });

  it('is not ccache, without which builds only take longer', () => {
    const optional = requirements.native.filter((each) => 'optional' in each).map(({ brings }) => brings);
    assert.deepEqual(optional, ['ccache']);
  });
});

describe('a port', () => {
  it('is the one asked for, or the next that is free', async () => {
    const server = createServer();
    const taken = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    try {
      const next = await freePort(taken);
      assert.ok(next > taken && next < taken + 50);
      assert.ok((await freePort()) > 0);
    } finally {
      server.close();
    }
    assert.equal(await freePort(taken), taken);
  });
});
