import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { bundle } from '../build/bundle.js';
import { capture } from '../process/run.js';
import { fetchDefaultModel } from '../setup/model.js';
import { buildNativePart } from '../setup/native.js';
import { distFolder, root } from '../setup/paths.js';

/** The parts of the command line's JSON that are shown. */
const completion = v.object({
  text: v.string(),
  timings: v.object({ tokensPerSecond: v.number(), firstTokenMs: v.number() }),
  sparsity: v.object({ selector: v.string(), density: v.number(), off: v.optional(v.string()) }),
  model: v.object({ id: v.string(), quantisation: v.string() }),
});
type Completion = v.InferOutput<typeof completion>;

/** Where the first completion is asked for: a file of this repository, right after this text. */
const place = {
  file: 'scripts/testing/counts.ts',
  after: 'export function countLine(counts: Counts): string {\n',
};

const dense = ['--mode', 'dense'];
const sparse = ['--mode', 'fast', '--selector', 'cats', '--density', '0.7'];

/** `npm start`: sets everything up, then completes a real file, dense and sparse, through the command line. */
export async function main(): Promise<number> {
  await Promise.all([buildNativePart(), bundle()]);
  await fetchDefaultModel();
  const { line, column } = await cursor();
  const out = process.stdout;
  out.write(`\nCompleting ${place.file} at ${line}:${column}\n`);
  for (const [name, options] of [['dense', dense] as const, ['sparse', sparse] as const]) {
    show(name, await complete(`${line}:${column}`, options));
  }
  out.write('\nNext: npm run code   opens VS Code with Sparse Pilot installed\n');
  out.write('      npm test       runs every test\n');
  return 0;
}

async function complete(at: string, options: readonly string[]): Promise<Completion> {
  const cli = path.join(distFolder, 'cli.js');
  const args = [cli, 'complete', place.file, '--at', at, '--max-tokens', '48', '--json', ...options];
  return v.parse(completion, JSON.parse(await capture(process.execPath, args, { cwd: root })));
}

function show(name: string, { text, timings, sparsity, model }: Completion): void {
  const speed = `${timings.tokensPerSecond.toFixed(1)} tokens/s`;
  const first = `first token after ${timings.firstTokenMs.toFixed(0)} ms`;
  const density = `density ${sparsity.density.toFixed(2)}`;
  process.stdout.write(
    `\n--- ${name}: ${speed}, ${first}, ${density} (${model.id} ${model.quantisation})\n${text}\n`,
  );
  if (sparsity.off !== undefined) process.stdout.write(`    ${sparsity.off}\n`);
}

async function cursor(): Promise<{ line: number; column: number }> {
  const text = await readFile(path.join(root, place.file), 'utf8');
  const at = text.indexOf(place.after);
  if (at < 0) throw new Error(`${place.file} does not hold the line to complete after`);
  const before = text.slice(0, at + place.after.length).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
