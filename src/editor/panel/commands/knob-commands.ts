import * as vscode from 'vscode';
import { panelCommands } from '../../../contract/contributions/index.js';
import { correctionStrengths, selectorIds, settings, type SelectorChoice } from '../../../contract/index.js';
import { strengthMeaning, strengthName } from '../../../contract/words/modes.js';
import { selectorMeaning, selectorName } from '../../../contract/words/selectors.js';
import { register } from '../../commands/register.js';
import type { Ctx } from '../../ctx.js';
import { reasonText } from '../../engine/reason-text.js';
import { qualityTarget } from '../../settings/requests.js';
import { readKnobs, turnKnob } from '../knobs/knobs.js';

/** Every knob of the panel as a command. The mode is chosen by `sparsePilot.chooseMode`. */
export function registerKnobCommands(ctx: Ctx): void {
  register(ctx, panelCommands.chooseSelector, () => chooseSelector(ctx));
  register(ctx, panelCommands.setDensity, () => setDensity(ctx));
  register(ctx, panelCommands.chooseStrength, () => chooseStrength(ctx));
  register(ctx, panelCommands.toggleHold, () =>
    turnKnob(ctx.settings, { knob: 'hold', value: !ctx.settings.get(settings.quality.hold) }),
  );
  register(ctx, panelCommands.setLimit, () => setLimit(ctx));
}

async function chooseSelector(ctx: Ctx): Promise<void> {
  const selectors = ctx.engine.model?.selectors ?? [];
  const current = ctx.settings.get(settings.sparsity.selector);
  const all: readonly SelectorChoice[] = ['auto', ...selectorIds];
  const picked = await vscode.window.showQuickPick(
    all.map((value) => {
      const known = selectors.find(({ selector }) => selector === value);
      return {
        label: `${value === current ? '$(check) ' : ''}${selectorName(value, vscode.l10n.t)}`,
        detail: selectorMeaning(value, vscode.l10n.t),
        description:
          known?.available === false ? vscode.l10n.t('off here: {0}', reasonText(known.reason ?? '')) : '',
        value,
      };
    }),
    { title: vscode.l10n.t('What a Sparse Pass Skips') },
  );
  if (picked !== undefined) await turnKnob(ctx.settings, { knob: 'selector', value: picked.value });
}

async function chooseStrength(ctx: Ctx): Promise<void> {
  const { strength } = readKnobs(ctx.settings, []);
  const picked = await vscode.window.showQuickPick(
    correctionStrengths.map((value) => ({
      label: `${value === strength ? '$(check) ' : ''}${strengthName(value, vscode.l10n.t)}`,
      detail: strengthMeaning(value, vscode.l10n.t),
      value,
    })),
    { title: vscode.l10n.t('Correction Strength') },
  );
  if (picked !== undefined) await turnKnob(ctx.settings, { knob: 'strength', value: picked.value });
}

async function setDensity(ctx: Ctx): Promise<void> {
  const { density } = settings.sparsity;
  const value = await askNumber({
    title: vscode.l10n.t('Density'),
    prompt: vscode.l10n.t('The part that a sparse pass keeps, from 0.05 to 1'),
    value: ctx.settings.get(density),
    accepts: (typed) => density.parse(typed).ok,
  });
  if (value !== undefined) await turnKnob(ctx.settings, { knob: 'density', value });
}

async function setLimit(ctx: Ctx): Promise<void> {
  const target = qualityTarget(ctx.settings);
  const inKl = target.metric === 'kl';
  const value = await askNumber({
    title: vscode.l10n.t('Quality Limit'),
    prompt: inKl
      ? vscode.l10n.t('Lose no more than so many nats a token')
      : vscode.l10n.t('Let no more than so many of 100 tokens differ from Dense'),
    value: inKl ? target.limit : target.limit * 100,
    accepts: (typed) => typed > 0 && typed <= (inKl ? 10 : 100),
  });
  if (value === undefined) return;
  const limit = inKl ? value : value / 100;
  await turnKnob(ctx.settings, { knob: 'target', value: { metric: target.metric, limit } });
}

interface NumberQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly value: number;
  readonly accepts: (typed: number) => boolean;
}

async function askNumber({ title, prompt, value, accepts }: NumberQuestion): Promise<number | undefined> {
  const parse = (typed: string) => Number(typed.trim().replace(',', '.') || NaN);
  const typed = await vscode.window.showInputBox({
    title,
    prompt,
    value: String(Number(value.toPrecision(6))),
    validateInput: (text) => (accepts(parse(text)) ? undefined : prompt),
  });
  return typed === undefined ? undefined : parse(typed);
}
