import assert from 'node:assert/strict';
import { runCppTests, type Sanitizer } from '../../scripts/native/cpp-tests.js';

describe('C++ tests', function () {
  this.timeout(40 * 60_000);

  const ways: ReadonlyArray<readonly [Sanitizer, string]> = [
    ['none', 'pass'],
    ['address,undefined', 'pass under the address and undefined-behaviour sanitizers'],
    ['thread', 'pass under the thread sanitizer'],
  ];
  for (const [sanitizer, title] of ways) {
    it(title, async () => {
      const results = await runCppTests(sanitizer, () => undefined);
      const passed = results.reduce((sum, result) => sum + result.passed, 0);
      const broken = results.filter((result) => result.failed > 0);
      console.log(`      ${results.length} programs, ${passed} tests passed`);
      assert.ok(results.length > 0 && passed > 0, 'there are tests');
      assert.deepEqual(
        broken.map(({ program, output }) => `${program}\n${output}`),
        [],
      );
    });
  }
});
