import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where `npm run build:peer` leaves the server that is built from the same source, seen from this file. */
const built = '../../../native/.work/upstream/build-peer/bin/llama-server';

/** The llama-server to run against: the one named, or the one this clone has built; undefined when there is none. */
export function peerProgram(named: string | undefined): string | undefined {
  if (named !== undefined) return named;
  const program = fileURLToPath(new URL(built, import.meta.url));
  return existsSync(program) ? program : undefined;
}
