import assert from 'node:assert/strict';
import type { SelectorId } from '../../src/contract/index.js';
import type { EngineClient } from '../../src/engine/client/index.js';
import { complete, exampleCode, loadRequest, newClient } from './support.js';

const otherCode = `SELECT customer.name, SUM(orders.total) AS spent FROM customer
JOIN orders ON orders.customer_id = customer.id WHERE orders.placed_at > '2020-01-01'
GROUP BY customer.name HAVING SUM(orders.total) > 1000 ORDER BY spent DESC;

SELECT `;

const fast = (selector: SelectorId, density: number) =>
  ({
    sparsity: { selector, density },
    correction: { mode: 'fast' },
    stop: { maxTokens: 24 },
  }) as const;

describe('Selectors in generations of the real model', function () {
  this.timeout(300_000);
  const clients: EngineClient[] = [];
  const loaded = async () => {
    const client = newClient();
    clients.push(client);
    const model = await client.loadModel(loadRequest({ sparseLayouts: true, contextSize: 1024 }));
    return { client, model };
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.dispose();
  });

  it('make sparse passes in Fast, all that are available', async () => {
    const { client, model } = await loaded();
    const selectors = model.selectors.filter(({ available, selector }) => available && selector !== 'none');
    assert.ok(selectors.length > 7, selectors.map(({ selector }) => selector).join());
    for (const { selector } of selectors) {
      const { sparsity } = await complete(client, exampleCode, fast(selector, 0.6));
      if (selector === 'exact-zero') {
        assert.match(sparsity.off ?? '', /no exact zeros/);
        continue;
      }
      assert.equal(sparsity.off, undefined, selector);
      assert.ok(sparsity.density > 0.4 && sparsity.density < 0.8, `${selector} kept ${sparsity.density}`);
    }
  });

  it('a lossless one says why it is dense, whatever density is asked for', async () => {
    const { client } = await loaded();
    const { sparsity } = await complete(client, exampleCode, fast('exact-zero', 1));
    assert.match(sparsity.off ?? '', /no exact zeros/);
  });

  it('griffin chooses for each prompt anew', async () => {
    const settings = { ...fast('griffin', 0.3), path: 'query.sql', languageId: 'sql' };
    const { client: alone } = await loaded();
    const expected = await complete(alone, otherCode, settings);
    const { client: second } = await loaded();
    const first = await complete(second, exampleCode, fast('griffin', 0.3));
    const answer = await complete(second, otherCode, settings);
    assert.equal(first.sparsity.off, undefined);
    assert.ok(answer.tokens.reused < 8, `${answer.tokens.reused} tokens reused`);
    assert.deepEqual(answer.tokenIds, expected.tokenIds);
  });
});
