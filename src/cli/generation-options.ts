import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  drafterIds,
  modes,
  selectorIds,
  type CorrectionRequest,
  type DrafterId,
  type Mode,
  type SamplingRequest,
  type SelectorId,
  type SparsityRequest,
  type StopRequest,
} from '../contract/index.js';
import { ranges } from '../engine/correction/ranges.js';
import { parseLayers } from './list-options.js';

/** The options that every generating command has, as commander parses them. */
export interface GenerationFlags {
  readonly mode?: Mode;
  readonly selector?: SelectorId;
  readonly density?: number;
  readonly drafter?: 'auto' | DrafterId;
  readonly period?: number;
  readonly acceptThreshold?: number;
  readonly maxDraft?: number;
  readonly treeWidth?: number;
  readonly denseLayers?: readonly number[];
  readonly denseFirst?: number;
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly contextSize?: number;
  readonly model?: string;
  readonly json?: true;
}

const defaultDensity = 0.5;
/** Needs no calibration, and skips gate, up and down alike. */
const defaultSelector: SelectorId = 'rolling';

/** A number within bounds; commander turns the error into a usage message. */
export function numberIn(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a number from ${low} to ${high}.`);
  };
}

function integerIn(low: number, high: number): (text: string) => number {
  const parse = numberIn(low, high);
  return (text) => {
    const value = parse(text);
    if (Number.isInteger(value)) return value;
    throw new InvalidArgumentError('It must be a whole number.');
  };
}

/** Options about the model and the machine. */
export function withModelOptions(command: Command): Command {
  return command
    .option('--model <id-or-file>', 'catalogue id or GGUF file (default: the default model)')
    .addOption(new Option('--threads <n>', 'processor threads').argParser(integerIn(1, 512)))
    .addOption(
      new Option('--context-size <tokens>', 'positions of the context').argParser(integerIn(512, 1 << 20)),
    )
    .option('--json', 'print one JSON object to standard output');
}

/** Options about what is generated. */
export function withGenerationOptions(command: Command): Command {
  return withModelOptions(command)
    .addOption(new Option('--mode <mode>', 'how drafts are accepted').choices(modes))
    .addOption(new Option('--selector <selector>', 'what a sparse pass may skip').choices(selectorIds))
    .addOption(new Option('--density <share>', 'kept share of the neurons').argParser(numberIn(0.01, 1)))
    .addOption(
      new Option('--drafter <drafter>', 'what drafts, in the modes that do').choices(['auto', ...drafterIds]),
    )
    .addOption(
      new Option('--period <n>', 'check sparse drafts every n tokens').argParser(integerIn(...ranges.period)),
    )
    .addOption(
      new Option('--accept-threshold <p>', 'balanced: least likelihood of a draft').argParser(
        numberIn(...ranges.acceptThreshold),
      ),
    )
    .addOption(new Option('--max-draft <n>', 'longest draft').argParser(integerIn(...ranges.maxDraft)))
    .addOption(
      new Option('--tree-width <n>', 'paths of a sparse draft, checked in one pass').argParser(
        integerIn(...ranges.treeWidth),
      ),
    )
    .addOption(
      new Option('--dense-layers <list>', 'layers that stay dense, such as 0,1,29').argParser(parseLayers),
    )
    .addOption(
      new Option('--dense-first <n>', 'tokens at the start that no sparse pass makes').argParser(
        integerIn(0, 1 << 20),
      ),
    )
    .addOption(
      new Option('--max-tokens <n>', 'tokens to generate at most')
        .argParser(integerIn(1, 1 << 20))
        .default(64),
    )
    .addOption(new Option('--temperature <t>', '0 is greedy').argParser(numberIn(0, 10)))
    .addOption(new Option('--seed <n>', 'for temperatures above 0').argParser(integerIn(0, 0xffffffff)));
}

/** What the flags ask of the engine. */
export interface AskedSettings {
  readonly sampling: SamplingRequest;
  readonly stop: StopRequest;
  readonly sparsity?: SparsityRequest;
  readonly correction?: CorrectionRequest;
}

export function settingsOf(flags: GenerationFlags): AskedSettings {
  const { mode, selector, density, denseLayers, denseFirst, maxTokens, temperature, seed } = flags;
  const sparse = selector ?? (density !== undefined || drafts(mode) ? defaultSelector : undefined);
  return {
    sampling: {
      ...(temperature === undefined ? {} : { temperature }),
      ...(seed === undefined ? {} : { seed }),
    },
    stop: { maxTokens },
    ...(sparse === undefined
      ? {}
      : {
          sparsity: {
            selector: sparse,
            density: density ?? defaultDensity,
            ...(denseLayers === undefined ? {} : { denseLayers }),
            ...(denseFirst === undefined ? {} : { denseFirstTokens: denseFirst }),
          },
        }),
    ...correctionOf(flags),
  };
}

/** The first mode that drafts is meant where only drafting is spoken of. */
function correctionOf(flags: GenerationFlags): Pick<AskedSettings, 'correction'> {
  const { drafter, period, acceptThreshold, maxDraft, treeWidth } = flags;
  const asked = {
    ...(drafter === undefined ? {} : { drafter }),
    ...(period === undefined ? {} : { check: { kind: 'fixed', period } as const }),
    ...(acceptThreshold === undefined ? {} : { acceptThreshold }),
    ...(maxDraft === undefined ? {} : { maxDraft }),
    ...(treeWidth === undefined ? {} : { treeWidth }),
  };
  const mode = flags.mode ?? (Object.keys(asked).length > 0 ? 'exact' : undefined);
  return mode === undefined ? {} : { correction: { mode, ...asked } };
}

/** Every mode but Dense makes sparse passes, Exact as drafts. */
const drafts = (mode: Mode | undefined): boolean => (mode ?? 'dense') !== 'dense';

/** Whether the sparse layouts are worth building for these flags. */
export const needsLayouts = ({ mode, selector, density }: GenerationFlags): boolean =>
  (mode ?? 'dense') !== 'dense' || (selector ?? 'none') !== 'none' || density !== undefined;
