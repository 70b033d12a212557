import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { artifactFolder } from '../../../scripts/setup/paths.js';
import { startBrowser } from '../../../scripts/testing/code-server/browser.js';
import type { PanelState } from '../../../src/contract/index.js';
import { eventually } from '../patience.js';
import { bundleWebviews, WebviewPage } from '../webview-page.js';
import { full, liveSamples, measurement, ready } from './states.js';
import { themes, type Theme } from './themes.js';

const require = createRequire(import.meta.url);

/** Every state the panel can be in, by the name of its picture. */
const states: Readonly<Record<string, PanelState>> = {
  'no-model': { ...ready, engine: { kind: 'no-model' } },
  asleep: { ...ready, engine: { kind: 'asleep' } },
  starting: { ...ready, engine: { kind: 'starting' } },
  loading: {
    ...ready,
    engine: { kind: 'loading', model: 'smollm2-135m.gguf', step: 'weights', percent: 43 },
  },
  down: {
    ...ready,
    engine: {
      kind: 'down',
      message: 'The engine stopped (signal SIGKILL). It stopped too often in a row and is not started again.',
      steps: ['restart-engine', 'choose-model', 'show-log'],
    },
  },
  'stock-build': {
    ...ready,
    engine:
      ready.engine.kind === 'ready'
        ? {
            ...ready.engine,
            model: {
              ...ready.engine.model,
              stockReason: 'There is no build of ours for win32-arm64.',
              stepDowns: ['The context was halved to 4096 tokens: memory was short.'],
              selectors: ready.engine.model.selectors.map(({ selector }) => ({
                selector,
                available: false,
                reason: 'The prebuilt binaries have no sparse kernels.',
              })),
            },
          }
        : ready.engine,
  },
  ready,
  measuring: {
    ...ready,
    tasks: { ...ready.tasks, measure: { kind: 'running', done: 7, total: 24, message: 'GRIFFIN at 0.50' } },
  },
  failed: {
    ...ready,
    tasks: {
      ...ready.tasks,
      measure: { kind: 'failed', message: 'Out of memory.', nextStep: 'Choose a smaller model.' },
      compare: { kind: 'failed', message: 'No editor is open.', nextStep: null },
    },
  },
  'nothing-within': {
    ...ready,
    measurement,
    knobs: { ...ready.knobs, mode: 'fast', target: { metric: 'disagreement', limit: 0.001 } },
  },
  'dense-only': { ...ready, measurement: { ...measurement, points: [] } },
  full,
};

