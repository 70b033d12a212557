import type { Architecture, CompiledKernel } from './compile.js';

/** What one multiprocessor has (CUDA programming guide, table of compute capabilities). Shared memory in bytes. */
interface Multiprocessor {
  readonly threads: number;
  readonly blocks: number;
  readonly sharedBytes: number;
}

const registerFile = 65_536;
/** The runtime takes this much of the shared memory of every block, from capability 8 on. */
const reservedShared = 1_024;

const multiprocessors: Readonly<Record<Architecture, Multiprocessor>> = {
  '75': { threads: 1024, blocks: 16, sharedBytes: 64 << 10 },
  '80': { threads: 2048, blocks: 32, sharedBytes: 164 << 10 },
  '86': { threads: 1536, blocks: 16, sharedBytes: 100 << 10 },
  '89': { threads: 1536, blocks: 24, sharedBytes: 100 << 10 },
  '90': { threads: 2048, blocks: 32, sharedBytes: 228 << 10 },
  '120': { threads: 1536, blocks: 24, sharedBytes: 100 << 10 },
};

/** Threads of a block, as sparse_ops.cuh launches it. */
function blockOf(kernel: string): number {
  if (/^(find_kth_key|quantised_input_scores)/.test(kernel)) return 1024;
  if (kernel.startsWith('gate_select')) return 512;
  return /^(select_|count_ties|compact_list)/.test(kernel) ? 32 : 256;
}

/** Share of a multiprocessor's threads that blocks of this kernel can fill: registers, shared memory and block slots decide. */
export function occupancy(kernel: CompiledKernel, architecture: Architecture): number {
  const machine = multiprocessors[architecture];
  const threads = blockOf(kernel.name.replace(/^sp::cuda::/, ''));
  const registers = Math.ceil(kernel.registers / 8) * 8 * threads;
  const shared = kernel.sharedBytes + (architecture === '75' ? 0 : reservedShared);
  const blocks = Math.min(
    machine.blocks,
    Math.floor(machine.threads / threads),
    Math.floor(registerFile / Math.max(1, registers)),
    shared === 0 ? Infinity : Math.floor(machine.sharedBytes / shared),
  );
  return (blocks * threads) / machine.threads;
}
