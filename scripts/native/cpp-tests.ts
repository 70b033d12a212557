import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { buildNative } from './build.js';
import { compile } from './compile.js';
import { nativeFolder, treeOf, workFolder } from './paths.js';
import { printProgress, type ProgressListener } from './progress.js';
import { CommandFailed, runCommand } from './run-command.js';
import { findOnPath } from './tools.js';

/** How the C++ tests are compiled: plainly, or under sanitizers. */
export type Sanitizer = 'none' | 'address,undefined' | 'thread';

export interface CppTestResult {
  readonly program: string;
  readonly passed: number;
  readonly failed: number;
  /** What it printed, when something failed. */
  readonly output: string;
}

/** The CUDA kernels in the emulator: the longest of all. */
const slowest = ['test-cuda-ffn-kernels-test', 'test-cuda-input-kernels-test'];

const countLine = /^(\d+) passed, (\d+) failed\b/;

/** Libraries without instrumentation (libgomp, ggml) allocate for the life of the process. */
const sanitizerEnvironment = {
  ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0',
  UBSAN_OPTIONS: 'print_stacktrace=1',
  TSAN_OPTIONS: 'halt_on_error=1',
};

export async function buildCppTests(
  sanitizer: Sanitizer,
  progress: ProgressListener = printProgress,
): Promise<string> {
  const bins = await buildNative({ progress });
  const build = path.join(workFolder, `cpp-tests-${sanitizer.replace(',', '-')}`);
  const ccache = findOnPath('ccache') === undefined ? '' : 'ccache';
  await runCommand('cmake', [
    '-S',
    nativeFolder,
    '-B',
    build,
    '-G',
    'Ninja',
    `-DSP_LLAMA_DIR=${treeOf('patched').llama}`,
    `-DSP_BINS=${bins}`,
    `-DSP_SANITIZE=${sanitizer === 'none' ? '' : sanitizer}`,
    `-DCMAKE_CXX_COMPILER_LAUNCHER=${ccache}`,
  ]);
  await compile(build, [], progress);
  return build;
}

/** @param emulator what runs the program; empty: this machine itself */
export async function runProgram(
  build: string,
  program: string,
  emulator: readonly string[] = [],
): Promise<CppTestResult> {
  let lines: readonly string[];
  let status: number | null = 0;
  try {
    const [command = '', ...args] = [...emulator, path.join(build, program)];
    lines = await runCommand(command, args, { env: sanitizerEnvironment });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    lines = error.tail;
    status = error.status;
  }
  const count = lines.map((line) => countLine.exec(line)).find((match) => match !== null);
  const passed = Number(count?.[1] ?? 0);
  const failed = Number(count?.[2] ?? 0);
  const brokeOff = count === undefined || (status !== 0 && failed === 0);
  const allFailed = brokeOff ? failed + 1 : failed;
  return { program, passed, failed: allFailed, output: allFailed > 0 ? lines.join('\n') : '' };
}

/** The test programs of a finished build. */
export async function testPrograms(build: string): Promise<string[]> {
  return (await readFile(path.join(build, 'tests.txt'), 'utf8')).trim().split('\n').sort();
}

/** Builds every C++ test program and runs them, one for each processor at a time. A program that ends without its count, or with another status, is one failure. */
export async function runCppTests(
  sanitizer: Sanitizer,
  progress?: ProgressListener,
): Promise<CppTestResult[]> {
  const build = await buildCppTests(sanitizer, progress);
  const programs = await testPrograms(build);
  const results = new Map<string, CppTestResult>();
  // What takes longest does not begin last.
  const waiting = [...slowest, ...programs].filter(
    (name, at, all) => programs.includes(name) && all.indexOf(name) === at,
  );
  const worker = async (): Promise<void> => {
    for (let program = waiting.shift(); program !== undefined; program = waiting.shift())
      results.set(program, await runProgram(build, program));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return [...results.values()];
}