describe('trade-off panel, its page', function () {
  this.timeout(120_000);
  let browser: Browser;
  let bundle: string;
  let axe: string;
  const open = new Set<WebviewPage>();

  before(async () => {
    [browser, bundle, axe] = await Promise.all([
      startBrowser(),
      bundleWebviews(),
      readFile(require.resolve('axe-core/axe.min.js'), 'utf8'),
    ]);
  });
  afterEach(async () => {
    for (const page of open) await page.page.close();
    open.clear();
  });
  after(() => browser.close());

  async function show(
    state: PanelState,
    theme: Theme | undefined = themes[0],
    width = 1000,
  ): Promise<WebviewPage> {
    assert.ok(theme);
    const panel = await WebviewPage.open(browser, bundle, { theme, width, height: 1500 });
    open.add(panel);
    await panel.send({ type: 'state', state });
    return panel;
  }

  async function violations(panel: WebviewPage): Promise<readonly string[]> {
    await panel.page.evaluate(axe);
    return await panel.page.evaluate(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
         violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ') + ' ' + n.failureSummary).join(' | ')))`,
    );
  }

  for (const theme of themes)
    for (const [name, state] of Object.entries(states))
      it(`shows ${name} in ${theme.name}, accessibly`, async () => {
        const panel = await show(state, theme);
        if (name === 'full') await panel.send({ type: 'history', samples: liveSamples(Date.now()) });
        await panel.page.waitForTimeout(250);
        await panel.picture(`${name}-${theme.name}`);
        assert.deepEqual(await violations(panel), []);
        const text = await panel.page.locator('main').innerText();
        assert.ok(text.length > 200, 'the page is not blank');
      });

  for (const width of [300, 480])
    it(`fits ${width} pixels without sideways scrolling`, async () => {
      const panel = await show(full, themes[0], width);
      await panel.send({ type: 'history', samples: liveSamples(Date.now()) });
      await panel.picture(`full-${width}`);
      const overflow = await panel.page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overflow, 0);
    });

  it('lets a load be cancelled that takes too long', async () => {
    const panel = await show(states['loading'] ?? ready);
    await panel.page.locator('.notice vscode-button', { hasText: 'Cancel Loading' }).click();
    assert.deepEqual((await panel.posted()).at(-1), { type: 'step', step: 'cancel-loading' });
  });

  it('turns knobs by keyboard alone', async () => {
    const panel = await show(ready);
    const { page } = panel;
    await page.locator('vscode-single-select').first().focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('input[type=range]').first().focus();
    await page.keyboard.press('ArrowLeft');
    const turned = (await panel.posted()).filter(({ type }) => type === 'turn');
    assert.deepEqual(turned, [
      { type: 'turn', change: { knob: 'mode', value: 'fast' } },
      { type: 'turn', change: { knob: 'density', value: 0.5 } },
    ]);
  });

  it('shows the density that came of a slider, and leaves the knob to the hand that holds it', async () => {
    const panel = await show(ready);
    const slider = panel.page.locator('.knob input[type=range]');
    const output = panel.page.locator('.knob output');
    await slider.press('ArrowLeft');
    assert.equal(await output.innerText(), '0.50');
    const withDensity = (density: number): PanelState => ({ ...ready, knobs: { ...ready.knobs, density } });
    await panel.send({ type: 'state', state: withDensity(0.4) });
    assert.deepEqual([await slider.inputValue(), await output.innerText()], ['0.4', '0.40']);
    const box = (await slider.boundingBox()) ?? assert.fail();
    await panel.page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2);
    const held = await slider.inputValue();
    await panel.send({ type: 'state', state: withDensity(0.4) });
    assert.deepEqual([Number(held) > 0.6, await slider.inputValue()], [true, held]);
    await panel.page.mouse.up();
    await panel.send({ type: 'state', state: withDensity(0.4) });
    assert.deepEqual(
      [await slider.inputValue(), await output.innerText()],
      ['0.4', '0.40'],
      'it was refused',
    );
  });

  it('uses a measured point by click and by keyboard', async () => {
    const panel = await show(full);
    const byLoss = [...measurement.points].sort((left, right) => left.kl - right.kl);
    const points = panel.page.locator('.scatter [role=button]');
    await points.first().focus();
    const next = byLoss.findIndex((point, index) => index > 0 && point.off === null);
    for (let step = 0; step < next; step++) await panel.page.keyboard.press('ArrowRight');
    await panel.page.keyboard.press('Enter');
    await panel.page.locator('.scatter .point.best').last().click();
    const used = (await panel.posted()).filter((action) => action.type === 'use');
    const best = byLoss.filter((point) => point.frontier.includes('kl'));
    assert.deepEqual(
      used.map((action) => (action.type === 'use' ? action.pointId : '')),
      [byLoss[next]?.id, best.at(-1)?.id],
    );
  });

  it('says that Dense is what to use where nothing gains within the limit, and turns to it', async () => {
    const panel = await show(states['nothing-within'] ?? full);
    const advice = panel.page.locator('.advice');
    const text = await advice.innerText();
    assert.match(text, /within your limit of 0\.1%\. Dense is what to use/u);
    assert.match(text, /It runs at 41\.2 tokens\/s, 1\.45× the speed of stock llama\.cpp/u);
    await advice.locator('vscode-button', { hasText: 'Use Dense' }).click();
    const last = (await panel.posted()).at(-1);
    assert.deepEqual(last, { type: 'turn', change: { knob: 'mode', value: 'dense' } });
  });

  it('uses the setting that the measurement says is fastest within the limit', async () => {
    const panel = await show(full);
    await panel.page.locator('.advice vscode-button', { hasText: 'Use It' }).click();
    assert.deepEqual((await panel.posted()).at(-1), { type: 'use', pointId: 'rolling:rolling:0.7' });
    const knobs = { ...full.knobs, selector: 'rolling', selectorInForce: 'rolling', density: 0.7 } as const;
    await panel.send({ type: 'state', state: { ...full, knobs } });
    await panel.page.locator('.advice vscode-button').waitFor({ state: 'detached' });
  });

  it('does not use a point that is off on this machine', async () => {
    const panel = await show(full);
    await panel.page.locator('.scatter .point.off').first().click({ force: true });
    assert.equal(
      (await panel.posted()).some(({ type }) => type === 'use'),
      false,
    );
  });

  it('sends a limit in the unit of its metric', async () => {
    const panel = await show({
      ...full,
      knobs: { ...full.knobs, target: { metric: 'disagreement', limit: 0.05 } },
    });
    const field = panel.page.locator('vscode-textfield input');
    assert.equal(await field.inputValue(), '5');
    await field.fill('2');
    await field.press('Tab');
    const last = (await panel.posted()).at(-1);
    assert.deepEqual(last, {
      type: 'turn',
      change: { knob: 'target', value: { metric: 'disagreement', limit: 0.02 } },
    });
  });

  it('puts back a limit that is none', async () => {
    const panel = await show(full);
    const field = panel.page.locator('vscode-textfield input');
    const before = await field.inputValue();
    for (const typed of ['0', '-1', '']) {
      await field.fill(typed);
      await field.press('Tab');
      assert.equal(await field.inputValue(), before, typed);
    }
    assert.equal((await panel.posted()).filter(({ type }) => type === 'turn').length, 0);
  });

  it('draws nothing while hidden, and catches up when shown', async () => {
    const panel = await show(ready);
    const { page } = panel;
    const draws = () => page.locator('.live').evaluate((element) => Number(element.dataset['draws'] ?? 0));
    await page.waitForTimeout(300);
    await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`);
    const hidden = await draws();
    for (const sample of liveSamples(Date.now()).slice(-30))
      await page.evaluate((data) => window.postMessage(data, '*'), { type: 'live', sample });
    await page.waitForTimeout(2500);
    assert.equal(await draws(), hidden);
    await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`);
    await eventually(async () => assert.ok((await draws()) > hidden));
    assert.match(await page.locator('.live figcaption').nth(1).innerText(), /tokens\/s/);
  });

  it('draws nothing while scrolled out of sight', async () => {
    const panel = await show(ready, themes[0], 320);
    await panel.page.setViewportSize({ width: 320, height: 300 });
    await panel.page.waitForTimeout(400);
    const draws = () =>
      panel.page.locator('.live').evaluate((element) => Number(element.dataset['draws'] ?? 0));
    const before = await draws();
    await panel.send({ type: 'history', samples: liveSamples(Date.now()) });
    await panel.page.waitForTimeout(1500);
    assert.equal(await draws(), before);
  });

  it('keeps what was chosen over a reload', async () => {
    const panel = await show(full);
    await panel.page.locator('.bar vscode-single-select').last().focus();
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Enter');
    const stored = await panel.page.evaluate<{ metric?: string }>('window.stored');
    assert.equal(stored.metric, 'disagreement');
  });

  it('comes back as far scrolled and as unfolded as it was', async () => {
    const panel = await show(full, themes[0], 480);
    await panel.page.setViewportSize({ width: 480, height: 400 });
    await panel.page.locator('#not-measured summary').click();
    await panel.page.evaluate('document.documentElement.scrollTop = 300');
    await eventually(async () => {
      assert.equal(await panel.page.evaluate('window.stored?.scroll'), 300);
    });
    await panel.reload();
    await panel.send({ type: 'state', state: full });
    await eventually(async () => {
      assert.equal(await panel.page.evaluate('document.documentElement.scrollTop'), 300);
    });
    assert.deepEqual(
      await panel.page.locator('details[open]').evaluateAll((folds) => folds.map(({ id }) => id)),
      ['not-measured'],
    );
  });

  it('says what just happened, in sight and aloud', async () => {
    const panel = await show(full, themes[0], 480);
    await panel.page.setViewportSize({ width: 480, height: 400 });
    const text = 'Exported to results/sparse-pilot-measurement.csv';
    await panel.send({ type: 'notice', text });
    const said = panel.page.locator('.said');
    assert.equal(await said.innerText(), text);
    const box = await said.boundingBox();
    assert.ok(box && box.y >= 0 && box.y + box.height <= 400, JSON.stringify(box));
    assert.equal(await panel.page.locator('[aria-live=polite]').last().textContent(), text);
    await panel.page.screenshot({ path: `${artifactFolder}/panel-notice.png` });
    assert.deepEqual(await violations(panel), []);
  });

  it('speaks of a model that loads once, not with every percent', async () => {
    const loading = (percent: number): PanelState => ({
      ...ready,
      engine: { kind: 'loading', model: 'm.gguf', step: 'weights', percent },
    });
    const panel = await show(loading(1));
    await panel.send({ type: 'state', state: loading(2) });
    assert.equal(await panel.page.locator('main [role=status]', { hasText: '%' }).count(), 0);
    assert.equal(await panel.page.locator('[aria-live=polite]').last().textContent(), 'Loading the model');
  });

  it('tells why there is nothing to hold where nothing is skipped', async () => {
    const panel = await show({
      ...ready,
      knobs: { ...ready.knobs, mode: 'fast', hold: true, selector: 'auto', selectorInForce: 'none' },
    });
    await panel.page.getByText('Nothing is skipped with the selector in force').waitFor();
  });

  it('shows hostile text as text', async () => {
    const hostile = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>\u202Egnp.exe';
    assert.ok(full.comparison && ready.engine.kind === 'ready');
    const side = { ...full.comparison.left, pieces: [{ text: hostile, differs: true }], off: hostile };
    const panel = await show({
      ...full,
      engine: {
        kind: 'ready',
        busy: false,
        model: { ...ready.engine.model, name: hostile, stepDowns: [hostile] },
      },
      profile: hostile,
      comparison: { ...full.comparison, path: hostile, left: side, right: side },
    });
    await panel.page.waitForTimeout(300);
    assert.equal(await panel.page.evaluate('window.owned'), undefined);
    assert.equal(await panel.page.locator('#root img, #root script').count(), 0);
    assert.ok((await panel.page.locator('mark').first().textContent())?.includes('<img src=x'));
  });

  it('drops messages that were not agreed on', async () => {
    const panel = await show(ready);
    await panel.page.evaluate(
      `window.postMessage({ type: 'state', state: { engine: { kind: 'ready' } } }, '*')`,
    );
    await panel.page.waitForTimeout(200);
    assert.match(await panel.page.locator('main').innerText(), /SmolLM2/);
  });

  it('keeps still for those who ask for reduced motion and speaks when a job ends', async () => {
    const panel = await show({
      ...ready,
      tasks: { ...ready.tasks, measure: { kind: 'running', done: 1, total: 2, message: '' } },
    });
    await panel.send({ type: 'state', state: full });
    assert.equal(
      await panel.page.locator('[aria-live=polite]').last().textContent(),
      'The measurement has ended.',
    );
  });
});
