/** Loads the native build from the folder named on the command line and prints what came of it as JSON. */
import { loadNative } from '../../../src/engine/native/index.js';

const [binsFolder = '', cudaFolder] = process.argv.slice(2);
try {
  const { build, llama } = await loadNative({
    maxThreads: 1,
    binsFolder,
    ...(cudaFolder === undefined ? {} : { cudaFolder }),
  });
  // the processor's backend has to be there whatever became of the GPU's
  if (!llama.systemInfo.includes('CPU')) throw new Error(`no processor backend: ${llama.systemInfo}`);
  process.stdout.write(
    JSON.stringify({ kind: build.kind, reason: 'reason' in build ? build.reason : '', gpu: build.gpu }),
  );
  await llama.dispose();
} catch (error) {
  process.stdout.write(JSON.stringify({ kind: 'error', reason: String(error) }));
}
