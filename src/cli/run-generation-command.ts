import type { GenerateResult, Request } from '../contract/index.js';
import { EngineError } from '../engine/client/index.js';
import type { GenerationFlags } from './generation-options.js';
import { streamPrinter, summary } from './print-result.js';
import { withEngine } from './with-engine.js';

/** Runs one generating request and prints it: the stream and a summary for people, or one JSON object. */
export async function runGenerationCommand<P extends { readonly id: string }>(
  flags: GenerationFlags,
  layouts: boolean,
  type: Request<P, GenerateResult>,
  params: P,
): Promise<void> {
  await withEngine(flags, layouts ? 'sparse' : 'dense-only', async ({ client, status, signal }) => {
    status.show('Generating');
    const print = flags.json === true ? () => undefined : streamPrinter(process.stdout);
    const result = await client.stream(
      type,
      params,
      (delta) => {
        status.clear();
        print(delta);
      },
      signal,
    );
    status.clear();
    if (flags.json === true) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    else process.stdout.write('\n');
    if (flags.json !== true) process.stderr.write(`\n${summary(result)}\n`);
    if (result.outcome === 'cancelled') throw new EngineError('cancelled', 'Interrupted.');
  });
}
