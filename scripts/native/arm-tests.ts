/**
 * `npm run test:arm`: the C++ tests of the sparse engine for 64-bit ARM on an x86-64 Linux, compiled by a cross compiler and run by
 * QEMU as three processors: with plain NEON, with dot products, and with those of mixed signs. Takes some minutes.
 */
import path from 'node:path';
import { buildNative } from './build.js';
import { compile } from './compile.js';
import { runProgram, testPrograms } from './cpp-tests.js';
import { nativeFolder, treeOf, workFolder } from './paths.js';
import { printProgress } from './progress.js';
import { runCommand } from './run-command.js';
import { findOnPath } from './tools.js';

const compiler = 'aarch64-linux-gnu-g++';
const emulators = ['qemu-aarch64-static', 'qemu-aarch64'];

/** A processor of QEMU's for each of our tables: NEON, dot products, mixed signs. */
const processors = ['cortex-a57', 'cortex-a76', 'max'];

const emulator = emulators.find((name) => findOnPath(name) !== undefined);
if (emulator === undefined || findOnPath(compiler) === undefined)
  throw new Error(
    `${compiler} and ${emulators.join(' or ')} are needed: sudo apt-get install g++-aarch64-linux-gnu qemu-user-static`,
  );

await buildNative({ progress: printProgress });
const build = path.join(workFolder, 'cpp-tests-arm');
await runCommand('cmake', [
  ...['-S', nativeFolder, '-B', build, '-G', 'Ninja'],
  ...['-DCMAKE_SYSTEM_NAME=Linux', '-DCMAKE_SYSTEM_PROCESSOR=aarch64'],
  ...['-DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc', `-DCMAKE_CXX_COMPILER=${compiler}`],
  `-DSP_LLAMA_DIR=${treeOf('patched').llama}`,
]);
await compile(build, [], printProgress);
for (const processor of processors)
  for (const program of await testPrograms(build)) {
    const { passed, failed, output } = await runProgram(build, program, [emulator, '-cpu', processor]);
    process.stdout.write(`${processor} ${program}: ${passed} passed, ${failed} failed\n${output}`);
    if (failed > 0) process.exitCode = 1;
  }
