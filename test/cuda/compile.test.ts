import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  architectures,
  compileGpuProgram,
  compileKernels,
  gpuPrograms,
  objectOf,
  type Architecture,
  type CompiledKernel,
} from '../../scripts/cuda/compile.js';
import { compileDispatch, compileNode } from '../../scripts/cuda/objects.js';
import { occupancy } from '../../scripts/cuda/occupancy.js';
import { cudaWork } from '../../scripts/cuda/paths.js';
import { findToolkit, type CudaToolkit } from '../../scripts/cuda/toolkit.js';
import { repositoryRoot } from '../../scripts/native/paths.js';
import { runCommand } from '../../scripts/native/run-command.js';

/** Kernels of native/cuda/kernels, and in how many weight types (or pairs of them) each is built. */
const expected: Readonly<Record<string, number>> = {
  quantize_input: 1,
  input_scores: 1,
  quantised_input_scores: 1,
  select_inputs_above: 1,
  select_inputs_of_blocks: 1,
  compact_list: 1,
  observed_energies: 1,
  add_importance: 1,
  gate_select: 6,
  gate_scores: 6,
  find_kth_key: 1,
  count_ties: 1,
  select_top: 1,
  up_rows: 6,
  held_rows: 36,
  column_product: 6,
  relayout: 6,
};

function countByName(kernels: readonly CompiledKernel[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name } of kernels) {
    const bare = name.replace(/^sp::cuda::/, '').replace(/<.*$/, '');
    counts[bare] = (counts[bare] ?? 0) + 1;
  }
  return counts;
}

/** Names of an object's symbols, of the kind that `nm` is asked for. */
async function symbols(kind: readonly string[], ...objects: readonly string[]): Promise<Set<string>> {
  const lines = await runCommand('nm', ['--format=just-symbols', ...kind, ...objects]);
  return new Set(lines.map((line) => line.trim()));
}

describe('CUDA kernels compile', () => {
  let toolkit: CudaToolkit;
  const compiled = new Map<Architecture, Promise<CompiledKernel[]>>();
  const kernelsOf = (architecture: Architecture) => {
    const known = compiled.get(architecture) ?? compileKernels(toolkit, architecture, objectOf(architecture));
    compiled.set(architecture, known);
    return known;
  };

  before(async () => {
    toolkit = await findToolkit('compile', (line) => console.log(`    ${line}`));
  });

  for (const architecture of architectures) {
    it(`for sm_${architecture}, without spilling registers`, async () => {
      const kernels = await kernelsOf(architecture);
      for (const kernel of kernels) {
        const { name, registers, sharedBytes } = kernel;
        const share = Math.round(100 * occupancy(kernel, architecture));
        console.log(
          `      sm_${architecture} ${name}: ${registers} registers, ${sharedBytes} bytes shared, occupancy ${share}%`,
        );
      }
      assert.deepEqual(
        kernels.filter((kernel) => occupancy(kernel, architecture) === 0).map(({ name }) => name),
        [],
        'a block of these would not start',
      );
      assert.deepEqual(countByName(kernels), expected);
      assert.deepEqual(
        kernels.filter((kernel) => kernel.spillBytes > 0),
        [],
      );
    });
  }

  for (const program of gpuPrograms) {
    it(`and ${program}, for a machine with a GPU`, async () => {
      await compileGpuProgram(toolkit, program, '90');
      assert.ok(existsSync(path.join(cudaWork, `${path.basename(program)}.o`)));
    });
  }

  it("and the backend's dispatch with our hook, whose every symbol of ours is there", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sp-cuda-part-'));
    try {
      const dispatchFlags = ['-isystem', path.join(repositoryRoot, 'test', 'cuda', 'stand-ins')];
      const options = { toolkit, architectures: ['90'] as const, folder, dispatchFlags };
      const dispatch = await compileDispatch(options);
      const node = await compileNode(options);
      await kernelsOf('90');
      const wanted = await symbols(['--undefined-only'], dispatch);
      for (const name of ['sp_cuda_node_compute', 'sp_cuda_node_supported', 'sp_cuda_get_api'])
        assert.ok(wanted.has(name), `the dispatch does not call ${name}`);
      const defined = await symbols(['--defined-only'], node, objectOf('90'));
      const missing = [...wanted, ...(await symbols(['--undefined-only'], node))].filter(
        (name) => name.includes('sp_cuda') && !defined.has(name),
      );
      assert.deepEqual(missing, []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
