import { deepEqual } from 'node:assert/strict';
import { proxyVariables } from '../../../src/editor/engine/proxy-variables.js';

describe("the proxy of VS Code's settings", () => {
  it('reaches the engine as its downloads look for it', () => {
    deepEqual(proxyVariables('http://proxy:3128', ['localhost', 'intra.net', 7]), {
      http_proxy: 'http://proxy:3128',
      HTTP_PROXY: 'http://proxy:3128',
      https_proxy: 'http://proxy:3128',
      HTTPS_PROXY: 'http://proxy:3128',
      no_proxy: 'localhost,intra.net',
      NO_PROXY: 'localhost,intra.net',
    });
  });

  it('leaves those of the system alone where it is empty or of another kind', () => {
    for (const proxy of ['', undefined, 3, 'socks5://proxy:1080']) deepEqual(proxyVariables(proxy, []), {});
  });
});
