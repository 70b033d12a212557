/** Loads the native build from the folder named on the command line and prints what came of it as JSON. */
import { loadNative } from '../../../src/engine/native/index.js';

const [binsFolder = ''] = process.argv.slice(2);
try {
  const { build, llama } = await loadNative({ maxThreads: 1, binsFolder });
  process.stdout.write(JSON.stringify({ kind: build.kind, reason: 'reason' in build ? build.reason : '' }));
  await llama.dispose();
} catch (error) {
  process.stdout.write(JSON.stringify({ kind: 'error', reason: String(error) }));
}
