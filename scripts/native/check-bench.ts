/**
 * What a pass of n tokens costs, in passes of one: the v(n) of speculative checks. For development.
 * Usage: tsx scripts/native/check-bench.ts MODEL.gguf [--threads 2] [--runs 5] [--prompt 128]
 *
 * Prints milliseconds of one pass for each n, of passes of n in a row and of passes that take turns with single tokens.
 */
import { parseArgs } from 'node:util';
import { loadNative, SparseContext, SparseEngine, withContext } from '../../src/engine/native/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '2' },
    runs: { type: 'string', default: '5' },
    prompt: { type: 'string', default: '128' },
  },
});
const [modelPath] = positionals;
if (modelPath === undefined) throw new Error('usage: check-bench MODEL.gguf');
const threads = Number(values.threads);
const runs = Number(values.runs);
const promptLength = Number(values.prompt);
const widths = [1, 2, 3, 4, 5, 6, 8, 12, 16];
const passes = 8;
const longestPass = 512;

const loaded = await loadNative({ maxThreads: threads });
if (loaded.binding === null) throw new Error(`no native build of ours: ${loaded.build.reason}`);
const { llama, binding } = loaded;
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createContext({ contextSize: promptLength + 256, threads });
const engine = await SparseEngine.open(binding, modelPath, { threads });
const sparse = await SparseContext.attach(context, engine);
await sparse.select(0);

const tokensOf = (count: number): Uint32Array =>
  Uint32Array.from({ length: count }, (_, i) => 1000 + 37 * (i % 100));

async function evaluate(
  position: number,
  count: number,
  step: number,
  products: 'batch' | 'upstream',
): Promise<number> {
  return withContext(context, async (handle) => {
    binding.spTruncateSequence(handle, 0, position);
    const start = performance.now();
    await binding.spEvaluateLogits(handle, 0, position, tokensOf(count), step, products);
    return performance.now() - start;
  });
}

const median = (of: readonly number[]): number =>
  [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? NaN;

await evaluate(0, promptLength, Math.min(longestPass, promptLength), 'batch');
const single: number[] = [];
const table = new Map<string, number[]>();
const note = (key: string, value: number): void => {
  table.set(key, [...(table.get(key) ?? []), value]);
};
for (let run = 0; run < runs; run++)
  for (const products of ['batch', 'upstream'] as const)
    for (const n of widths) {
      await evaluate(promptLength, n, n, products);
      note(`${products} ${n} row`, (await evaluate(promptLength, n * passes, n, products)) / passes);
      if (products === 'batch' && n > 1) {
        let turns = 0;
        for (let i = 0; i < passes; i++)
          turns +=
            (await evaluate(promptLength, 1, 1, products)) +
            (await evaluate(promptLength + 1, n, n, products));
        note(`${products} ${n} turns`, turns / passes);
      }
    }
const one = median(table.get('batch 1 row') ?? single);
for (const n of widths) {
  const row = median(table.get(`batch ${n} row`) ?? []);
  const turns = median(table.get(`batch ${n} turns`) ?? []) - one;
  const upstream = median(table.get(`upstream ${n} row`) ?? []);
  console.log(
    `${String(n).padStart(2)}  in a row ${row.toFixed(2)} ms (${(row / one).toFixed(2)})  in turns ${turns.toFixed(2)} ms (${(turns / one).toFixed(2)})  upstream ${upstream.toFixed(2)} ms`,
  );
}
await context.dispose();
await llama.dispose();
process.exit(0);
