import assert from 'node:assert/strict';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { ghostTextIn } from './ghost-text.js';
import { eventually, openWalkthrough } from './patience.js';

/** Loading a model on a busy machine. */
const patienceMs = 120_000;

describe('the walkthrough', function () {
  this.timeout(240_000);
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.start({ name: 'walkthrough', size: { width: 1400, height: 900 } });
  });
  after(() => bench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await bench.picture('failure');
  });

  it('has every step with its picture, and its buttons do what they say', async () => {
    await openWalkthrough(bench);
    const steps = bench.page.locator('.gettingStartedContainer .getting-started-step');
    await steps.nth(3).waitFor();
    assert.equal(await steps.count(), 4);
    for (let index = 0; index < 4; index++) {
      await steps.nth(index).click();
      const media = bench.page.locator('.getting-started-media iframe, .getting-started-media img');
      await media.first().waitFor();
      await bench.page.waitForTimeout(700);
      await bench.picture(`step-${index + 1}`);
      assert.ok((await steps.nth(index).innerText()).length > 80);
    }
    await steps.nth(3).getByRole('button', { name: 'Open Chat' }).click();
    await bench.page
      .locator('.composite.title', { hasText: /Sparse Pilot/iu })
      .first()
      .waitFor();
    await bench.picture('chat-opened');
    await steps.nth(1).click();
    await steps.nth(1).getByRole('button', { name: 'Try an Example' }).click();
    await bench.page.locator('.tab.active', { hasText: /Untitled-\d/u }).waitFor();
    // Nobody asks here: the button put the question, and what the load of the model took from it the product makes good.
    await bench.ghostText.first().waitFor({ timeout: patienceMs });
    assert.notEqual(await ghostTextIn(bench), '');
    await bench.picture('example');
  });

  it('ticks a step off once what it is about has happened, and not when its button was pressed', async () => {
    await bench.page.keyboard.press('Tab');
    await eventually(async () => assert.equal(await ghostTextIn(bench), ''));
    await openWalkthrough(bench);
    const done = async () =>
      await Promise.all(
        ['model', 'complete', 'measure', 'chat'].map((step) =>
          bench.page
            .locator(`[data-done-step-id$="#firstSteps#${step}"]`)
            .first()
            .getAttribute('aria-checked'),
        ),
      );
    await eventually(async () => assert.deepEqual(await done(), ['true', 'true', 'false', 'false']));
    await bench.picture('two-done');
  });
});
