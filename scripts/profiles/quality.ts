/**
 * Three claims about quality, measured on one model as tables: thresholds by neuron against by layer, the rolling mask against the
 * one of the prompt, calibration on code against on prose. No timing: it holds on a busy machine.
 *
 * tsx scripts/profiles/quality.ts --model ID --text HELD_OUT_FILE --code FOLDER --prose FOLDER [--tokens 1024] [--learn 12000]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { requests, type BenchRow, type SweepRequest } from '../../src/contract/index.js';
import { withEngine, type LoadedEngine } from '../../src/cli/with-engine.js';
import { showProgress } from '../../src/cli/show-progress.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    text: { type: 'string' },
    code: { type: 'string' },
    prose: { type: 'string' },
    tokens: { type: 'string', default: '1024' },
    learn: { type: 'string', default: '12000' },
  },
});
const { model, text: textFile, code, prose } = values;
if (model === undefined || textFile === undefined || code === undefined || prose === undefined)
  throw new Error('usage: quality.ts --model ID --text FILE --code FOLDER --prose FOLDER');

const densities = [0.7, 0.5, 0.3];
const learn = Number(values.learn);
const common: SweepRequest = {
  densities,
  text: await readFile(textFile, 'utf8'),
  tokens: Number(values.tokens),
  runs: 0,
};

type Losses = readonly BenchRow[];

function say(title: string, columns: readonly (readonly [name: string, rows: Losses])[]): void {
  process.stdout.write(`\n${title}\n| density | ${columns.map(([name]) => name).join(' | ')} |\n`);
  process.stdout.write(`|---|${columns.map(() => '---').join('|')}|\n`);
  for (const density of densities) {
    const cells = columns.map(([, rows]) => {
      const row = rows.find((one) => one.density === density);
      return row === undefined ? '' : `KL ${row.kl.toFixed(4)}, top-1 ${row.top1.toFixed(3)}`;
    });
    process.stdout.write(`| ${density} | ${cells.join(' | ')} |\n`);
  }
}

async function measure({ client, signal }: LoadedEngine, more: Partial<SweepRequest>): Promise<Losses> {
  return (await client.request(requests.sweep, { ...common, ...more }, signal)).rows;
}

async function learnFrom(
  { client, signal }: LoadedEngine,
  folder: string,
  reads: 'code' | 'prose',
  output: string,
): Promise<string> {
  const request = { folder: path.resolve(folder), reads, output, tokens: learn };
  const { layers, tokens } = await client.request(requests.calibrate, request, signal);
  process.stdout.write(`\nlearnt ${tokens} tokens of ${reads}; densities ${layers}\n`);
  return output;
}

const scratch = await mkdtemp(path.join(tmpdir(), 'profiles-'));
try {
  await withEngine({ model, threads: 2 }, 'sparse', async (engine) => {
    const stop = showProgress(engine, 'Measuring');
    const ofCode = await learnFrom(engine, code, 'code', path.join(scratch, 'code.gguf'));
    const ofProse = await learnFrom(engine, prose, 'prose', path.join(scratch, 'prose.gguf'));
    const byNeuron = await measure(engine, { selectors: ['chess'], profile: ofCode });
    say('Thresholds', [
      ['by layer (cats)', await measure(engine, { selectors: ['cats'], profile: ofCode })],
      ['by neuron (chess)', byNeuron],
    ]);
    say('Calibration of chess', [
      ['on code', byNeuron],
      ['on prose', await measure(engine, { selectors: ['chess'], profile: ofProse })],
    ]);
    const masks = { promptTokens: 256, tokens: Math.min(512, Number(values.tokens)), profile: null } as const;
    say('Masks, continuation after a prompt of 256 tokens', [
      ['static (griffin)', await measure(engine, { ...masks, selectors: ['griffin'] })],
      [
        'static, cells rewritten by checks',
        await measure(engine, { ...masks, selectors: ['griffin'], checks: 'all' }),
      ],
      ['rolling', await measure(engine, { ...masks, selectors: ['rolling'] })],
    ]);
    stop();
    engine.status.clear();
  });
} finally {
  await rm(scratch, { recursive: true, force: true });
}
