import path from 'node:path';
import { Option, type Command } from 'commander';
import { randomFormats } from '../../engine/models/random/formats.js';
import { makeRandomModel } from '../../engine/models/random/make.js';
import { shapes } from '../../engine/models/random/shapes.js';
import { interruptible } from '../interruptible.js';
import { chooseModel, openStore } from '../model-choice.js';
import { StatusLine } from '../status-line.js';
import { UsageError } from '../usage-error.js';

/** Which made model to measure on, as commander parses it. */
export interface MadeModelFlags {
  readonly shape?: string;
  readonly quant: string;
  /** With a shape: the model whose tokenizer is copied. */
  readonly model?: string;
}

/** `--shape` and `--quant`: a model with random weights, for speed work. */
export function withMadeModelOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--shape <name>',
        'make (once) and measure a model with random weights; --model then names the tokenizer it gets',
      ).choices(shapes.map(({ name }) => name)),
    )
    .addOption(
      new Option('--quant <type>', 'with --shape: type of its weights')
        .choices(randomFormats.map(({ name }) => name))
        .default('Q8_0'),
    );
}

/**
 * The made model that the flags ask for, from the folder of made models; made there when it is not yet, with progress, until Ctrl+C.
 * @returns its file, or what `--model` names where no shape is asked for
 */
export async function madeModel({ shape: name, quant, model }: MadeModelFlags): Promise<string | undefined> {
  if (name === undefined) return model;
  const shape = shapes.find((known) => known.name === name);
  const format = randomFormats.find((known) => known.name === quant);
  if (shape === undefined || format === undefined)
    throw new UsageError(`there is no shape ${name} in ${quant}`);
  if (shape.width % format.values !== 0 || shape.hidden % format.values !== 0)
    throw new UsageError(
      `a model of shape ${name} cannot be ${quant}: its widths are no multiples of ${format.values}`,
    );
  const { path: vocabulary } = await chooseModel(model);
  const status = new StatusLine();
  try {
    return await interruptible((signal) =>
      makeRandomModel({
        shape,
        format,
        vocabulary,
        folder: path.join(openStore().folder, 'made'),
        signal,
        onProgress: (done) =>
          status.show(`Making a model of shape ${name} in ${quant}`, `${Math.round(done * 100)}%`),
      }),
    );
  } finally {
    status.clear();
  }
}
