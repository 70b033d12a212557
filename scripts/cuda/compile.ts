import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { nativeFolder, treeOf } from '../native/paths.js';
import { CommandFailed, runCommand } from '../native/run-command.js';
import { codeFor, deviceFlags } from './flags.js';
import { cudaWork } from './paths.js';
import type { CudaToolkit } from './toolkit.js';

/** Compute capabilities that a release is built for: Turing to Blackwell. */
export const architectures = ['75', '80', '86', '89', '90', '120'] as const;
export type Architecture = (typeof architectures)[number];

/** A kernel as the assembler saw it. */
export interface CompiledKernel {
  /** Demangled, without its parameters: `sp::cuda::gate_select<(sp::cuda::WeightType)2>`. */
  readonly name: string;
  readonly registers: number;
  /** Of a block. */
  readonly sharedBytes: number;
  readonly spillBytes: number;
}

/** A kernel as the assembler names it. */
type Mangled = Omit<CompiledKernel, 'name'> & { readonly mangled: string };

const cudaFolder = path.join(nativeFolder, 'cuda');

/** Folders with the headers that our sources include besides their own. */
export function includeFlags(toolkit: CudaToolkit): string[] {
  const ggml = path.join(treeOf('patched').llama, 'ggml');
  return [
    `-I${path.join(nativeFolder, 'sparse', 'include')}`,
    `-I${path.join(cudaFolder, 'include')}`,
    ...['-isystem', path.join(ggml, 'include'), '-isystem', path.join(ggml, 'src')],
    ...['-isystem', toolkit.include],
  ];
}

/** Pairs "Compiling entry function" with the resource lines that follow it. */
export function readKernels(lines: readonly string[]): Mangled[] {
  const kernels: Mangled[] = [];
  for (const line of lines) {
    const entry = /Compiling entry function '([^']+)'/.exec(line)?.[1];
    if (entry !== undefined) kernels.push({ mangled: entry, registers: 0, sharedBytes: 0, spillBytes: 0 });
    const last = kernels.at(-1);
    if (last === undefined) continue;
    const spill = /(\d+) bytes spill stores/.exec(line)?.[1];
    const registers = /Used (\d+) registers/.exec(line)?.[1];
    const shared = /(\d+) bytes smem/.exec(line)?.[1];
    kernels[kernels.length - 1] = {
      ...last,
      ...(spill === undefined ? {} : { spillBytes: Number(spill) }),
      ...(registers === undefined ? {} : { registers: Number(registers) }),
      ...(shared === undefined ? {} : { sharedBytes: Number(shared) }),
    };
  }
  return kernels;
}

async function demangle(names: readonly string[]): Promise<string[]> {
  const lines = await runCommand('c++filt', names);
  return lines.map((line) => line.replace(/^void /, '').replace(/\((?!sp::cuda::WeightType\)).*$/, ''));
}

const strictFlags = (toolkit: CudaToolkit, architecture: Architecture): string[] => [
  ...deviceFlags,
  ...['-Werror', 'all-warnings', '-Xcompiler', '-Wall,-Wextra,-Werror,-fPIC'],
  ...codeFor([architecture]),
  ...includeFlags(toolkit),
];

/** Programs for a machine with a GPU, from native/cuda: kernel tests and benches. */
export const gpuPrograms = [
  'test/ffn-kernels.test.cpp',
  'test/input-kernels.test.cpp',
  'test/reference.cpp',
  'gpu/kernel-bench.cu',
  'gpu/decode-bench.cpp',
] as const;

/**
 * Compiles one of the programs for a machine with a GPU, as native/cuda/gpu/CMakeLists.txt has it; warnings are errors.
 * @throws CommandFailed with the compiler's words.
 */
export async function compileGpuProgram(
  toolkit: CudaToolkit,
  program: (typeof gpuPrograms)[number],
  architecture: Architecture,
): Promise<void> {
  await mkdir(cudaWork, { recursive: true });
  await runCommand(toolkit.nvcc, [
    ...strictFlags(toolkit, architecture),
    ...[`-I${cudaFolder}`, `-I${path.join(cudaFolder, 'gpu')}`],
    ...(program.startsWith('test/') ? ['-x', 'cu'] : []),
    ...['-c', path.join(cudaFolder, program), '-o', path.join(cudaWork, `${path.basename(program)}.o`)],
  ]);
}

/**
 * Compiles every kernel of ours for one architecture; host warnings are errors.
 * @throws CommandFailed with the compiler's words.
 */
export async function compileKernels(
  toolkit: CudaToolkit,
  architecture: Architecture,
  output: string,
): Promise<CompiledKernel[]> {
  await mkdir(path.dirname(output), { recursive: true });
  const lines = await runCommand(toolkit.nvcc, [
    ...['-Xptxas', '-v', ...strictFlags(toolkit, architecture)],
    ...['-c', path.join(cudaFolder, 'layer.cu'), '-o', output],
  ]);
  const kernels = readKernels(lines);
  if (kernels.length === 0) throw new CommandFailed('nvcc', 0, ['no kernel was compiled']);
  const names = await demangle(kernels.map((kernel) => kernel.mangled));
  return kernels.map(({ mangled, ...resources }, i) => ({ name: names[i] ?? mangled, ...resources }));
}

/** Where object files of a compile check land. */
export const objectOf = (architecture: Architecture): string =>
  path.join(cudaWork, `layer-sm_${architecture}.o`);
