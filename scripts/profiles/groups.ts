/**
 * Would neurons pay that are read in groups of 8? Which neurons a token needs (the largest |h| * ||down|| of a layer) is recorded over
 * code; neurons that are needed together are grouped on one half of it and judged on the other. No timing: it holds on a busy machine.
 *
 * tsx scripts/profiles/groups.ts --model FILE --text CODE_FILE [--layers 2,8,15,22,28] [--tokens 1500]
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  linearRoles,
  loadNative,
  SparseContext,
  SparseEngine,
  withContext,
} from '../../src/engine/native/index.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    text: { type: 'string' },
    layers: { type: 'string', default: '2,8,15,22,28' },
    tokens: { type: 'string', default: '1500' },
  },
});
const { model: modelPath, text } = values;
if (modelPath === undefined || text === undefined)
  throw new Error('usage: groups.ts --model FILE --text FILE');

const groupSize = 8;
const densities = [0.5, 0.3, 0.1];
const contextSize = 512;
const role = linearRoles.indexOf('ffn_down');
type Needed = readonly Int32Array[];

const { llama, binding } = await loadNative({ maxThreads: 2 });
if (binding === null) throw new Error('our native build is not there');
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createContext({ contextSize, threads: 2 });
const engine = await SparseEngine.open(binding, modelPath, { threads: 2 });
const sparse = await SparseContext.attach(context, engine);
const tokens = Uint32Array.from(model.tokenize(await readFile(text, 'utf8'))).subarray(
  0,
  Number(values.tokens),
);

/** What every token needs of one layer, all others dense. */
async function record(layer: number, density: number): Promise<Needed> {
  const denseLayers = Array.from({ length: engine.info.layers }, (_, other) => other).filter(
    (other) => other !== layer,
  );
  await sparse.select(0);
  await sparse.configure(0, { selector: 'qsparse', weightNorm: true, density, denseLayers });
  await sparse.setPass('sparse');
  return withContext(context, async (handle) => {
    const needed: Int32Array[] = [];
    for (let at = 0; at < tokens.length; at++) {
      const position = at % contextSize;
      if (position === 0) binding?.spTruncateSequence(handle, 0, 0);
      await binding?.spEvaluateLogits(handle, 0, position, tokens.subarray(at, at + 1), 1);
      needed.push(binding?.spKeptInputs(handle, 0, layer, role) ?? new Int32Array());
    }
    return needed;
  });
}

/** Groups of 8: the neuron needed most often among those left, with the seven that are needed most alike (cosine). */
function grouped(needed: Needed, neurons: number): number[][] {
  const rows = Array.from({ length: neurons }, () => new Uint8Array(needed.length));
  needed.forEach((ids, token) => ids.forEach((id) => rows[id]?.fill(1, token, token + 1)));
  const counts = rows.map((row) => row.reduce((sum, bit) => sum + bit, 0));
  const left = new Set(counts.map((_, id) => id).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0)));
  const groups: number[][] = [];
  for (const seed of left) {
    left.delete(seed);
    const row = rows[seed] ?? new Uint8Array();
    const alike = [...left].map((id) => {
      const other = rows[id] ?? row;
      const both = row.reduce((sum, bit, token) => sum + (bit & (other[token] ?? 0)), 0);
      return { id, cosine: both / Math.sqrt(Math.max(1, (counts[seed] ?? 0) * (counts[id] ?? 0))) };
    });
    const nearest = alike.sort((a, b) => b.cosine - a.cosine).slice(0, groupSize - 1);
    nearest.forEach(({ id }) => left.delete(id));
    groups.push([seed, ...nearest.map(({ id }) => id)]);
  }
  return groups;
}

/** Share of neurons read so that all needed ones are; share of the needed ones held by as many neurons in whole groups. */
function judge(groups: readonly number[][], needed: Needed, neurons: number): { read: number; held: number } {
  let read = 0;
  let held = 0;
  for (const ids of needed) {
    const set = new Set(ids);
    const counts = groups.map((group) => group.filter((id) => set.has(id)).length).sort((a, b) => b - a);
    read += (counts.filter((count) => count > 0).length * groupSize) / neurons;
    held +=
      counts.slice(0, Math.round(ids.length / groupSize)).reduce((sum, count) => sum + count, 0) / ids.length;
  }
  return { read: read / needed.length, held: held / needed.length };
}

process.stdout.write(
  '| layer | density | read: co-active | read: as they lie | held: co-active | held: as they lie |\n|---|---|---|---|---|---|\n',
);
for (const layer of values.layers.split(',').map(Number)) {
  for (const density of densities) {
    const needed = await record(layer, density);
    const neurons = engine.info.neurons[layer] ?? 0;
    const half = Math.floor(needed.length / 2);
    const [learnt, judged] = [needed.slice(0, half), needed.slice(half)];
    const asTheyLie = Array.from({ length: neurons / groupSize }, (_, group) =>
      Array.from({ length: groupSize }, (_unused, member) => group * groupSize + member),
    );
    const [together, apart] = [grouped(learnt, neurons), asTheyLie].map((groups) =>
      judge(groups, judged, neurons),
    );
    const cells = [together?.read, apart?.read, together?.held, apart?.held].map((share) =>
      share?.toFixed(3),
    );
    process.stdout.write(`| ${layer} | ${density} | ${cells.join(' | ')} |\n`);
  }
}
await sparse.dispose();
await context.dispose();
await model.dispose();
process.exit(0);
