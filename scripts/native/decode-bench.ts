/**
 * Decode speed of the sparse engine against dense, interleaved in one process. For development; `sparse-pilot bench` is the
 * user's instrument. Usage: tsx scripts/native/decode-bench.ts MODEL.gguf [--threads 2] [--tokens 24] [--pairs 5]
 * [--selectors cats,griffin] [--densities 1,0.5,0.3]
 *
 * Prints, for each selector and density, the median and the range of the paired ratios dense/sparse by wall clock, and by CPU
 * time: with one thread the latter holds on a machine that others load.
 */
import { parseArgs } from 'node:util';
import type { SelectorId } from '../../src/contract/index.js';
import { selectorIds } from '../../src/contract/index.js';
import { loadNative, SparseContext, SparseEngine, withContext } from '../../src/engine/native/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '2' },
    tokens: { type: 'string', default: '24' },
    pairs: { type: 'string', default: '5' },
    selectors: { type: 'string', default: 'cats,griffin' },
    densities: { type: 'string', default: '0.5,0.3' },
  },
});
const [modelPath] = positionals;
if (modelPath === undefined) throw new Error('usage: decode-bench MODEL.gguf');

const threads = Number(values.threads);
const tokens = Number(values.tokens);
const pairs = Number(values.pairs);
const densities = values.densities.split(',').map(Number);
const selectors = selectorIds.filter((id: SelectorId) => values.selectors.split(',').includes(id));
const promptLength = 24;

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

const loaded = await loadNative({ maxThreads: threads });
if (loaded.binding === null) throw new Error(`no native build of ours: ${loaded.build.reason}`);
const { llama, binding, build } = loaded;
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createContext({ contextSize: 512, threads });
const engine = await SparseEngine.open(binding, modelPath, { threads: 2 });
const sparse = await SparseContext.attach(context, engine);
await sparse.select(0);

const prompt = Uint32Array.from({ length: promptLength }, (_, i) => 1000 + 37 * i);
const prefill = (): Promise<unknown> =>
  withContext(context, (handle) => {
    binding.spTruncateSequence(handle, 0, 0);
    return binding.spEvaluateLogits(handle, 0, 0, prompt, promptLength);
  });

function decode(): Promise<Cost> {
  return withContext(context, async (handle) => {
    binding.spTruncateSequence(handle, 0, promptLength);
    await binding.spDecodeGreedy(handle, 0, promptLength, 1234, 2);
    binding.spTruncateSequence(handle, 0, promptLength);
    const before = process.cpuUsage();
    const { milliseconds } = await binding.spDecodeGreedy(handle, 0, promptLength, 1234, tokens);
    const { user, system } = process.cpuUsage(before);
    return { wall: milliseconds / tokens, cpu: (user + system) / 1000 / tokens };
  });
}

function summary(ratios: readonly number[]): string {
  const sorted = [...ratios].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(2);
  return `${at(0.5)}x [${at(0)}-${at(1)}]`;
}

console.log(`${modelPath}, ${threads} threads, ${build.simd}`);
console.log(
  `layouts ${(engine.info.extraBytes / 2 ** 20).toFixed(0)} MiB of ${(engine.info.ffnBytes / 2 ** 20).toFixed(0)} MiB FFN`,
);
for (const selector of selectors) {
  for (const density of densities) {
    await sparse.configure(0, { selector, density });
    await sparse.reset(0);
    await sparse.setPass('sparse');
    await prefill();
    const dense: Cost[] = [];
    const kept: Cost[] = [];
    await sparse.clearCounters(0);
    for (let pair = 0; pair < pairs; pair++) {
      await sparse.setPass('plain');
      dense.push(await decode());
      await sparse.setPass('sparse');
      kept.push(await decode());
    }
    const report = await sparse.report(0);
    const ratios = (of: keyof Cost): number[] => dense.map((cost, i) => cost[of] / (kept[i]?.[of] ?? NaN));
    const fastest = Math.min(...dense.map(({ cpu }) => cpu));
    console.log(
      `${selector} ${density}: measured ${report.density.toFixed(3)}, wall ${summary(ratios('wall'))}, ` +
        `cpu ${summary(ratios('cpu'))}, ${((report.bytesPerToken ?? 0) / 2 ** 20).toFixed(0)} MiB/token, dense ${fastest.toFixed(1)} ms cpu` +
        (report.off === undefined ? '' : `, off: ${report.off}`),
    );
  }
}
await sparse.dispose();
await context.dispose();
await llama.dispose();
